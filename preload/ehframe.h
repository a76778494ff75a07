/* ehframe.h - from a program counter to its frame description.
 *
 * Shape:     .eh_frame_hdr holds a sorted table of (function, description);
 *            a description (FDE) names its common part (CIE), and both hold
 *            call frame instructions.
 * Ownership: everything points into the mapped object and lives as long.
 * Threads:   pure functions of mapped bytes; signal safe.
 * Errors:    hostile bytes never make a read outside the object's readable
 *            range: the description is then OL_EHFRAME_MALFORMED.
 * Source:    Linux Standard Base Core 5.0, 10.6.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_EHFRAME_H
#define OL_PRELOAD_EHFRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/ehread.h"

/* Where one loaded object keeps its unwind information. */
struct ol_ehframe {
    const uint8_t *header;     /* .eh_frame_hdr, NULL if there is none */
    const uint8_t *low, *high; /* the readable segment around it */
};

struct ol_ehframe_fde {
    uintptr_t begin, end; /* the code that it describes */
    uint64_t code_align;
    int64_t data_align;
    uint8_t pointer_encoding;
    bool is_signal;
    struct ol_ehread initial; /* the instructions of the CIE … */
    struct ol_ehread program; /* … and of the FDE */
};

enum ol_ehframe_found {
    OL_EHFRAME_NONE,      /* no description covers the address */
    OL_EHFRAME_MALFORMED, /* or it cannot be understood */
    OL_EHFRAME_FOUND,
};

/* Finds the description of the instruction at `pc`. Unless it is FOUND,
 * begin and end say for which addresses around `pc` the answer holds. */
OL_MUST_USE enum ol_ehframe_found ol_ehframe_find(
    const struct ol_ehframe *object, uintptr_t pc, struct ol_ehframe_fde *out);

#endif
