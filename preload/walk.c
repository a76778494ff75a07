/* walk.c - from a frame to its caller's, by a compact rule; see walk.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/walk.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/sandbox.h"

enum {
    /* A word this near above the stack pointer is in the same stack. */
    NEAR_BYTES = 1 << 16,
    /* A frame pointer further away than this is taken for something else;
     * the same bound as libunwind's. */
    GUESS_MAX_BYTES = 1 << 14,
    PROBE_BYTES = 4096,
    SIGNAL_SET_BYTES = 8,
};

/* The first frame of the main thread is below this; set by ld.so. */
// NOLINTNEXTLINE(readability-identifier-naming): glibc's name
extern void *__libc_stack_end;

/* ---- Reading ---- */

/* Asks the kernel whether the word at `at` can be read: it copies the
 * signal set before it finds that there is no such operation. */
static bool is_readable(uintptr_t at)
{
    if (ol_sandbox_is_closed()) return false;
    const int saved_errno = errno;
    const long got =
        syscall(SYS_rt_sigprocmask, ~0L, at, NULL, (long)SIGNAL_SET_BYTES);
    const bool is_fault = got == -1 && errno == EFAULT;
    errno = saved_errno;
    return !is_fault;
}

static uintptr_t load(uintptr_t at)
{
    uintptr_t word = 0;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): a stack address
    memcpy(&word, (const void *)at, sizeof word);
    return word;
}

/* Reads a word of the stack at `sp`. Far ones are what broken code leads to,
 * or a frame that switched stacks: there the kernel is asked first. */
static inline bool read_word(uintptr_t sp, uintptr_t at, uintptr_t *out)
{
    const bool is_near =
        at - (sp - OL_REGS_RED_ZONE) < NEAR_BYTES + OL_REGS_RED_ZONE;
    if (OL_UNLIKELY(!is_near) && !is_readable(at)) return false;
    *out = load(at);
    return true;
}

/* ---- The thread's own stack ---- */

/* Where it ends: glibc keeps the control block of a thread at the top of the
 * stack that it made for it, but not that of the main thread. The child of
 * a fork in another thread is taken for a main thread: its stack is then not
 * found, and nothing is guessed. */
static uintptr_t find_top(void)
{
    const bool is_main = syscall(SYS_getpid) == syscall(SYS_gettid);
    return is_main ? (uintptr_t)__libc_stack_end : (uintptr_t)pthread_self();
}

/* Proves `sp` … top readable, page by page downwards, and remembers it. A
 * page that is not (a guard page) means that `sp` is in another stack. */
static bool is_in_own_stack(struct ol_walk_stack *stack, uintptr_t sp)
{
    if (ol_sandbox_is_closed()) return false;
    if (stack->high == 0) {
        stack->high = find_top();
        stack->low = stack->high;
    }
    if (sp >= stack->high) return false;
    while (stack->low > sp) {
        const uintptr_t page = (stack->low - 1) & ~(uintptr_t)(PROBE_BYTES - 1);
        if (!is_readable(page)) return false;
        stack->low = page;
    }
    return true;
}

/* ---- Runs ---- */

/* The step of a rule that is STD, if all that it reads is near. */
static inline bool step_near(struct ol_regs *regs, struct ol_cfi_rule rule)
{
    const uintptr_t low = regs->sp - OL_REGS_RED_ZONE;
    const uintptr_t cfa = (rule.base_fp ? regs->fp : regs->sp) +
                          (uintptr_t)(intptr_t)rule.cfa_offset;
    const uintptr_t saved = cfa + (uintptr_t)(intptr_t)rule.fp_offset;
    if (OL_UNLIKELY(cfa - low >= NEAR_BYTES)) return false;
    if (OL_UNLIKELY(saved - low >= NEAR_BYTES)) return false;
    if (OL_UNLIKELY(rule.fp == OL_CFI_FP_AT_FP)) return false;
    const uintptr_t pc = load(cfa + (uintptr_t)OL_REGS_RA_OFFSET);
    if (OL_UNLIKELY(pc == 0)) return false;
    if (rule.fp != OL_CFI_FP_SAME) regs->fp = load(saved);
    regs->pc = pc;
    regs->sp = cfa;
    return true;
}

void ol_walk_run(struct ol_walk *walk, const struct ol_rules *rules,
    uint32_t stamp, struct ol_walk_frames *frames)
{
    if (walk->is_exact || walk->is_guessed) return;
    struct ol_regs regs = walk->regs;
    uint32_t count = frames->count;
    for (; count < frames->limit; count++) {
        const size_t place = ol_rules_find(rules, regs.pc - 1);
        const struct ol_cfi_rule rule = rules->entry[place].rule;
        const struct ol_rules_note note = rules->note[place];
        if (rule.kind != OL_CFI_STD) break;
        if (rule.dynamic && note.stamp != stamp) break;
        frames->at[count] = note.frame;
        if (!step_near(&regs, rule)) break;
    }
    walk->regs = regs;
    frames->count = count;
}

