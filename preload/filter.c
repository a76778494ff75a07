/* filter.c - see filter.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "preload/sandbox.h"
#include "preload/threads.h"

enum {
    RUNWAY_BYTES = 4 * 1024 * 1024 /* about half a million events */
};

/* What the thread is to be filtered from is done before. */
static void close_sandbox(void)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL) ol_stream_reserve(stream, RUNWAY_BYTES);
    ol_threads_leave();
    atomic_store_explicit(&ol_sandbox_closed, true, memory_order_relaxed);
}

static void reopen_sandbox(void)
{
    atomic_store_explicit(&ol_sandbox_closed, false, memory_order_relaxed);
}

static bool sets_filter(unsigned operation)
{
    return operation == SECCOMP_SET_MODE_STRICT ||
           operation == SECCOMP_SET_MODE_FILTER;
}

long ol_filter_seccomp(unsigned operation, unsigned flags, void *argument)
{
    const bool was_closed = ol_sandbox_is_closed();
    const bool closes = !was_closed && sets_filter(operation);
    if (closes) close_sandbox();
    const long got = ol_entry_syscall(SYS_seccomp, operation, flags, argument);
    if (closes && got == -1) reopen_sandbox();
    return got;
}

OL_EXPORT int prctl(int option, ...)
{
    unsigned long argument[4];
    va_list rest;
    va_start(rest, option);
    for (unsigned i = 0; i < 4; i++)
        argument[i] = va_arg(rest, unsigned long);
    va_end(rest);
    const bool closes = option == PR_SET_SECCOMP && !ol_sandbox_is_closed();
    if (closes) close_sandbox();
    const long got = ol_entry_syscall(
        SYS_prctl, option, argument[0], argument[1], argument[2], argument[3]);
    if (closes && got == -1) reopen_sandbox();
    return (int)got;
}

long ol_filter_fail(long code)
{
    errno = (int)-code;
    return -1;
}
