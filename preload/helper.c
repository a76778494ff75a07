/* helper.c - see helper.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/helper.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

struct task {
    ol_helper_fn fn;
    void *argument;
};

enum {
    STACK_BYTES = 32768
};

static _Alignas(64) uint8_t stack[STACK_BYTES];

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

void ol_helper_run(ol_helper_fn fn, void *argument)
{
    const int saved_errno = errno;
    struct task task = {fn, argument};
    /* A thread is no child: nobody's wait() finds it. Neither the table of
     * descriptors nor the working directory is shared. The stack grows
     * down. */
    const int flags =
        CLONE_VM | CLONE_VFORK | CLONE_THREAD | CLONE_SIGHAND | CLONE_UNTRACED;
    const pid_t tid = clone(run_task, stack + STACK_BYTES, flags, &task);
    if (tid < 0)
        fn(argument);
    else
        wait_until_gone(tid);
    errno = saved_errno;
}
