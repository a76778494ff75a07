/* cmd_report.h - R0 of a recording, for the commands that end with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_CMD_REPORT_H
#define OL_ANALYZER_CMD_REPORT_H

#include <stdio.h>

#include "analyzer/command.h"
#include "base/attributes.h"

/* Prints the report of the recording at `path`. */
OL_MUST_USE enum ol_exit ol_cmd_report_print(
    FILE *to, const char *path, const struct ol_options *options);

#endif
