/* helper.c - see helper.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/helper.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/pages.h"
#include "preload/sandbox.h"

struct task {
    ol_helper_fn fn;
    void *argument;
};

enum {
    STACK_BYTES = 128 * 1024, /* only what is touched costs anything */
};

static int run_task(void *argument)
{
    const struct task *const task = argument;
    /* Our copies of the program's files: it may have used up all numbers. */
    syscall(SYS_close_range, 0U, ~0U, 0U);
    syscall(SYS_umask, 0); /* ours alone: modes are as asked */
    task->fn(task->argument);
    syscall(SYS_exit, 0);
    return 0;
}

/* The caller runs on when the task has let go of the memory; a little later
 * it is no longer a thread, either. */
static void wait_until_gone(pid_t tid)
{
    const pid_t pid = getpid();
    while (syscall(SYS_tgkill, pid, tid, 0) == 0)
        syscall(SYS_sched_yield);
}

static bool run_on(uint8_t *stack, struct task *task)
{
    /* A thread is no child: nobody's wait() finds it. Neither the table of
     * descriptors nor the working directory is shared. The stack grows
     * down. */
    const int flags =
        CLONE_VM | CLONE_VFORK | CLONE_THREAD | CLONE_SIGHAND | CLONE_UNTRACED;
    const pid_t tid = clone(run_task, stack + STACK_BYTES, flags, task);
    if (tid >= 0) wait_until_gone(tid);
    return tid >= 0;
}

bool ol_helper_try(ol_helper_fn fn, void *argument)
{
    const int saved_errno = errno;
    if (ol_sandbox_is_closed()) return false;
    struct task task = {fn, argument};
    uint8_t *const stack = ol_pages_map(STACK_BYTES);
    const bool is_done = stack != NULL && run_on(stack, &task);
    ol_pages_unmap(stack, STACK_BYTES);
    errno = saved_errno;
    return is_done;
}

void ol_helper_run(ol_helper_fn fn, void *argument)
{
    const int saved_errno = errno;
    if (!ol_helper_try(fn, argument) && !ol_sandbox_is_closed()) fn(argument);
    errno = saved_errno;
}
