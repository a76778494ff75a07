/* options.h - the command line: one list of options, read for one command.
 *
 * Ownership: strings are borrowed from argv.
 * Threads:   from main only.
 * Errors:    a usage error in words, for people.
 * Source:    POSIX utility conventions; getopt_long(3).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_OPTIONS_H
#define OL_ANALYZER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

/* Every option there is; a command names those that it takes.
 *    NAME, "long", short or 0, "VALUE" or NULL, "what it does" */
#define OL_OPTION_LIST(X)                                                    \
    X(JSON, "json", 0, NULL, "print JSON (docs/report-schema.md)")           \
    X(KIND, "kind", 'k', "KIND", "only blocks or entities of this kind")     \
    X(LIMIT, "limit", 'n', "N", "show at most N")                            \
    X(RULES, "rules", 'r', "FILE", "name kinds by these rules; repeatable")  \
    X(PLAIN, "plain", 0, NULL, "ASCII only, no colour")                      \
    X(PID, "pid", 'p', "PID", "only this process of the recording")          \
    X(MARK, "mark", 'm', "NAME", "iterations end at the marks of this name") \
    X(SLICES, "slices", 0, "N", "slices of time, where there are no marks")  \
    X(ALL, "all", 'a', NULL, "also what is no finding")                      \
    X(FINGERPRINT, "fingerprint", 'f', "HEX",                                \
        "only findings that begin so, with the whole stack")                 \
    X(FORMAT, "format", 0, "FORMAT", "json, folded or pprof")                \
    X(VALUE, "value", 0, "VALUE",                                            \
        "alloc_objects, alloc_space, inuse_objects or inuse_space")          \
    X(OUTPUT, "output", 'o', "PATH", "where to write")                       \
    X(CHECK, "check", 0, NULL,                                               \
        "exit with the report's code, not the program's")                    \
    X(DEBUGINFOD, "debuginfod", 0, NULL,                                     \
        "ask the servers in DEBUGINFOD_URLS for debug information")

enum ol_option {
#define X(name, ...) OL_OPTION_##name,
    OL_OPTION_LIST(X)
#undef X
    OL_OPTION_COUNT
};

#define OL_TAKES(name) (UINT32_C(1) << OL_OPTION_##name)

enum {
    OL_OPTIONS_RULES_MAX = 16
};

struct ol_options {
    bool json, plain, all, check, debuginfod, help;
    const char *kind, *mark, *fingerprint, *format, *value, *output;
    const char *rules[OL_OPTIONS_RULES_MAX];
    size_t rules_count;
    size_t limit; /* the default unless given */
    uint32_t pid, slices;
    char *const *argument; /* what is no option */
    size_t argument_count;
};

/* What a command takes. */
struct ol_options_form {
    uint32_t takes;        /* OL_TAKES(…) or-ed */
    size_t limit;          /* default */
    size_t least, most;    /* arguments */
    bool arguments_follow; /* options end at the first argument */
};

/* Reads what follows the command's name. `argv[0]` is that name. Returns
 * false and an error in words. */
OL_MUST_USE bool ol_options_read(int argc, char **argv,
    const struct ol_options_form *form, struct ol_options *out,
    char error[128]);

/* One line of help about an option, without an end. */
void ol_options_describe(enum ol_option option, char *out, size_t size);

#endif
