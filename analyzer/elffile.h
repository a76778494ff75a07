/* elffile.h - the file of a recorded module, found again and opened.
 *
 * Shape:     the recorded path if the file there bears the recorded
 *            build-id; else the debug file of that build-id; for the vDSO
 *            this process's own, likewise compared. A file without build-id
 *            is taken on trust when none was recorded either.
 * Units:     addresses are those of the file itself: no load bias.
 * Ownership: the caller holds struct ol_elffile; close ends everything that
 *            libdw allocated for it.
 * Threads:   one at a time.
 * Errors:    -ENOMEM. All else is a state (symbols.h), and the file is then
 *            as good as empty.
 * Source:    libdwfl; the GDB manual, "Debugging Information in Separate
 *            Files".
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_ELFFILE_H
#define OL_ANALYZER_ELFFILE_H

#include <elfutils/libdwfl.h>

#include "analyzer/inlines.h"
#include "analyzer/symbols.h"
#include "analyzer/symtab.h"
#include "base/attributes.h"

struct ol_elffile {
    Dwfl *dwfl;                 /* owner */
    Dwfl_Module *module;        /* borrowed from dwfl; NULL: no file */
    struct ol_inlines *inlines; /* owner; NULL: no debug information */
    Dwarf_Addr dwarf_bias;      /* the file's address = DWARF's + this */
    struct ol_symtab symtab;
    enum ol_symbols_state state;
};

/* Opens what fits `module`. `callbacks` says where debug files are looked
 * for; it is borrowed until the file is closed. */
OL_MUST_USE int ol_elffile_open(const struct ol_symbols_module *module,
    const Dwfl_Callbacks *callbacks, struct ol_elffile *out);
void ol_elffile_close(struct ol_elffile *file);

#endif
