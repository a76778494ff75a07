/* coroutine.c - a function that can be left in its middle and gone on with.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/coroutine.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <ucontext.h>

/* Frames of code that is instrumented are large. */
enum {
    STACK_BYTES = 256 * 1024
};

/* What sanitizers want to be told when a thread changes its stack; absent,
 * and so NULL, in programs without them. Declared in
 * <sanitizer/common_interface_defs.h> and <sanitizer/tsan_interface.h>. */
/* NOLINTBEGIN(readability-identifier-naming): the names are theirs. */
__attribute__((weak)) void __sanitizer_start_switch_fiber(
    void **fake_stack_save, const void *bottom, size_t bytes);
__attribute__((weak)) void __sanitizer_finish_switch_fiber(
    void *fake_stack, const void **bottom_old, size_t *bytes_old);
__attribute__((weak)) void *__tsan_get_current_fiber(void);
__attribute__((weak)) void *__tsan_create_fiber(unsigned flags);
__attribute__((weak)) void __tsan_destroy_fiber(void *fiber);
__attribute__((weak)) void __tsan_switch_to_fiber(void *fiber, unsigned flags);
/* NOLINTEND(readability-identifier-naming) */

/* One side of a switch. */
struct side {
    ucontext_t machine;
    const void *stack; /* its lowest address */
    size_t stack_bytes;
    void *fake_stack; /* AddressSanitizer's */
    void *fiber;      /* ThreadSanitizer's */
};

struct rt_coroutine {
    void (*body)(void *env);
    void *env;
    bool is_in_middle;
    struct rt_coroutine *outer; /* that resumed this one; NULL: the thread */
    struct side inside;
    struct side outside; /* who resumed, while it runs */
    void *stack;         /* owner */
};

static _Thread_local struct rt_coroutine *running;

/* Goes over to `to`, until somebody comes back to `from`. */
static void go_over(struct side *from, struct side *to)
{
    if (__sanitizer_start_switch_fiber)
        __sanitizer_start_switch_fiber(
            &from->fake_stack, to->stack, to->stack_bytes);
    if (__tsan_switch_to_fiber) __tsan_switch_to_fiber(to->fiber, 0);
    swapcontext(&from->machine, &to->machine);
}

/* The first thing to do on the inside: where we come from is learnt here. */
static void arrive(struct rt_coroutine *coroutine, void *fake_stack)
{
    if (__sanitizer_finish_switch_fiber)
        __sanitizer_finish_switch_fiber(fake_stack, &coroutine->outside.stack,
            &coroutine->outside.stack_bytes);
}

static void leave(struct rt_coroutine *coroutine)
{
    go_over(&coroutine->inside, &coroutine->outside);
    arrive(coroutine, coroutine->inside.fake_stack);
}

static void enter(void)
{
    struct rt_coroutine *const coroutine = running;
    arrive(coroutine, NULL);
    for (;;) {
        coroutine->body(coroutine->env);
        coroutine->is_in_middle = false;
        leave(coroutine);
    }
}

static void make_inside(struct side *inside, void *stack)
{
    inside->stack = stack;
    inside->stack_bytes = STACK_BYTES;
    if (__tsan_create_fiber) inside->fiber = __tsan_create_fiber(0);
    getcontext(&inside->machine);
    inside->machine.uc_stack.ss_sp = stack;
    inside->machine.uc_stack.ss_size = STACK_BYTES;
    makecontext(&inside->machine, enter, 0);
}

struct rt_coroutine *rt_coroutine_create(void (*body)(void *env), void *env)
{
    struct rt_coroutine *const coroutine = calloc(1, sizeof *coroutine);
    if (!coroutine) return NULL;
    coroutine->body = body;
    coroutine->env = env;
    coroutine->stack = malloc(STACK_BYTES);
    if (!coroutine->stack) {
        free(coroutine);
        return NULL;
    }
    make_inside(&coroutine->inside, coroutine->stack);
    return coroutine;
}

int rt_coroutine_destroy(struct rt_coroutine *coroutine)
{
    if (!coroutine) return 0;
    if (coroutine->is_in_middle) return -EBUSY;
    if (__tsan_destroy_fiber) __tsan_destroy_fiber(coroutine->inside.fiber);
    free(coroutine->stack);
    free(coroutine);
    return 0;
}

bool rt_coroutine_resume(struct rt_coroutine *coroutine)
{
    struct side *const outside = &coroutine->outside;
    if (__tsan_get_current_fiber) outside->fiber = __tsan_get_current_fiber();
    coroutine->outer = running;
    coroutine->is_in_middle = true;
    running = coroutine;
    go_over(outside, &coroutine->inside);
    if (__sanitizer_finish_switch_fiber)
        __sanitizer_finish_switch_fiber(outside->fake_stack, NULL, NULL);
    running = coroutine->outer;
    return coroutine->is_in_middle;
}

void rt_coroutine_yield(void)
{
    assert(running);
    leave(running);
}
