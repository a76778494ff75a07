/* walk_oracle.c - walked stacks against libunwind's unw_step.
 *
 * Stacks of every special kind are taken where the program calls for it; a
 * second time, the same work is run instruction by instruction (the trap
 * flag raises a signal after each), so that stacks are taken at every
 * address that it passes: prologues, PLT entries, the lazy binder, the vDSO.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <alloca.h>
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "preload/loaded.h"
#include "tests/unwind/capture_here.h"
#include "tests/unwind/walk_cases.h"
#include "tests/unwind/watch.h"

enum {
    DEPTH_LIMIT = 256,
    STACK_BYTES = 1 << 16,
    TRAP_FLAG = 0x100,
    STEPS_MAX = 60000, /* of one case */
    TIMER_US = 200,
    TIMED_STACKS = 5000,
};

static _Thread_local struct watch *watch;
static volatile sig_atomic_t steps_left;

/* ---- Taking ---- */

static void set_trap_flag(void)
{
    __builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() | TRAP_FLAG);
}

void capture_from(void *argument, const struct ol_regs *start)
{
    (void)argument;
    if (watch == NULL) return;
    if (steps_left == 0) {
        watch_take(watch, start, false);
    } else {
        set_trap_flag(); /* the kernel clears it for a handler */
    }
}

void take_here(void)
{
    capture_here(NULL);
}

/* ---- Signals ---- */

static struct ol_regs interrupted(const void *context)
{
    const ucontext_t *const uc = context;
    return (struct ol_regs){
        (uintptr_t)uc->uc_mcontext.gregs[REG_RIP],
        (uintptr_t)uc->uc_mcontext.gregs[REG_RSP],
        (uintptr_t)uc->uc_mcontext.gregs[REG_RBP],
    };
}

static void on_step(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    ucontext_t *const uc = context;
    const struct ol_regs start = interrupted(context);
    if (steps_left > 1) {
        steps_left--;
        watch_take(watch, &start, true);
    } else {
        uc->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
    }
}

static void on_timer(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    const struct ol_regs start = interrupted(context);
    if (watch != NULL) watch_take(watch, &start, true);
}

static void handle(int number, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    sigaction(number, &action, NULL);
}

/* ---- Running ---- */

static void clear_trap_flag(void)
{
    __builtin_ia32_writeeflags_u64(
        __builtin_ia32_readeflags_u64() & ~(unsigned long long)TRAP_FLAG);
}

static void run_by_steps(walk_case_fn work)
{
    steps_left = STEPS_MAX;
    set_trap_flag();
    work();
    clear_trap_flag();
    steps_left = 0;
}

static void run_under_timer(void (*work)(void))
{
    const struct itimerval fast = {{0, TIMER_US}, {0, TIMER_US}};
    const struct itimerval off = {{0, 0}, {0, 0}};
    handle(SIGPROF, on_timer);
    setitimer(ITIMER_PROF, &fast, NULL);
    while (watch->taken_count < TIMED_STACKS)
        work();
    setitimer(ITIMER_PROF, &off, NULL);
}

/* ---- Threads ---- */

struct worker {
    struct watch watch;
    walk_case_fn work;
};

static void *run_worker(void *argument)
{
    struct worker *const worker = argument;
    watch = &worker->watch;
    for (unsigned i = 0; i < 50; i++)
        worker->work();
    watch = NULL;
    return NULL;
}

static size_t run_threads(void)
{
    enum {
        THREADS = 4
    };
    static struct worker worker[THREADS];
    pthread_t thread[THREADS];
    size_t wrong = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        watch_init(&worker[i].watch, DEPTH_LIMIT);
        worker[i].work = walk_cases[i].work;
        pthread_create(&thread[i], NULL, run_worker, &worker[i]);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        wrong += watch_compare(&worker[i].watch, "thread");
        watch_deinit(&worker[i].watch);
    }
    return wrong;
}

static void run_all(void)
{
    for (unsigned i = 0; i < walk_case_count; i++)
        if (!walk_cases[i].is_sensitive) walk_cases[i].work();
}

int main(void)
{
    static struct watch main_watch;
    static uint8_t alternate[STACK_BYTES];
    const stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    char name[64];
    size_t wrong = 0;
    ol_loaded_init();
    watch_open_libunwind();
    sigaltstack(&stack, NULL);
    handle(SIGTRAP, on_step);
    watch_init(&main_watch, DEPTH_LIMIT);
    watch = &main_watch;

    /* First by steps, while functions are still bound lazily. */
    for (unsigned i = 0; i < walk_case_count; i++) {
        snprintf(name, sizeof name, "%s, by steps", walk_cases[i].name);
        run_by_steps(walk_cases[i].work);
        if (watch->taken_count < 100) wrong++;
        wrong += watch_compare(watch, name);
    }
    for (unsigned i = 0; i < walk_case_count; i++) {
        snprintf(name, sizeof name, "%s", walk_cases[i].name);
        walk_cases[i].work();
        if (watch->taken_count < walk_cases[i].least) wrong++;
        wrong += watch_compare(watch, name);
    }
    run_under_timer(run_all);
    wrong += watch_compare(watch, "all, under a timer");
    wrong += run_threads();
    watch = NULL;
    watch_deinit(&main_watch);
    printf("%zu differ\n", wrong);
    return wrong != 0;
}
