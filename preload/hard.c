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

static OL_NOINLINE void prime(void)
{
    unw_context_t context;
    unw_cursor_t cursor;
    (void)libunwind.getcontext(&context);
    if (libunwind.init(&cursor, &context) != 0) return;
    for (int i = 0; i < PRIMING_STEPS; i++)
        if (libunwind.step(&cursor) <= 0) return;
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
    prime();
    atomic_store_explicit(&is_usable, true, memory_order_release);
    return true;
}

void ol_hard_forbid(void)
{
    atomic_store_explicit(&is_usable, false, memory_order_release);
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

static OL_NOINLINE bool step_from_here(struct ol_walk *walk)
{
    unw_context_t context;
    unw_cursor_t cursor;
    (void)libunwind.getcontext(&context);
    if (libunwind.init(&cursor, &context) != 0) return false;
    if (!find_frame(&cursor, walk)) return false;
    /* Versions differ in which of two frames they say it of: the
     * trampoline, or the one that was interrupted. */
    const bool is_trampoline = libunwind.is_signal(&cursor) > 0;
    struct ol_regs to;
    if (libunwind.step(&cursor) <= 0) return false;
    if (!read_cursor(&cursor, &to)) return false;
    walk->regs = to;
    walk->is_exact = is_trampoline || libunwind.is_signal(&cursor) > 0;
    return true;
}

bool ol_hard_step(struct ol_walk *walk)
{
    if (!atomic_load_explicit(&is_usable, memory_order_acquire)) return false;
    /* libunwind reads what it is told to. Where a call was made that is
     * right, but compilers do not describe every epilogue. */
    if (walk->is_guessed || walk->is_exact) return false;
    const int saved_errno = errno;
    const bool is_done = step_from_here(walk);
    errno = saved_errno;
    return is_done;
}
