/* cmd_diff_text.h - R9 on one screen.
 *
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_CMD_DIFF_TEXT_H
#define OL_ANALYZER_CMD_DIFF_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "analyzer/diff.h"

struct ol_diff_view {
    const struct ol_diff_side *base, *now;
    size_t limit; /* changes to show */
    bool plain;   /* no characters beyond ASCII */
};

void ol_diff_print(
    FILE *to, const struct ol_diff *diff, const struct ol_diff_view *view);

#endif
