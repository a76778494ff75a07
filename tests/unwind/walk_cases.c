/* walk_cases.c - code whose stacks are hard to walk; see walk_cases.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unwind/walk_cases.h"

#include <alloca.h>
#include <dlfcn.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <regex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>

#include "base/attributes.h"

enum {
    STACK_BYTES = 1 << 16,
    SORTED = 12,
};

static volatile unsigned sink;

/* ---- Plain calls ---- */

// NOLINTBEGIN(misc-no-recursion): deep stacks are the point

static OL_NOINLINE void recurse(unsigned depth)
{
    if (depth == 0) {
        take_here();
    } else {
        recurse(depth - 1);
    }
    sink++;
}

static void walk_deep(void)
{
    recurse(60);
    recurse(600); /* deeper than the limit */
}

/* ---- Realigned stacks, whose CFA is in memory ---- */

static OL_NOINLINE void realign(unsigned bytes, unsigned depth)
{
    _Alignas(64) volatile uint8_t aligned[64];
    volatile uint8_t *const block = alloca(bytes);
    aligned[0] = (uint8_t)depth;
    block[bytes - 1] = aligned[0];
    take_here();
    if (depth > 0) realign(bytes + 24, depth - 1);
    sink += block[bytes - 1];
}

static void walk_realigned(void)
{
    realign(8, 6);
    realign(1000, 2);
    realign(100000, 1); /* a frame larger than the walker thinks near */
}

/* ---- Tail calls ---- */

static OL_NOINLINE unsigned tail_end(unsigned n)
{
    take_here();
    return n + sink;
}

static OL_NOINLINE unsigned tail_middle(unsigned n)
{
    sink++;
    return tail_end(n + 1);
}

static OL_NOINLINE unsigned tail_begin(unsigned n)
{
    sink += n;
    return tail_middle(n + 1);
}

static void walk_tail_calls(void)
{
    sink += tail_begin(1);
    sink += tail_begin(2);
}

/* ---- Callbacks ---- */

static int compare(const void *a, const void *b)
{
    take_here();
    return *(const int *)a - *(const int *)b;
}

static void walk_callbacks(void)
{
    int numbers[SORTED];
    for (int i = 0; i < SORTED; i++)
        numbers[i] = i * 7 % SORTED;
    qsort(numbers, SORTED, sizeof *numbers, compare);
    const int key = 5;
    (void)bsearch(&key, numbers, SORTED, sizeof *numbers, compare);
}

/* ---- Signals ---- */

static void on_inner(int number)
{
    (void)number;
    take_here();
}

static void on_outer(int number)
{
    (void)number;
    take_here();
    raise(SIGUSR2);
    take_here();
}

static void set_handler(int number, void (*handler)(int), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(number, &action, NULL);
}

static void walk_signals(void)
{
    set_handler(SIGUSR1, on_outer, 0);
    set_handler(SIGUSR2, on_inner, 0);
    raise(SIGUSR1);
    set_handler(SIGUSR1, on_outer, SA_ONSTACK);
    raise(SIGUSR1);
    set_handler(SIGUSR2, on_inner, SA_ONSTACK);
    raise(SIGUSR1);
}

/* ---- Jumps ---- */

static jmp_buf jump;

static OL_NOINLINE void descend_and_jump(unsigned depth)
{
    take_here();
    if (depth > 0) descend_and_jump(depth - 1);
    if (sink != UINT_MAX) longjmp(jump, 1);
    sink++;
}

// NOLINTEND(misc-no-recursion)

static void walk_jumps(void)
{
    for (volatile unsigned i = 0; i < 5; i++) {
        if (setjmp(jump) == 0) descend_and_jump(i);
        take_here();
    }
}

/* ---- Coroutines on stacks that go away ---- */

static ucontext_t here;
static ucontext_t there;

static void run_coroutine(void)
{
    recurse(5);
    swapcontext(&there, &here);
    recurse(3);
    take_here();
}

static void make_coroutine(void *stack)
{
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = STACK_BYTES;
    there.uc_link = &here;
    makecontext(&there, run_coroutine, 0);
}

static void walk_coroutines(void)
{
    for (unsigned i = 0; i < 4; i++) {
        void *const stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        make_coroutine(stack);
        swapcontext(&here, &there);
        take_here();
        if (i % 2 == 0) swapcontext(&here, &there);
        munmap(stack, STACK_BYTES);
        take_here();
        recurse(4);
    }
}

/* ---- Libraries ---- */

static void walk_libraries(void)
{
    char text[200];
    regex_t regex;
    struct timespec now;
    /* Bound here, by the lazy binder: its frames are HARD. */
    sink +=
        (unsigned)snprintf(text, sizeof text, "%.17g %s %a", 3.25, "x", 1.1);
    sink += (unsigned)strtod("1.2345678901234567890e-10", NULL);
    sink += (unsigned)(cbrt(sink) + lgamma(sink + 1.5));
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (regcomp(&regex, "a[bc]*d+|x", REG_EXTENDED) == 0) {
        sink += (unsigned)regexec(&regex, "abcbcddd", 0, NULL, 0);
        regfree(&regex);
    }
    free(strdup(text));
    take_here();
}

const struct walk_case walk_cases[] = {
    {"deep", walk_deep, 2, false},
    {"realigned", walk_realigned, 12, false},
    {"tail calls", walk_tail_calls, 2, false},
    {"callbacks", walk_callbacks, 10, false},
    {"signals", walk_signals, 9, true},
    {"jumps", walk_jumps, 20, true},
    {"coroutines", walk_coroutines, 14, true},
    {"libraries", walk_libraries, 1, false},
    {"exceptions", walk_throw, 8, false},
};

const unsigned walk_case_count = sizeof walk_cases / sizeof *walk_cases;
