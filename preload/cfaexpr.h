/* cfaexpr.h - DWARF expressions reduced to what a compact rule can hold.
 *
 * Shape:     the expression is run on values that are a number, a register
 *            plus a number, or a word loaded from such an address plus a
 *            number. Everything else is not reducible. The program counter
 *            is a number, since a rule belongs to one.
 * Threads:   pure functions; signal safe.
 * Errors:    false: not reducible, or malformed.
 * Source:    DWARF 5, 2.5.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_CFAEXPR_H
#define OL_PRELOAD_CFAEXPR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/ehread.h"

enum ol_cfaexpr_base {
    OL_CFAEXPR_NUMBER,
    OL_CFAEXPR_SP,
    OL_CFAEXPR_FP,
    OL_CFAEXPR_OTHER, /* a register that a walk does not carry */
};

/* `base + offset`, or, when loaded, `*(base + load_offset) + offset`. */
struct ol_cfaexpr_value {
    enum ol_cfaexpr_base base;
    bool is_loaded;
    int64_t load_offset;
    int64_t offset;
};

/* The value of a register of the frame at `pc`. */
struct ol_cfaexpr_value ol_cfaexpr_register(uint64_t number, uintptr_t pc);

/* Runs the expression that the cursor spans, in the frame at `pc`. Returns
 * whether it could be reduced. */
OL_MUST_USE bool ol_cfaexpr_reduce(
    struct ol_ehread expression, uintptr_t pc, struct ol_cfaexpr_value *out);

#endif
