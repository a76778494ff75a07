/* symtab.h - the function symbols of one ELF file, found by address.
 *
 * Shape:     from .symtab, wherever libdwfl finds it, else .dynsym with
 *            MiniDebugInfo. Of names for one address the one that people
 *            write is taken: few leading underscores, global before weak
 *            before local. A symbol without size reaches to the next one.
 * Ownership: names belong to the Dwfl_Module.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    ELF gABI, symbol table; libdwfl.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_SYMTAB_H
#define OL_ANALYZER_SYMTAB_H

#include <elfutils/libdwfl.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/ranges.h"
#include "base/attributes.h"

struct ol_symtab_symbol {
    const char *name; /* borrowed */
    uint64_t low;
    uint64_t high; /* 0 while the size is not known */
    uint32_t rank; /* of names for one address, the higher is taken */
};

struct ol_symtab {
    struct ol_ranges ranges;         /* value: index in symbol */
    struct ol_symtab_symbol *symbol; /* owner */
    size_t count, room;
};

/* Reads the symbols of a module. On error nothing is left to free. */
OL_MUST_USE int ol_symtab_init(struct ol_symtab *symtab, Dwfl_Module *module);
void ol_symtab_deinit(struct ol_symtab *symtab);

/* Returns the name of the function that holds `address`, NULL if none. */
const char *ol_symtab_find(const struct ol_symtab *symtab, uint64_t address);

#endif
