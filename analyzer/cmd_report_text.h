/* cmd_report_text.h - R0 on one screen: verdict first, then why, then what
 * is live, then what to ask next.
 *
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_CMD_REPORT_TEXT_H
#define OL_ANALYZER_CMD_REPORT_TEXT_H

#include <stddef.h>

#include "analyzer/naming.h"
#include "analyzer/screen.h"
#include "analyzer/summary.h"
#include "base/attributes.h"

struct ol_report_view {
    struct ol_screen screen;
    struct ol_naming naming;
    const char *path; /* as the user named it */
    size_t limit;     /* findings to show */
};

OL_MUST_USE int ol_report_print(
    const struct ol_summary *summary, const struct ol_report_view *view);

#endif
