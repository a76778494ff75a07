/* inlines.h - an address in DWARF: the function, its inlined calls, lines.
 *
 * Shape:     units are found by address ranges of their own (.debug_aranges
 *            is left out by some compilers), functions in a unit likewise;
 *            the entries below the function then give the inlined calls.
 * Units:     addresses as the DWARF counts; line 0 is not known.
 * Ownership: the index borrows the Dwarf; what it returns borrows both.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    DWARF 5 sections 3.3.8, 6.2; libdw.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_INLINES_H
#define OL_ANALYZER_INLINES_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
    OL_INLINES_MAX = 64 /* deeper calls are left out at the inner end */
};

struct ol_unit;

struct ol_inlines_frame {
    const char *function; /* NULL: not known */
    const char *file;     /* NULL: not known */
    uint32_t line;
    bool mangled; /* `function` is a linker name */
    bool inlined;
    /* Where a function that is not mangled is declared. */
    const struct ol_unit *unit; /* NULL: not known */
    Dwarf_Off declaration;
};

struct ol_inlines;

OL_MUST_USE int ol_inlines_create(Dwarf *dwarf, struct ol_inlines **out);
void ol_inlines_destroy(struct ol_inlines *inlines);

/* Finds the frames at `address`, innermost first. `frames` has room for
 * OL_INLINES_MAX. Returns their number, 0 when no unit holds it. */
OL_MUST_USE int ol_inlines_find(struct ol_inlines *inlines, uint64_t address,
    struct ol_inlines_frame *frames);

/* Writes the namespaces and classes around a function as "a::b::", "" if
 * there are none, or more than fit. */
void ol_inlines_scopes(
    const struct ol_inlines_frame *frame, char *out, size_t size);

#endif
