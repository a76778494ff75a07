/* command.h - the commands of `outlive`, their help and exit codes.
 *
 * Threads:   from main only.
 * Source:    docs/report-schema.md for the exit codes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_COMMAND_H
#define OL_ANALYZER_COMMAND_H

#include <stddef.h>

#include "analyzer/model.h"
#include "analyzer/options.h"
#include "analyzer/places.h"
#include "base/attributes.h"

enum ol_exit {
    OL_EXIT_CLEAN = 0,
    OL_EXIT_FINDINGS = 1,
    OL_EXIT_USAGE = 2,
    OL_EXIT_EVIDENCE = 3, /* too little to tell, or nothing recorded */
    OL_EXIT_INTERNAL = 4,
};

/* What all that read a recording take. */
#define OL_TAKES_READING                                                   \
    (OL_TAKES(JSON) | OL_TAKES(KIND) | OL_TAKES(LIMIT) | OL_TAKES(RULES) | \
        OL_TAKES(PLAIN) | OL_TAKES(PID) | OL_TAKES(DEBUGINFOD))
#define OL_TAKES_ITERATIONS (OL_TAKES(MARK) | OL_TAKES(SLICES))

struct ol_command {
    const char *name;
    const char *arguments; /* "DIR" */
    const char *summary;   /* one line */
    const char *examples;  /* lines, each indented and ended */
    struct ol_options_form form;
    enum ol_exit (*run)(const struct ol_options *options);
};

/* One constant a cmd_*.c file. */
extern const struct ol_command ol_command_run;
extern const struct ol_command ol_command_report;
extern const struct ol_command ol_command_growth;
extern const struct ol_command ol_command_live;
extern const struct ol_command ol_command_diff;
extern const struct ol_command ol_command_events;
extern const struct ol_command ol_command_export;

/* Prints "outlive: …" and a newline on stderr. */
void ol_command_complain(const char *format, ...) OL_PRINTF(1, 2);

/* Says which files of a recording could not be read whole, and where. */
void ol_command_complain_of_damage(const struct ol_model *model);

/* Says which modules' names were needed and are not to be had, and why. */
void ol_command_complain_of_names(const struct ol_places *places);

#endif
