/* lives.c - how processes multiply and end: fork, exec, exit.
 *
 * A child that shares our memory (vfork, posix_spawn) is not this process:
 * what it says of itself is not recorded.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/lives.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/clock.h"
#include "preload/inherit.h"
#include "preload/real.h"
#include "preload/threads.h"

/* ---- Records ---- */

static void put(const struct ol_record *record)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL) (void)!ol_stream_put(stream, record);
    ol_threads_leave();
}

static void end(enum ol_end reason, int status)
{
    if (ol_process_is_borrowed()) return;
    const int saved_errno = errno;
    put(&(struct ol_record){.type = OL_RECORD_END,
        .tick = ol_clock_late(),
        .value = {(uint64_t)reason, (uint64_t)(int64_t)status}});
    ol_process_end(reason, status);
    errno = saved_errno;
}

static void note_child(pid_t pid)
{
    if (pid <= 0 || ol_process_is_borrowed()) return;
    put(&(struct ol_record){.type = OL_RECORD_FORK,
        .tick = ol_clock_late(),
        .value = {(uint64_t)pid}});
}

/* ---- fork ---- */

/* A handler that interrupted a section has forked, and the child may go back
 * into it: a section of its own first takes the parent's chunk away. */
static void leave_parent(void)
{
    if (ol_threads_local.depth == 0) return;
    (void)ol_threads_enter();
    ol_threads_leave();
}

static pid_t note_fork(pid_t pid)
{
    if (pid == 0) leave_parent();
    note_child(pid);
    return pid;
}

OL_EXPORT pid_t fork(void)
{
    (void)ol_real_resolve();
    return note_fork(ol_real.fork());
}

OL_EXPORT pid_t _Fork(void)
{
    (void)ol_real_resolve();
    return note_fork(ol_real._Fork());
}

/* ---- The end ---- */

void ol_lives_exited(int status, void *unused)
{
    (void)unused;
    end(OL_END_EXIT, status);
}

OL_EXPORT OL_NORETURN void _exit(int status)
{
    (void)ol_real_resolve();
    end(OL_END_EXIT_NOW, status);
    ol_real._exit(status);
    __builtin_unreachable();
}

OL_EXPORT OL_NORETURN void _Exit(int status)
{
    _exit(status);
}

OL_EXPORT OL_NORETURN void quick_exit(int status)
{
    (void)ol_real_resolve();
    end(OL_END_QUICK_EXIT, status);
    ol_real.quick_exit(status);
    __builtin_unreachable();
}

OL_EXPORT OL_NORETURN void abort(void)
{
    (void)ol_real_resolve();
    end(OL_END_ABORT, SIGABRT);
    ol_real.abort();
    __builtin_unreachable();
}

/* ---- exec ---- */

static char *const *prepare(char *const *environment)
{
    (void)ol_real_resolve();
    /* Also in a child that has not begun a recording of its own. */
    const bool follows =
        ol_process.is_recording && ol_process.settings.follows_exec;
    return follows ? ol_inherit_environment(environment) : environment;
}

static void note_exec(const char *path)
{
    if (path == NULL || ol_process_is_borrowed()) return;
    put(&(struct ol_record){.type = OL_RECORD_EXEC,
        .tick = ol_clock_late(),
        .bytes = {{(const uint8_t *)path, strlen(path)}}});
    ol_process_end(OL_END_EXEC, 0);
}

/* Only a failed exec returns. */
static int note_failure(int result)
{
    if (ol_process_is_borrowed()) return result;
    const int code = errno;
    put(&(struct ol_record){.type = OL_RECORD_EXEC_FAILED,
        .tick = ol_clock_late(),
        .value = {(uint64_t)code}});
    ol_process_end(OL_END_NONE, 0);
    errno = code;
    return result;
}

OL_EXPORT int execve(
    const char *path, char *const arguments[], char *const environment[])
{
    char *const *const variables = prepare(environment);
    note_exec(path);
    return note_failure(ol_real.execve(path, arguments, variables));
}

OL_EXPORT int execv(const char *path, char *const arguments[])
{
    return execve(path, arguments, environ);
}

OL_EXPORT int execvpe(
    const char *file, char *const arguments[], char *const environment[])
{
    char *const *const variables = prepare(environment);
    note_exec(file);
    return note_failure(ol_real.execvpe(file, arguments, variables));
}

OL_EXPORT int execvp(const char *file, char *const arguments[])
{
    return execvpe(file, arguments, environ);
}

OL_EXPORT int fexecve(
    int fd, char *const arguments[], char *const environment[])
{
    char *const *const variables = prepare(environment);
    note_exec("(descriptor)");
    return note_failure(ol_real.fexecve(fd, arguments, variables));
}

static int fail_without_memory(void)
{
    errno = ENOMEM;
    return -1;
}

OL_EXPORT int execl(const char *path, const char *argument, ...)
{
    va_list rest;
    va_start(rest, argument);
    char *const *const arguments = ol_inherit_arguments(argument, &rest);
    va_end(rest);
    if (arguments == NULL) return fail_without_memory();
    return execve(path, arguments, environ);
}

OL_EXPORT int execlp(const char *file, const char *argument, ...)
{
    va_list rest;
    va_start(rest, argument);
    char *const *const arguments = ol_inherit_arguments(argument, &rest);
    va_end(rest);
    if (arguments == NULL) return fail_without_memory();
    return execvpe(file, arguments, environ);
}

OL_EXPORT int execle(const char *path, const char *argument, ...)
{
    va_list rest;
    va_start(rest, argument);
    char *const *const arguments = ol_inherit_arguments(argument, &rest);
    char *const *const environment =
        arguments == NULL ? NULL : va_arg(rest, char *const *);
    va_end(rest);
    if (arguments == NULL) return fail_without_memory();
    return execve(path, arguments, environment);
}

/* ---- posix_spawn ---- */

OL_EXPORT int posix_spawn(pid_t *pid, const char *path,
    const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes, char *const arguments[],
    char *const environment[])
{
    pid_t child = 0;
    char *const *const variables = prepare(environment);
    const int code = ol_real.posix_spawn(
        &child, path, actions, attributes, arguments, variables);
    if (code != 0) return code;
    if (pid != NULL) *pid = child;
    note_child(child);
    return 0;
}

OL_EXPORT int posix_spawnp(pid_t *pid, const char *file,
    const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes, char *const arguments[],
    char *const environment[])
{
    pid_t child = 0;
    char *const *const variables = prepare(environment);
    const int code = ol_real.posix_spawnp(
        &child, file, actions, attributes, arguments, variables);
    if (code != 0) return code;
    if (pid != NULL) *pid = child;
    note_child(child);
    return 0;
}
