/* cmd_run.c - `outlive run`: record a program, then report.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/cmd_report.h"
#include "analyzer/command.h"
#include "analyzer/launch.h"
#include "analyzer/program.h"

enum {
    EXIT_NOT_FOUND = 127,
    EXIT_NOT_EXECUTABLE = 126,
};

/* The recording's directory, absolute: the program may go elsewhere. */
static bool choose_directory(
    const struct ol_options *options, char out[PATH_MAX])
{
    char name[64];
    char here[PATH_MAX];
    snprintf(name, sizeof name, "outlive-%jd.olt", (intmax_t)getpid());
    const char *chosen = options->output ? options->output : name;
    int length = 0;
    if (chosen[0] == '/')
        length = snprintf(out, PATH_MAX, "%s", chosen);
    else if (getcwd(here, sizeof here))
        length = snprintf(out, PATH_MAX, "%s/%s", here, chosen);
    return length > 0 && length < PATH_MAX;
}

/* Makes it, so that what stands in the way is said before anything runs. */
static bool make_directory(const char *path)
{
    if (mkdir(path, 0777) == 0) return true;
    if (errno == EEXIST) {
        /* Empty ones are as good as new. */
        if (rmdir(path) == 0 && mkdir(path, 0777) == 0) return true;
        ol_command_complain("%s: is there already: remove it, or name another "
                            "with -o",
            path);
        return false;
    }
    ol_command_complain("%s: %s", path, strerror(errno));
    return false;
}

/* Finds the program and asks whether it can be traced. Returns 0, or the
 * code to exit with. */
static int find_program(const char *name, char path[PATH_MAX])
{
    enum ol_program_problem problem = ol_program_find(name, path, PATH_MAX);
    if (problem == OL_PROGRAM_NONE) problem = ol_program_inspect(path);
    if (problem == OL_PROGRAM_NONE) return 0;
    ol_command_complain("%s: %s", name, ol_program_problem_text(problem));
    return problem == OL_PROGRAM_MISSING ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

/* What died by a signal could not write how it ended. Orphans of the program
 * come to us, as a subreaper, and are reaped, but not waited for. */
static void record_ends(
    const struct ol_launch *launch, const struct ol_launch_end *end)
{
    int status = end->status;
    pid_t pid = end->pid;
    while (pid > 0) {
        if (WIFSIGNALED(status)) {
            /* A process that was not traced has no trace to write into. */
            (void)!ol_launch_record_signal(
                launch->recording, pid, WTERMSIG(status));
        }
        pid = waitpid(-1, &status, WNOHANG);
    }
}

static enum ol_exit report(
    const char *directory, const struct ol_options *options)
{
    struct ol_options how = *options;
    char cwd[PATH_MAX];
    const char *shown = directory;
    const size_t length = getcwd(cwd, sizeof cwd) ? strlen(cwd) : 0;
    if (length > 1 && strncmp(directory, cwd, length) == 0 &&
        directory[length] == '/')
        shown = directory + length + 1;
    fputs("\n", stderr);
    const enum ol_exit code = ol_cmd_report_print(stderr, shown, &how);
    return code;
}

static enum ol_exit run(const struct ol_options *options)
{
    char library[PATH_MAX];
    char directory[PATH_MAX];
    char path[PATH_MAX];
    const char *name = options->argument[0];
    const int problem = find_program(name, path);
    if (problem != 0) return (enum ol_exit)problem;
    if (ol_launch_find_library(library, sizeof library)) {
        ol_command_complain("the recorder liboutlive-preload.so is neither "
                            "beside this command nor at $OUTLIVE_PRELOAD");
        return OL_EXIT_INTERNAL;
    }
    if (strpbrk(library, " :") != NULL) {
        ol_command_complain("%s: LD_PRELOAD cannot name a path with a space "
                            "or a colon",
            library);
        return OL_EXIT_INTERNAL;
    }
    if (!choose_directory(options, directory)) {
        ol_command_complain("the path of the recording is too long");
        return OL_EXIT_USAGE;
    }
    if (!make_directory(directory)) return OL_EXIT_USAGE;

    const struct ol_launch launch = {
        path, options->argument, library, directory};
    struct ol_launch_end end;
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    const int error = ol_launch_run(&launch, &end);
    if (error) {
        ol_command_complain("%s: %s", name, strerror(-error));
        (void)rmdir(directory);
        return end.at_exec ? (enum ol_exit)EXIT_NOT_EXECUTABLE
                           : OL_EXIT_INTERNAL;
    }
    record_ends(&launch, &end);
    const enum ol_exit code = report(directory, options);
    if (options->check) return code;
    fflush(NULL);
    ol_launch_end_alike(end.status);
}

const struct ol_command ol_command_run = {
    .name = "run",
    .arguments = "[-o DIR] -- CMD…",
    .summary = "record a program, then print the report",
    .examples = "  outlive run -- ./server --once\n"
                "  outlive run -o demo.olt -- python3 test.py\n"
                "  outlive run --check -- ./test_pool    exit 1 if it grows\n",
    .form = {.takes = OL_TAKES(OUTPUT) | OL_TAKES(CHECK) | OL_TAKES(JSON) |
                      OL_TAKES(KIND) | OL_TAKES(LIMIT) | OL_TAKES(RULES) |
                      OL_TAKES(PLAIN) | OL_TAKES_ITERATIONS,
        .limit = 5,
        .least = 1,
        .most = SIZE_MAX,
        .arguments_follow = true},
    .run = run,
};
