/* walk.c - from a frame to its caller's, by a compact rule; see walk.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/walk.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "preload/sandbox.h"

enum {
    PAGE = 4096, /* the smallest that there are */
    /* A stack is proved page by page, at most so far at once. */
    NEAR_BYTES = 1 << 16,
    /* A frame pointer further away than this is taken for something else;
     * the same bound as libunwind's. */
    GUESS_MAX_BYTES = 1 << 14,
    /* The kernel keeps other mappings this far from the main stack. */
    OWN_MAX_BYTES = 1 << 27,
    /* How much deeper a thread may go once nothing can be asked. */
    UNPROVED_MAX_BYTES = 1 << 18,
};

/* The first frame of the main thread is below this; set by ld.so. */
// NOLINTNEXTLINE(readability-identifier-naming): glibc's name
extern void *__libc_stack_end;

/* ---- Reading ---- */

/* Asks the kernel whether the 4 bytes at `at` can be read: it compares them
 * before it waits, and would wait for no time. Of all calls that tell, this
 * is the one that sandboxes leave to programs, since their locks need it;
 * but once a program is in one, nothing is asked. */
static bool is_half_readable(uintptr_t at)
{
    if (ol_sandbox_is_closed()) return false;
    const struct timespec no_time = {0, 0};
    const uintptr_t word = at & ~(uintptr_t)3;
    const int saved_errno = errno;
    const long got =
        syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, ~0U, &no_time, NULL, 0);
    const bool is_fault = got == -1 && errno == EFAULT;
    errno = saved_errno;
    return !is_fault;
}

static bool is_readable(uintptr_t at)
{
    return is_half_readable(at) && is_half_readable(at + OL_REGS_WORD - 1);
}

static uintptr_t load(uintptr_t at)
{
    uintptr_t word = 0;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): a stack address
    memcpy(&word, (const void *)at, sizeof word);
    return word;
}

/* Proves that a word outside what is proved can be read. The stack that the
 * walk is in is proved contiguously; a word elsewhere, by itself. */
static bool prove(struct ol_walk *walk, uintptr_t at)
{
    if (walk->is_guessed) return false;
    if (walk->is_own || at - walk->high >= NEAR_BYTES) return is_readable(at);
    while (walk->high < at + OL_REGS_WORD) {
        if (!is_half_readable(walk->high)) return false;
        walk->high += PAGE;
    }
    return true;
}

static inline bool is_proved(const struct ol_walk *walk, uintptr_t at)
{
    return at - walk->low < walk->high - walk->low &&
           walk->high - at >= OL_REGS_WORD;
}

bool ol_walk_read(struct ol_walk *walk, uintptr_t at, uintptr_t *out)
{
    if (!is_proved(walk, at) && !prove(walk, at)) return false;
    *out = load(at);
    return true;
}

/* ---- Which stack ---- */

/* Where the thread's own one ends: glibc keeps the control block of a thread
 * at the top of the stack that it made for it, but not that of the main
 * thread. The child of a fork in another thread is taken for a main thread:
 * its stack is then not known for its own, and nothing is guessed. */
static uintptr_t find_top(void)
{
    const bool is_main =
        !ol_sandbox_is_closed() && syscall(SYS_getpid) == syscall(SYS_gettid);
    return is_main ? (uintptr_t)__libc_stack_end : (uintptr_t)pthread_self();
}

/* Proves the own stack from its end down to `sp`. A page that cannot be read
 * (a guard page) means that `sp` is in another stack. */
static bool is_in_own_stack(struct ol_walk_stack *stack, uintptr_t sp)
{
    if (stack->high == 0) {
        stack->high = find_top();
        stack->low = stack->high;
    }
    if (sp >= stack->high || stack->high - sp > OWN_MAX_BYTES) return false;
    if (sp < stack->barrier) return false;
    if (stack->low > sp && ol_sandbox_is_closed()) {
        if (stack->low - sp > UNPROVED_MAX_BYTES) return false;
        stack->low = sp & ~(uintptr_t)(PAGE - 1);
    }
    while (stack->low > sp) {
        const uintptr_t page = (stack->low - 1) & ~(uintptr_t)(PAGE - 1);
        if (!is_half_readable(page)) {
            stack->barrier = page + PAGE;
            return false;
        }
        stack->low = page;
    }
    return true;
}

/* Finds what is proved around the stack pointer. In another stack than the
 * thread's that is the page of the return address just popped. */
static void settle(struct ol_walk *walk)
{
    const uintptr_t sp = walk->regs.sp;
    walk->is_own = is_in_own_stack(walk->stack, sp);
    if (walk->is_own) {
        walk->low = walk->stack->low;
        walk->high = walk->stack->high;
        return;
    }
    const uintptr_t popped = walk->is_exact ? sp : sp - OL_REGS_WORD;
    walk->low = popped & ~(uintptr_t)(PAGE - 1);
    walk->high = walk->low + (walk->is_exact ? 0 : PAGE);
}

/* ---- Runs ---- */

/* The step of a rule that is STD, if all that it reads is proved; `room` is
 * how far from `low` a word may begin. */
