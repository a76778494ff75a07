/* test_launch.c - run programs, and write down how one died.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/check.h"
#include "trace/layout.h"

/* Any library will do: what is preloaded is not the question here. */
static const char some_library[] = "libm.so.6";

static int run(char *const *arguments, struct ol_launch_end *end)
{
    const struct ol_launch launch = {.path = arguments[0],
        .arguments = arguments,
        .library = some_library,
        .recording = "/tmp/none.olt"};
    return ol_launch_run(&launch, end);
}

static int run_shell(const char *command, struct ol_launch_end *end)
{
    char name[] = "/bin/sh";
    char option[] = "-c";
    char *const text = strdup(command);
    OL_CHECK(text != NULL);
    char *arguments[] = {name, option, text, NULL};
    const int error = run(arguments, end);
    free(text);
    return error;
}

OL_CASE(the_exit_code_comes_back)
{
    struct ol_launch_end end;
    OL_CHECK_EQ(run_shell("exit 7", &end), 0);
    OL_CHECK(WIFEXITED(end.status));
    OL_CHECK_EQ(WEXITSTATUS(end.status), 7);
}

OL_CASE(the_signal_comes_back)
{
    struct ol_launch_end end;
    OL_CHECK_EQ(run_shell("kill -KILL $$", &end), 0);
    OL_CHECK(WIFSIGNALED(end.status));
    OL_CHECK_EQ(WTERMSIG(end.status), SIGKILL);
}

OL_CASE(the_environment_names_library_and_recording)
{
    struct ol_launch_end end;
    OL_CHECK_EQ(setenv("LD_PRELOAD", "libc.so.6", 1), 0);
    OL_CHECK_EQ(run_shell("test \"$LD_PRELOAD\" = libm.so.6:libc.so.6 &&"
                          " test \"$OUTLIVE_OUTPUT\" = /tmp/none.olt",
                    &end),
        0);
    OL_CHECK_EQ(unsetenv("LD_PRELOAD"), 0);
    OL_CHECK_EQ(end.status, 0);
}

OL_CASE(a_signal_to_the_launcher_alone_is_passed_on)
{
    struct ol_launch_end end;
    /* $PPID is this process, which waits inside the launcher. */
    OL_CHECK_EQ(run_shell("trap 'exit 5' TERM; kill -TERM $PPID;"
                          " while :; do sleep 0.01; done",
                    &end),
        0);
    OL_CHECK(WIFEXITED(end.status));
    OL_CHECK_EQ(WEXITSTATUS(end.status), 5);
}

/* Looks for a line in the status of the program that looks for it. */
static int grep_status(char *pattern, struct ol_launch_end *end)
{
    char name[] = "/bin/grep";
    char option[] = "-q";
    char file[] = "/proc/self/status";
    char *arguments[] = {name, option, pattern, file, NULL};
    return run(arguments, end);
}

OL_CASE(the_program_finds_signals_as_the_launcher_did)
{
    struct ol_launch_end end;
    char none_blocked[] = "^SigBlk:.*0000000000000000$";
    char child_ignored[] = "^SigIgn:.*[13579bdf]....$";
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;
    OL_CHECK_EQ(sigaction(SIGCHLD, &ignore, &before), 0);
    OL_CHECK_EQ(grep_status(none_blocked, &end), 0);
    OL_CHECK_EQ(end.status, 0);
    OL_CHECK_EQ(grep_status(child_ignored, &end), 0);
    OL_CHECK_EQ(end.status, 0);
    OL_CHECK_EQ(sigaction(SIGCHLD, &before, NULL), 0);
    OL_CHECK_EQ(grep_status(child_ignored, &end), 0);
    OL_CHECK(end.status != 0);
}

OL_CASE(a_failing_exec_is_told_and_leaves_no_child)
{
    char name[] = "/no/such/program";
    char *arguments[] = {name, NULL};
    struct ol_launch_end end;
    OL_CHECK_EQ(run(arguments, &end), -ENOENT);
    OL_CHECK(end.at_exec);
    OL_CHECK_EQ(waitpid(-1, NULL, WNOHANG), -1);
    OL_CHECK_EQ(errno, ECHILD);
}

static void make_trace(const char *path, uint32_t pid, uint32_t end)
{
    static uint8_t bytes[OL_HEADER_BYTES];
    struct ol_file_header header = {
        .major = OL_TRACE_MAJOR, .header_bytes = OL_HEADER_BYTES, .pid = pid};
    memcpy(header.magic, OL_TRACE_MAGIC, sizeof(header.magic));
    memset(bytes, 0, sizeof(bytes));
    memcpy(bytes, &header, sizeof(header));
    memcpy(bytes + OL_CONTROL_OFFSET + offsetof(struct ol_file_control, end),
        &end, sizeof(end));
    FILE *const file = fopen(path, "w");
    OL_CHECK(file != NULL);
    OL_CHECK_EQ(fwrite(bytes, sizeof(bytes), 1, file), 1);
    OL_CHECK_EQ(fclose(file), 0);
}

static uint32_t read_word(const char *path, size_t offset)
{
    uint32_t word = 0;
    const int file = open(path, O_RDONLY);
    OL_CHECK(file >= 0);
    OL_CHECK_EQ(pread(file, &word, sizeof(word), (off_t)offset), 4);
    close(file);
    return word;
}

OL_CASE(death_by_signal_goes_into_the_image_that_had_no_end)
{
    char folder[] = "/tmp/outlive-launch-XXXXXX";
    char first[PATH_MAX];
    char second[PATH_MAX];
    OL_CHECK(mkdtemp(folder) != NULL);
    snprintf(first, sizeof(first), "%s/77.trace", folder);
    snprintf(second, sizeof(second), "%s/77-2.trace", folder);
    make_trace(first, 77, OL_END_EXEC);
    make_trace(second, 77, OL_END_NONE);

    OL_CHECK_EQ(ol_launch_record_signal(folder, 77, SIGSEGV), 0);
    const size_t end =
        OL_CONTROL_OFFSET + offsetof(struct ol_file_control, end);
    OL_CHECK_EQ(read_word(first, end), OL_END_EXEC);
    OL_CHECK_EQ(read_word(second, end), OL_END_SIGNAL);
    OL_CHECK_EQ(read_word(second, end + 4), SIGSEGV);
    OL_CHECK_EQ(ol_launch_record_signal(folder, 77, SIGSEGV), -ENOENT);
    OL_CHECK_EQ(ol_launch_record_signal(folder, 78, SIGSEGV), -ENOENT);
    unlink(first);
    unlink(second);
    rmdir(folder);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(the_exit_code_comes_back)
OL_CASES_ENTRY(the_signal_comes_back)
OL_CASES_ENTRY(the_environment_names_library_and_recording)
OL_CASES_ENTRY(a_signal_to_the_launcher_alone_is_passed_on)
OL_CASES_ENTRY(the_program_finds_signals_as_the_launcher_did)
OL_CASES_ENTRY(a_failing_exec_is_told_and_leaves_no_child)
OL_CASES_ENTRY(death_by_signal_goes_into_the_image_that_had_no_end)
OL_CASES_END
