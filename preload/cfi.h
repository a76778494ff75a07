/* cfi.h - one program counter, one compact unwind rule.
 *
 * Shape:     a rule of eight bytes says how to get from a frame's (pc, sp,
 *            fp) to its caller's. Nearly all compiled code fits; what does
 *            not is HARD, and what has no description is GUESS.
 * Units:     bytes from the base register or the CFA.
 * Threads:   pure functions of mapped bytes; signal safe; no locks.
 * Errors:    malformed descriptions are HARD rules, never faults.
 * Source:    DWARF 5, 6.4; docs/unwinding.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_CFI_H
#define OL_PRELOAD_CFI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/cfaexpr.h"
#include "preload/ehframe.h"
#include "preload/regs.h"

enum ol_cfi_kind {
    OL_CFI_NONE = 0, /* no rule: an empty place in a table */
    OL_CFI_STD,      /* CFA = base + cfa_offset */
    OL_CFI_DEREF,    /* CFA = *(base + cfa_offset) + cfa_add words */
    OL_CFI_SIGNAL,   /* the kernel's signal frame at the stack pointer */
    OL_CFI_END,      /* the outermost frame */
    OL_CFI_GUESS,    /* not described */
    OL_CFI_HARD,     /* described, but by other registers */
};

/* Where the caller's frame pointer is. */
enum ol_cfi_fp {
    OL_CFI_FP_SAME = 0, /* in the register still */
    OL_CFI_FP_AT_CFA,   /* in memory, at CFA + fp_offset */
    OL_CFI_FP_AT_FP,    /* in memory, at fp + fp_offset */
};

/* The caller's sp is the CFA; its return address is OL_REGS_RA_OFFSET from
 * there (STD, DEREF). */
struct ol_cfi_rule {
    int32_t cfa_offset;
    int fp_offset : 16;
    unsigned cfa_add : 8;
    unsigned kind : 3;    /* enum ol_cfi_kind */
    unsigned fp : 2;      /* enum ol_cfi_fp */
    unsigned base_fp : 1; /* the base is fp, else sp */
    unsigned dynamic : 1; /* for the keeper of the rule: may become stale */
};

_Static_assert(sizeof(struct ol_cfi_rule) == 8, "compact");

/* The addresses around a pc for which an answer holds. */
struct ol_cfi_range {
    uintptr_t begin, end;
};

/* Returns the rule of the instruction at `pc` in `object`. `out_range` may
 * be NULL. */
struct ol_cfi_rule ol_cfi_find(const struct ol_ehframe *object, uintptr_t pc,
    struct ol_cfi_range *out_range);

/* ---- Whole rows, for what a compact rule cannot say ---- */

/* How a register of the caller is found. */
enum ol_cfi_how {
    OL_CFI_HOW_SAME,
    OL_CFI_HOW_UNDEFINED,
    OL_CFI_HOW_AT,         /* in memory, at CFA + offset */
    OL_CFI_HOW_VALUE,      /* it is CFA + offset */
    OL_CFI_HOW_EXPRESSION, /* in memory, at `place` */
    OL_CFI_HOW_OTHER,
};

struct ol_cfi_column {
    enum ol_cfi_how how;
    int64_t offset;
    struct ol_cfaexpr_value place;
};

struct ol_cfi_row {
    uint64_t cfa_register; /* by DWARF's number */
    int64_t cfa_offset;
    bool is_expression; /* then this counts instead: */
    bool is_reducible;
    bool is_signal; /* the caller was interrupted */
    struct ol_cfaexpr_value cfa;
    struct ol_cfi_column column[OL_REGS_COLUMN_COUNT];
};

/* Finds the row of the instruction at `pc`. Returns whether there is one. */
OL_MUST_USE bool ol_cfi_find_row(
    const struct ol_ehframe *object, uintptr_t pc, struct ol_cfi_row *out);

#endif
