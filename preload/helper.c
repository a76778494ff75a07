/* helper.c - see helper.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/helper.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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
    task->fn(task->argument);
    syscall(SYS_exit, 0);
    return 0;
}

void ol_helper_run(ol_helper_fn fn, void *argument)
{
    const int saved_errno = errno;
    struct task task = {fn, argument};
    /* No exit signal in the low byte; neither files nor signal handlers nor
     * the thread group are shared. The stack grows down. */
    const int flags = CLONE_VM | CLONE_VFORK | CLONE_UNTRACED;
    const int pid = clone(run_task, stack + STACK_BYTES, flags, &task);
    if (pid < 0)
        fn(argument);
    else
        syscall(SYS_wait4, pid, NULL, __WCLONE, NULL);
    errno = saved_errno;
}
