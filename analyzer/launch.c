/* launch.c - fork, exec, wait; see launch.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "trace/layout.h"

enum {
    IMAGES_MAX = 10000, /* PID.trace, PID-2.trace … of one process id */
    NS_PER_S = 1000000000,
};

/* ---- The library ---- */

static bool is_library(
    char *out, size_t out_bytes, const char *folder, const char *relative)
{
    char path[PATH_MAX];
    char real[PATH_MAX];
    if (snprintf(path, sizeof(path), "%s/%s", folder, relative) >= PATH_MAX)
        return false;
    if (realpath(path, real) == NULL) return false;
    const int need = snprintf(out, out_bytes, "%s", real);
    return need > 0 && (size_t)need < out_bytes;
}

int ol_launch_find_library(char *out, size_t out_bytes)
{
    /* Installed bin/outlive; then the build tree's analyzer/outlive. */
    static const char *const places[] = {
        "../lib/outlive/liboutlive-preload.so",
        "../" OUTLIVE_LIBDIR "/outlive/liboutlive-preload.so",
        "../preload/liboutlive-preload.so",
    };
    char self[PATH_MAX];
    const char *const asked = getenv("OUTLIVE_PRELOAD");
    if (asked != NULL && *asked != 0) {
        return is_library(out, out_bytes, *asked == '/' ? "" : ".", asked)
                   ? 0
                   : -ENOENT;
    }
    const ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (length <= 0) return -ENOENT;
    self[length] = 0;
    char *const slash = strrchr(self, '/');
    if (slash == NULL) return -ENOENT;
    *slash = 0;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (is_library(out, out_bytes, self, places[i])) return 0;
    return -ENOENT;
}

/* ---- The child ---- */

/* What the child must find as the launcher found it. */
struct inherited {
    sigset_t mask;
    struct sigaction on_child;
};

static int put_environment(const struct ol_launch *launch)
{
    char preload[2 * PATH_MAX];
    const char *const other = getenv("LD_PRELOAD");
    const bool both = other != NULL && *other != 0;
    const int need = snprintf(preload, sizeof(preload), "%s%s%s",
        launch->library, both ? ":" : "", both ? other : "");
    if (need < 0 || (size_t)need >= sizeof(preload)) return -E2BIG;
    if (setenv("LD_PRELOAD", preload, 1) != 0) return -errno;
    if (setenv("OUTLIVE_OUTPUT", launch->recording, 1) != 0) return -errno;
    /* No parent. The recorder writes its own id over it, so that whatever
     * the program runs, by whatever way, names it as the parent. */
    if (setenv("OUTLIVE_PARENT", "00000000000000000000000000000000", 1) != 0)
        return -errno;
    return 0;
}

OL_NORETURN static void become_program(const struct ol_launch *launch,
    const struct inherited *inherited, int report)
{
    int error = put_environment(launch);
    if (error == 0) {
        sigaction(SIGCHLD, &inherited->on_child, NULL);
        sigprocmask(SIG_SETMASK, &inherited->mask, NULL);
        execvp(launch->path, launch->arguments);
        error = -errno;
    }
    const ssize_t wrote = write(report, &error, sizeof(error));
    _exit(wrote == (ssize_t)sizeof(error) ? 126 : 127);
}

/* Reads why the exec failed; the pipe closes by itself when it succeeds. */
static int read_report(int report)
{
    int error = 0;
    ssize_t got = 0;
    do {
        got = read(report, &error, sizeof(error));
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(error) ? error : 0;
}

/* ---- Waiting ---- */

/* Signals that the terminal sends to the whole group carry SI_KERNEL. */
static void pass_on(pid_t child, const siginfo_t *info)
{
    if (info->si_code != SI_KERNEL) kill(child, info->si_signo);
}

static void wait_for_end(const sigset_t *awaited, struct ol_launch_end *end)
{
    for (;;) {
        siginfo_t info;
        if (waitpid(end->pid, &end->status, WNOHANG) == end->pid) return;
        if (sigwaitinfo(awaited, &info) > 0 && info.si_signo != SIGCHLD)
            pass_on(end->pid, &info);
    }
}

static void fill_awaited(sigset_t *awaited)
{
    static const int passed_on[] = {
        SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH, SIGALRM};
    sigemptyset(awaited);
    sigaddset(awaited, SIGCHLD);
    for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++)
        sigaddset(awaited, passed_on[i]);
}

