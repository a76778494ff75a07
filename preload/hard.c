/* hard.c - the frames that compact rules cannot describe; see hard.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/hard.h"

#include <stddef.h>
#include <stdint.h>

#include "preload/cfi.h"
#include "preload/loaded.h"
#include "preload/regs.h"

enum {
    STEPS_MAX = 1024,
};

/* A frame by all registers that functions keep. */
struct frame {
    uintptr_t reg[OL_REGS_COLUMN_COUNT];
    bool is_known[OL_REGS_COLUMN_COUNT];
    bool is_exact;
};

static bool get_register(
    const struct frame *frame, unsigned column, uintptr_t *out)
{
    if (column >= OL_REGS_COLUMN_COUNT || !frame->is_known[column])
        return false;
    *out = frame->reg[column];
    return true;
}

static bool get_value(struct ol_walk *walk, const struct frame *frame,
    const struct ol_cfaexpr_value *value, uintptr_t *out)
{
    uintptr_t base = 0;
    const unsigned column =
        value->base == OL_CFAEXPR_FP ? OL_REGS_COLUMN_FP : OL_REGS_COLUMN_SP;
    if (value->base == OL_CFAEXPR_OTHER) return false;
    if (value->base != OL_CFAEXPR_NUMBER && !get_register(frame, column, &base))
        return false;
    if (value->is_loaded &&
        !ol_walk_read(walk, base + (uintptr_t)value->load_offset, &base))
        return false;
    *out = base + (uintptr_t)value->offset;
    return true;
}

static bool get_cfa(struct ol_walk *walk, const struct frame *frame,
    const struct ol_cfi_row *row, uintptr_t *out)
{
    if (row->is_expression)
        return row->is_reducible && get_value(walk, frame, &row->cfa, out);
    uintptr_t base = 0;
    if (!get_register(frame, ol_regs_column(row->cfa_register), &base))
        return false;
    *out = base + (uintptr_t)row->cfa_offset;
    return true;
}

/* The caller's value of a register. */
static bool get_column(struct ol_walk *walk, const struct frame *frame,
    const struct ol_cfi_column *column, uintptr_t cfa, uintptr_t *out)
{
    uintptr_t place = cfa + (uintptr_t)column->offset;
    switch (column->how) {
    case OL_CFI_HOW_VALUE:
        *out = place;
        return true;
    case OL_CFI_HOW_AT:
        return ol_walk_read(walk, place, out);
    case OL_CFI_HOW_EXPRESSION:
        return get_value(walk, frame, &column->place, &place) &&
               ol_walk_read(walk, place, out);
    default:
        return false;
    }
}

static bool step(struct ol_walk *walk, struct frame *frame)
{
    const uintptr_t pc =
        frame->reg[OL_REGS_COLUMN_RA] - (frame->is_exact ? 0 : 1);
    struct ol_loaded module;
    struct ol_cfi_row row;
    uintptr_t cfa = 0;
    if (!ol_loaded_find(pc, &module)) return false;
    if (!ol_cfi_find_row(&module.ehframe, pc, &row)) return false;
    if (!get_cfa(walk, frame, &row, &cfa)) return false;

    struct frame to = *frame;
    to.reg[OL_REGS_COLUMN_SP] = cfa;
    for (unsigned i = 0; i < OL_REGS_COLUMN_COUNT; i++) {
        const struct ol_cfi_column *const column = &row.column[i];
        const bool is_kept =
            column->how == OL_CFI_HOW_SAME && i != OL_REGS_COLUMN_RA;
        if (is_kept) continue;
        to.is_known[i] = get_column(walk, frame, column, cfa, &to.reg[i]);
    }
    to.is_exact = row.is_signal;
    *frame = to;
    return to.is_known[OL_REGS_COLUMN_RA] && to.is_known[OL_REGS_COLUMN_SP];
}

static bool is_at(const struct frame *frame, const struct ol_regs *regs)
{
    return frame->reg[OL_REGS_COLUMN_RA] == regs->pc &&
           frame->reg[OL_REGS_COLUMN_SP] == regs->sp;
}

bool ol_hard_step(struct ol_walk *walk)
{
    if (walk->is_guessed) return false;
    struct frame frame = {.is_exact = false};
    ol_regs_read(frame.reg);
    for (unsigned i = 0; i < OL_REGS_COLUMN_COUNT; i++)
        frame.is_known[i] = true;
    unsigned steps = 0;
    while (!is_at(&frame, &walk->regs))
        if (steps++ == STEPS_MAX || !step(walk, &frame)) return false;
    if (!step(walk, &frame)) return false;
    if (!frame.is_known[OL_REGS_COLUMN_FP]) return false;
    walk->regs = (struct ol_regs){frame.reg[OL_REGS_COLUMN_RA],
        frame.reg[OL_REGS_COLUMN_SP], frame.reg[OL_REGS_COLUMN_FP]};
    walk->is_exact = frame.is_exact;
    return true;
}