/* ---- Steps ---- */

/* The caller by the chain of frame pointers. */
static enum ol_walk_step step_guess(struct ol_walk *walk)
{
    const struct ol_regs at = walk->regs;
    if (at.fp == 0) return OL_WALK_END; /* the ABI's outermost frame */
    if (at.fp % OL_REGS_WORD != 0) return OL_WALK_FAILED;
    if (at.fp - at.sp > GUESS_MAX_BYTES) return OL_WALK_FAILED;
    if (!is_in_own_stack(walk->stack, at.sp)) return OL_WALK_FAILED;
    if (at.fp > walk->stack->high - 2 * (uintptr_t)OL_REGS_WORD)
        return OL_WALK_FAILED;
    walk->regs.fp = load(at.fp);
    walk->regs.pc = load(at.fp + OL_REGS_WORD);
    walk->regs.sp = at.fp + 2 * (uintptr_t)OL_REGS_WORD;
    walk->is_exact = false;
    walk->is_guessed = true;
    return walk->regs.pc == 0 ? OL_WALK_END : OL_WALK_ON;
}

/* The frame that the kernel interrupted. */
static enum ol_walk_step step_signal(struct ol_walk *walk)
{
    const uintptr_t frame = walk->regs.sp;
    struct ol_regs to;
    if (!read_word(frame, frame + OL_REGS_SIGNAL_PC, &to.pc) ||
        !read_word(frame, frame + OL_REGS_SIGNAL_SP, &to.sp) ||
        !read_word(frame, frame + OL_REGS_SIGNAL_FP, &to.fp))
        return OL_WALK_FAILED;
    walk->regs = to;
    walk->is_exact = true;
    return OL_WALK_ON;
}

static enum ol_walk_step step_call(
    struct ol_walk *walk, struct ol_cfi_rule rule)
{
    const struct ol_regs at = walk->regs;
    uintptr_t cfa =
        (rule.base_fp ? at.fp : at.sp) + (uintptr_t)(intptr_t)rule.cfa_offset;
    if (rule.kind == OL_CFI_DEREF) {
        if (!read_word(at.sp, cfa, &cfa)) return OL_WALK_FAILED;
        cfa += (uintptr_t)rule.cfa_add * OL_REGS_WORD;
    }
    struct ol_regs to = {.sp = cfa, .fp = at.fp};
    if (!read_word(at.sp, cfa + (uintptr_t)OL_REGS_RA_OFFSET, &to.pc))
        return OL_WALK_FAILED;
    const uintptr_t saved = (rule.fp == OL_CFI_FP_AT_CFA ? cfa : at.fp) +
                            (uintptr_t)(intptr_t)rule.fp_offset;
    if (rule.fp != OL_CFI_FP_SAME && !read_word(at.sp, saved, &to.fp))
        return OL_WALK_FAILED;
    walk->regs = to;
    walk->is_exact = false;
    return to.pc == 0 ? OL_WALK_END : OL_WALK_ON;
}

/* After a guess the registers may be anything, so no rule may lead out of
 * what is known to be the thread's stack. */
static bool is_safe_after_guess(
    const struct ol_walk *walk, struct ol_cfi_rule rule)
{
    const struct ol_walk_stack *const stack = walk->stack;
    const uintptr_t sp = walk->regs.sp;
    if (rule.kind != OL_CFI_STD) return false;
    if (rule.fp == OL_CFI_FP_AT_FP || rule.fp_offset > 0) return false;
    if (sp < stack->low || sp >= stack->high) return false;
    const uintptr_t base = rule.base_fp ? walk->regs.fp : sp;
    const uintptr_t cfa = base + (uintptr_t)(intptr_t)rule.cfa_offset;
    return cfa > sp && cfa <= stack->high;
}

enum ol_walk_step ol_walk_step(struct ol_walk *walk, struct ol_cfi_rule rule)
{
    if (rule.kind == OL_CFI_END) return OL_WALK_END;
    if (rule.kind == OL_CFI_GUESS) return step_guess(walk);
    if (OL_UNLIKELY(walk->is_guessed) && !is_safe_after_guess(walk, rule))
        return OL_WALK_FAILED;
    if (rule.kind == OL_CFI_SIGNAL) return step_signal(walk);
    return step_call(walk, rule);
}