static inline bool step_proved(struct ol_regs *regs, struct ol_cfi_rule rule,
    uintptr_t low, uintptr_t room)
{
    const uintptr_t cfa = (rule.base_fp ? regs->fp : regs->sp) +
                          (uintptr_t)(intptr_t)rule.cfa_offset;
    const uintptr_t ra = cfa + (uintptr_t)OL_REGS_RA_OFFSET;
    const uintptr_t saved = cfa + (uintptr_t)(intptr_t)rule.fp_offset;
    if (OL_UNLIKELY(ra - low >= room)) return false;
    if (OL_UNLIKELY(rule.fp == OL_CFI_FP_AT_FP)) return false;
    uintptr_t fp = regs->fp;
    if (rule.fp != OL_CFI_FP_SAME) {
        if (OL_UNLIKELY(saved - low >= room)) return false;
        fp = load(saved);
    }
    const uintptr_t pc = load(ra);
    if (OL_UNLIKELY(pc == 0)) return false;
    *regs = (struct ol_regs){pc, cfa, fp};
    return true;
}

void ol_walk_run(struct ol_walk *walk, const struct ol_rules *rules,
    uint32_t stamp, struct ol_walk_frames *frames)
{
    if (walk->regs.sp - walk->low > walk->high - walk->low) settle(walk);
    if (walk->is_exact || walk->is_guessed) return;
    const uintptr_t bytes = walk->high - walk->low;
    const uintptr_t room = bytes < OL_REGS_WORD ? 0 : bytes - OL_REGS_WORD + 1;
    struct ol_regs regs = walk->regs;
    uint32_t count = frames->count;
    for (; count < frames->limit; count++) {
        const size_t place = ol_rules_find(rules, regs.pc - 1);
        const struct ol_cfi_rule rule = rules->entry[place].rule;
        const struct ol_rules_note note = rules->note[place];
        if (rule.kind != OL_CFI_STD) break;
        if (rule.dynamic && note.stamp != stamp) break;
        frames->at[count] = note.frame;
        if (!step_proved(&regs, rule, walk->low, room)) break;
    }
    walk->regs = regs;
    frames->count = count;
}

/* ---- Steps ---- */

/* The caller by the chain of frame pointers. */
static enum ol_walk_step step_guess(struct ol_walk *walk)
{
    const struct ol_regs at = walk->regs;
    const uintptr_t above = at.fp + OL_REGS_WORD;
    if (at.fp == 0) return OL_WALK_END; /* the ABI's outermost frame */
    if (at.fp % OL_REGS_WORD != 0) return OL_WALK_FAILED;
    if (at.fp - at.sp > GUESS_MAX_BYTES || !walk->is_own) return OL_WALK_FAILED;
    if (!is_proved(walk, at.fp) || !is_proved(walk, above))
        return OL_WALK_FAILED;
    walk->regs.fp = load(at.fp);
    walk->regs.pc = load(above);
    walk->regs.sp = above + OL_REGS_WORD;
    walk->is_exact = false;
    walk->is_guessed = true;
    return walk->regs.pc == 0 ? OL_WALK_END : OL_WALK_ON;
}

/* The frame that the kernel interrupted. */
static enum ol_walk_step step_signal(struct ol_walk *walk)
{
    const uintptr_t frame = walk->regs.sp;
    struct ol_regs to;
    if (!ol_walk_read(walk, frame + OL_REGS_SIGNAL_PC, &to.pc) ||
        !ol_walk_read(walk, frame + OL_REGS_SIGNAL_SP, &to.sp) ||
        !ol_walk_read(walk, frame + OL_REGS_SIGNAL_FP, &to.fp))
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
        if (!ol_walk_read(walk, cfa, &cfa)) return OL_WALK_FAILED;
        cfa += (uintptr_t)rule.cfa_add * OL_REGS_WORD;
    }
    /* After a guess the registers may be anything: no way back. */
    if (walk->is_guessed && cfa <= at.sp) return OL_WALK_FAILED;
    struct ol_regs to = {.sp = cfa, .fp = at.fp};
    if (!ol_walk_read(walk, cfa + (uintptr_t)OL_REGS_RA_OFFSET, &to.pc))
        return OL_WALK_FAILED;
    const uintptr_t saved = (rule.fp == OL_CFI_FP_AT_CFA ? cfa : at.fp) +
                            (uintptr_t)(intptr_t)rule.fp_offset;
    if (rule.fp != OL_CFI_FP_SAME && !ol_walk_read(walk, saved, &to.fp))
        return OL_WALK_FAILED;
    walk->regs = to;
    walk->is_exact = false;
    return to.pc == 0 ? OL_WALK_END : OL_WALK_ON;
}

enum ol_walk_step ol_walk_step(struct ol_walk *walk, struct ol_cfi_rule rule)
{
    if (rule.kind == OL_CFI_END) return OL_WALK_END;
    if (rule.kind == OL_CFI_GUESS) return step_guess(walk);
    if (rule.kind == OL_CFI_SIGNAL) return step_signal(walk);
    return step_call(walk, rule);
}
