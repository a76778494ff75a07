/* hard.c - the frames that compact rules cannot describe; see hard.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/hard.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

/* For its types and for the real names behind its macros; not linked. */
#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include "preload/helper.h"
#include "preload/lock.h"

#define TEXT(x)   #x
#define SYMBOL(x) TEXT(x)

enum {
    STEPS_MAX = 1024,
    PRIMING_STEPS = 4,
};

struct libunwind {
    int (*getcontext)(unw_context_t *);
    int (*init)(unw_cursor_t *, unw_context_t *);
    int (*step)(unw_cursor_t *);
    int (*get)(unw_cursor_t *, unw_regnum_t, unw_word_t *);
    int (*is_signal)(unw_cursor_t *);
};

/* Written by ol_hard_open; `is_usable` is stored with release after it and
 * loaded with acquire before use. */
static struct libunwind libunwind;
static _Atomic bool is_usable;

static bool find_symbol(void *library, const char *name, void *out)
{
    void *const found = dlsym(library, name);
    memcpy(out, &found, sizeof found);
    return found != NULL;
}

static bool find_symbols(void *library, struct libunwind *out)
{
    return find_symbol(library, SYMBOL(unw_tdep_getcontext),
               (void *)&out->getcontext) &&
           find_symbol(library, SYMBOL(unw_init_local), (void *)&out->init) &&
           find_symbol(library, SYMBOL(unw_step), (void *)&out->step) &&
           find_symbol(library, SYMBOL(unw_get_reg), (void *)&out->get) &&
           find_symbol(
               library, SYMBOL(unw_is_signal_frame), (void *)&out->is_signal);
}

/* ---- In the helper: libunwind keeps a pipe open, which it writes to by
 * numbers that the program may have closed and used again. Where it runs,
 * there are no descriptors but its own. ---- */

struct job {
    unw_context_t *context;
    struct ol_walk *walk;
    bool is_done;
};

static void prime(void *argument)
{
    const struct job *const job = argument;
    unw_cursor_t cursor;
    if (libunwind.init(&cursor, job->context) != 0) return;
    for (int i = 0; i < PRIMING_STEPS; i++)
        if (libunwind.step(&cursor) <= 0) return;
}

static bool read_cursor(unw_cursor_t *cursor, struct ol_regs *out)
{
    unw_word_t pc = 0;
    unw_word_t sp = 0;
    unw_word_t fp = 0;
    if (libunwind.get(cursor, UNW_REG_IP, &pc) != 0) return false;
    if (libunwind.get(cursor, UNW_REG_SP, &sp) != 0) return false;
    if (libunwind.get(cursor, UNW_X86_64_RBP, &fp) != 0) return false;
    *out = (struct ol_regs){pc, sp, fp};
    return true;
}

/* Steps the cursor to the frame that the walk is at. */
static bool find_frame(unw_cursor_t *cursor, const struct ol_walk *walk)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        struct ol_regs at;
        if (!read_cursor(cursor, &at)) return false;
        if (at.pc == walk->regs.pc && at.sp == walk->regs.sp) return true;
        if (libunwind.step(cursor) <= 0) return false;
    }
    return false;
}

static void step(void *argument)
{
    struct job *const job = argument;
    struct ol_walk *const walk = job->walk;
    unw_cursor_t cursor;
    if (libunwind.init(&cursor, job->context) != 0) return;
    if (!find_frame(&cursor, walk)) return;
    /* Versions differ in which of two frames they say it of: the
     * trampoline, or the one that was interrupted. */
    const bool is_trampoline = libunwind.is_signal(&cursor) > 0;
    struct ol_regs to;
    if (libunwind.step(&cursor) <= 0) return;
    if (!read_cursor(&cursor, &to)) return;
    walk->regs = to;
    walk->is_exact = is_trampoline || libunwind.is_signal(&cursor) > 0;
    job->is_done = true;
}

/* ---- In the thread ---- */

/* Runs `fn` on a context that begins in this frame. Returns whether it ran
 * and, if it is to step, did. */
static OL_NOINLINE bool run_from_here(ol_helper_fn fn, struct ol_walk *walk)
{
    unw_context_t context;
    (void)libunwind.getcontext(&context);
    struct job job = {.context = &context, .walk = walk};
    const struct ol_signals saved = ol_lock_block_signals();
    const bool did_run = ol_helper_try(fn, &job);
    ol_lock_restore_signals(saved);
    return did_run && (walk == NULL || job.is_done);
}

bool ol_hard_open(void)
{
    if (atomic_load_explicit(&is_usable, memory_order_acquire)) return true;
    void *const library = dlopen("libunwind.so.8", RTLD_LOCAL | RTLD_NOW);
    if (library == NULL) return false;
    if (!find_symbols(library, &libunwind)) {
        dlclose(library);
        return false;
    }
    const bool is_primed = run_from_here(prime, NULL);
    atomic_store_explicit(&is_usable, is_primed, memory_order_release);
    return is_primed;
}

void ol_hard_forbid(void)
{
    atomic_store_explicit(&is_usable, false, memory_order_release);
}

bool ol_hard_step(struct ol_walk *walk)
{
    if (!atomic_load_explicit(&is_usable, memory_order_acquire)) return false;
    /* libunwind reads what it is told to. Where a call was made that is
     * right, but compilers do not describe every epilogue. */
    if (walk->is_guessed || walk->is_exact) return false;
    const int saved_errno = errno;
    const bool is_done = run_from_here(step, walk);
    errno = saved_errno;
    return is_done;
}
