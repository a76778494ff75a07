/* cmd_growth_text.h - R1 on one screen.
 *
 * Shape:     a line for all, a block of lines for each finding, the gravest
 *            first, then what owners hold and what to keep in mind. At most
 *            100 columns, unless a place is longer.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_CMD_GROWTH_TEXT_H
#define OL_ANALYZER_CMD_GROWTH_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "analyzer/growth.h"
#include "analyzer/naming.h"

struct ol_growth_view {
    struct ol_naming naming;
    const char *path;        /* of the recording, as the user named it */
    const char *kind;        /* only this kind; NULL all */
    const char *fingerprint; /* only those that begin so, and their whole
                                stack; NULL all */
    size_t limit;            /* findings to show */
    bool plain;              /* no characters beyond ASCII */
    bool all;                /* also what is no finding */
};

OL_MUST_USE int ol_growth_print(FILE *to, const struct ol_growth *growth,
    const struct ol_growth_view *view);

#endif
