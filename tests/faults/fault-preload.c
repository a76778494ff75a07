/* fault-preload.c - lets the recorder's Nth system call fail.
 *
 * Shape:     stands before the recorder, which calls the kernel by syscall()
 *            and clone(). Of the calls that can fail in life, the one that
 *            FAULT_AT counts to fails, and the file FAULT_MARK is made.
 *            FAULT_FOREVER: all later ones fail too.
 * Threads:   any.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

struct real {
    long (*syscall)(long, ...);
    int (*clone)(int (*)(void *), void *, int, void *, ...);
};

static struct real real;
static atomic_long seen;

static void look_up(void)
{
    *(void **)&real.syscall = dlsym(RTLD_NEXT, "syscall");
    *(void **)&real.clone = dlsym(RTLD_NEXT, "clone");
}

static long asked(void)
{
    const char *const text = getenv("FAULT_AT");
    return text ? strtol(text, NULL, 10) : 0;
}

static void leave_mark(void)
{
    const char *const path = getenv("FAULT_MARK");
    if (!path) return;
    const long fd = real.syscall(
        SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) real.syscall(SYS_close, fd);
}

/* Whether this call is to fail. */
static int is_next(void)
{
    const long at = asked();
    const long number = atomic_fetch_add(&seen, 1) + 1;
    if (at == 0 || number < at) return 0;
    if (number > at) return getenv("FAULT_FOREVER") != NULL;
    leave_mark();
    return 1;
}

static int error_of(long number)
{
    switch (number) {
    case SYS_mmap:
    case SYS_mremap:
        return ENOMEM;
    case SYS_fallocate:
        return ENOSPC;
    case SYS_openat:
        return EMFILE;
    case SYS_madvise:
    case SYS_getrandom:
        return EINVAL;
    case SYS_mkdirat:
    case SYS_linkat:
        return EACCES;
    case SYS_ftruncate:
        return EFBIG;
    case SYS_close_range:
        return ENOSYS;
    default:
        return 0;
    }
}

EXPORT long syscall(long number, ...)
{
    long argument[6];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < 6; i++)
        argument[i] = va_arg(rest, long);
    va_end(rest);
    if (!real.syscall) look_up();
    const int error = error_of(number);
    if (error != 0 && is_next()) {
        errno = error;
        return -1;
    }
    return real.syscall(number, argument[0], argument[1], argument[2],
        argument[3], argument[4], argument[5]);
}

EXPORT int clone(int (*fn)(void *), void *stack, int flags, void *argument, ...)
{
    if (!real.clone) look_up();
    if (is_next()) {
        errno = EAGAIN;
        return -1;
    }
    return real.clone(fn, stack, flags, argument);
}
