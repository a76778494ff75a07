/* launch.h - run a program with the recorder preloaded, and see it end.
 *
 * Shape:     the program is a child in the launcher's own process group and
 *            terminal. While it runs the launcher does nothing but wait: a
 *            signal that someone sends to the launcher alone is passed on; a
 *            signal of the terminal reaches the child by itself.
 * Ownership: strings and vectors are borrowed for the call.
 * Threads:   from the main thread of a process with no other.
 * Errors:    negative errno; in `at_exec` whether it was the exec that
 *            failed. Nothing runs then.
 * Source:    own; system(3) for what a parent does with signals.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_LAUNCH_H
#define OL_ANALYZER_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attributes.h"

struct ol_launch {
    const char *path;       /* of the program, found */
    char *const *arguments; /* argv, NULL at the end */
    const char *library;    /* of the recorder, absolute */
    const char *recording;  /* the directory, absolute */
};

struct ol_launch_end {
    pid_t pid;
    int status;   /* as waitpid gives it */
    bool at_exec; /* of an error: the program could not be executed */
};

/* Finds the recorder: $OUTLIVE_PRELOAD, else beside the command as it was
 * installed or built. Returns 0 or -ENOENT. */
OL_MUST_USE int ol_launch_find_library(char *out, size_t out_bytes);

/* Runs the program to its end. Returns 0 or an error. */
OL_MUST_USE int ol_launch_run(
    const struct ol_launch *launch, struct ol_launch_end *out);

/* Ends this process as the child ended: by the same exit code, or by the
 * same signal, without a core of its own. Does not return. */
OL_NORETURN void ol_launch_end_alike(int status);

/* Writes into the trace of `pid` that the process died by `signal`, where no
 * end is recorded yet. Returns 0, or -ENOENT when there is no such trace. */
OL_MUST_USE int ol_launch_record_signal(
    const char *recording, pid_t pid, int signal);

#endif
