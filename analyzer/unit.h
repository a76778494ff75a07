/* unit.h - one compilation unit of DWARF: its functions and their scopes.
 *
 * Shape:     the tree of entries is walked once, when the unit is first
 *            needed. Kept are the address ranges of functions, and for
 *            functions without a linker name (C++ with internal linkage)
 *            the namespaces and classes around them.
 * Ownership: the caller holds struct ol_unit; deinit frees its arrays.
 *            Names belong to the Dwarf.
 * Threads:   one at a time per Dwarf.
 * Errors:    -ENOMEM. Malformed DWARF ends the walk where it stands.
 * Source:    DWARF 5 sections 3.1, 3.3.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_UNIT_H
#define OL_ANALYZER_UNIT_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/ranges.h"
#include "base/attributes.h"

struct ol_unit_scope {
    const char *name; /* NULL: none to be shown */
    uint32_t parent;  /* index of the scope around it; 0 is the unit */
};

struct ol_unit_declaration {
    Dwarf_Off offset;
    uint32_t scope;
};

struct ol_unit {
    Dwarf_Die die;  /* with the line table */
    Dwarf_Die tree; /* with the functions: differs in split DWARF */
    bool indexed;
    struct ol_ranges ranges; /* of functions; value: index in function */
    Dwarf_Die *function;     /* owner */
    size_t function_count, function_room;
    struct ol_unit_scope *scope; /* owner; scope[0] is the unit itself */
    size_t scope_count, scope_room;
    struct ol_unit_declaration *declared; /* owner; by rising offset */
    size_t declared_count, declared_room;
};

void ol_unit_init(struct ol_unit *unit, Dwarf_Die *die, Dwarf_Die *tree);
void ol_unit_deinit(struct ol_unit *unit);

/* Walks the unit's tree unless that was done. */
OL_MUST_USE int ol_unit_index(struct ol_unit *unit);

/* Returns the function that holds `address`, NULL if none. */
Dwarf_Die *ol_unit_function(struct ol_unit *unit, uint64_t address);

/* Writes the scopes around the entry at `offset` as "a::b::" into `out` of
 * `size` bytes; "" if none are known or they do not fit. */
void ol_unit_scopes(
    const struct ol_unit *unit, Dwarf_Off offset, char *out, size_t size);

#endif