static int start(const struct ol_launch *launch,
    const struct inherited *inherited, struct ol_launch_end *out)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -errno;
    out->pid = fork();
    if (out->pid == 0) become_program(launch, inherited, report[1]);
    int error = out->pid < 0 ? -errno : 0;
    close(report[1]);
    if (error == 0) {
        error = read_report(report[0]);
        out->at_exec = error != 0;
        if (error != 0) waitpid(out->pid, &out->status, 0);
    }
    close(report[0]);
    return error;
}

int ol_launch_run(const struct ol_launch *launch, struct ol_launch_end *out)
{
    const struct sigaction standard = {.sa_handler = SIG_DFL};
    struct inherited inherited;
    sigset_t awaited;
    *out = (struct ol_launch_end){0};
    fill_awaited(&awaited);
    sigprocmask(SIG_BLOCK, &awaited, &inherited.mask);
    /* With SIGCHLD ignored the kernel would keep no exit status for us. */
    sigaction(SIGCHLD, &standard, &inherited.on_child);

    const int error = start(launch, &inherited, out);
    if (error == 0) wait_for_end(&awaited, out);

    sigaction(SIGCHLD, &inherited.on_child, NULL);
    sigprocmask(SIG_SETMASK, &inherited.mask, NULL);
    return error;
}

/* ---- After the end ---- */

void ol_launch_end_alike(int status)
{
    if (!WIFSIGNALED(status)) exit(WEXITSTATUS(status));
    const int number = WTERMSIG(status);
    const struct rlimit none = {0, 0};
    sigset_t only;
    fflush(NULL);
    setrlimit(RLIMIT_CORE, &none);
    signal(number, SIG_DFL);
    sigemptyset(&only);
    sigaddset(&only, number);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    raise(number);
    _exit(128 + number);
}

static uint64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Returns whether the trace is of that process and had no end. */
static bool record_end(int file, pid_t pid, int number)
{
    struct ol_file_header header;
    if (pread(file, &header, sizeof(header), 0) != (ssize_t)sizeof(header))
        return false;
    if (memcmp(header.magic, OL_TRACE_MAGIC, sizeof(header.magic)) != 0)
        return false;
    if (header.major != OL_TRACE_MAJOR || header.pid != (uint32_t)pid)
        return false;
    struct ol_file_control *const control =
        mmap(NULL, OL_HEADER_BYTES - OL_CONTROL_OFFSET, PROT_READ | PROT_WRITE,
            MAP_SHARED, file, OL_CONTROL_OFFSET);
    if (control == MAP_FAILED) return false;
    const bool open = control->end == OL_END_NONE;
    if (open) {
        control->end_status = number;
        control->end_mono_ns = monotonic_ns();
        control->end = OL_END_SIGNAL;
    }
    munmap(control, OL_HEADER_BYTES - OL_CONTROL_OFFSET);
    return open;
}

int ol_launch_record_signal(const char *recording, pid_t pid, int signal)
{
    char path[PATH_MAX];
    for (unsigned image = 1; image < IMAGES_MAX; image++) {
        const int need = image == 1
                             ? snprintf(path, sizeof(path), "%s/%jd.trace",
                                   recording, (intmax_t)pid)
                             : snprintf(path, sizeof(path), "%s/%jd-%u.trace",
                                   recording, (intmax_t)pid, image);
        if (need < 0 || need >= PATH_MAX) return -ENAMETOOLONG;
        const int file = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (file < 0) return -ENOENT;
        const bool recorded = record_end(file, pid, signal);
        close(file);
        if (recorded) return 0;
    }
    return -ENOENT;
}
