/* walk.h - from a frame to its caller's, by a compact rule.
 *
 * Shape:     a walk holds the registers of the current frame and whether
 *            its pc is exact (interrupted there) or a return address.
 * Ownership: the caller's storage.
 * Threads:   a walk is of the calling thread's own stack; signal safe; no
 *            locks. One system call a page, when a page is first met.
 * Errors:    no byte is read that has not been proved readable, whatever
 *            rules and stack say; the step is FAILED instead.
 * Source:    docs/unwinding.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_WALK_H
#define OL_PRELOAD_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/cfi.h"
#include "preload/regs.h"
#include "preload/rules.h"

/* The thread's own stack, as far as it is known. Zeroed for a new thread. */
struct ol_walk_stack {
    uintptr_t low, high; /* proved readable: it stays so while the thread is */
    uintptr_t barrier;   /* what is below this is another stack */
};

/* To be begun with regs, is_exact and stack; the rest zero. */
struct ol_walk {
    struct ol_regs regs;
    bool is_exact;
    bool is_guessed;     /* some step was */
    bool is_own;         /* the walk is in the thread's own stack */
    uintptr_t low, high; /* proved readable, around the stack pointer */
    struct ol_walk_stack *stack;
};

enum ol_walk_step {
    OL_WALK_ON,     /* the walk is at the caller */
    OL_WALK_END,    /* there is no caller */
    OL_WALK_FAILED, /* the caller cannot be known; nothing has changed */
};

/* The address that identifies the frame: within the instruction that is
 * being executed, so the byte before a return address. */
static inline uintptr_t ol_walk_pc(const struct ol_walk *walk)
{
    return walk->regs.pc - (walk->is_exact ? 0 : 1);
}

/* The frames that a run lists, innermost first. */
struct ol_walk_frames {
    uint32_t *at; /* borrowed */
    uint32_t count, limit;
};

/* Walks and lists while the rules are there, current and STD: nearly all of
 * a stack, so this is the loop that is made to be fast. It stops before the
 * first frame that needs more, or at the limit. `stamp` is that of dynamic
 * rules which are current. */
void ol_walk_run(struct ol_walk *walk, const struct ol_rules *rules,
    uint32_t stamp, struct ol_walk_frames *frames);

/* Reads a word, if it is proved or can be. Returns whether it was read. */
OL_MUST_USE bool ol_walk_read(
    struct ol_walk *walk, uintptr_t at, uintptr_t *out);

/* Goes to the caller by a rule of any kind but HARD. */
OL_MUST_USE enum ol_walk_step ol_walk_step(
    struct ol_walk *walk, struct ol_cfi_rule rule);

#endif
