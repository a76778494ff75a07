/* program.h - the program to run: where it is, whether it can be traced.
 *
 * Ownership: the caller's path buffer.
 * Threads:   any.
 * Errors:    what stands in the way is an enum ol_program_problem, in words
 *            by ol_program_problem_text.
 * Source:    execvp(3), ld.so(8) on secure execution, elf(5).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_PROGRAM_H
#define OL_ANALYZER_PROGRAM_H

#include <stddef.h>

#include "base/attributes.h"

/* The order is that of the list; NONE is 0. */
#define OL_PROGRAM_PROBLEM_LIST(X)                                             \
    X(NONE, "no problem")                                                      \
    X(MISSING, "no such program")                                              \
    X(DIRECTORY, "is a directory")                                             \
    X(DENIED, "not executable by you")                                         \
    X(UNREADABLE, "cannot be read to see what it is")                          \
    X(STATIC,                                                                  \
        "is linked statically: nothing can be preloaded into it; link it "     \
        "dynamically to trace it")                                             \
    X(SECURE, "gains privileges (setuid, setgid or capabilities): the system " \
              "ignores preloading for it; run it as its owner to trace it")    \
    X(FOREIGN, "is not built for this machine's 64-bit libraries")             \
    X(SCRIPT_DEPTH, "is a script whose interpreters are nested too deeply")

enum ol_program_problem {
#define X(name, text) OL_PROGRAM_##name,
    OL_PROGRAM_PROBLEM_LIST(X)
#undef X
};

/* Finds `name` as execvp would and writes its path. Returns NONE, MISSING,
 * DIRECTORY or DENIED. */
OL_MUST_USE enum ol_program_problem ol_program_find(
    const char *name, char *out, size_t out_bytes);

/* Says whether the file at `path` can be traced; for a script, whether its
 * interpreter can. */
OL_MUST_USE enum ol_program_problem ol_program_inspect(const char *path);

const char *ol_program_problem_text(enum ol_program_problem problem);

#endif
