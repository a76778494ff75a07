/* strip.h - a row of numbers as one line of bars.
 *
 * Shape:     warm-up │ tested │ settle, a column for each bucket, or for as
 *            many as it takes to fit. A column's bar is the mean of its
 *            buckets, of the highest column: · for nothing, ▁ to █, or in
 *            plain text . and : - = + * # % @.
 * Units:     columns of the screen, bytes of UTF-8.
 * Threads:   pure.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_STRIP_H
#define OL_ANALYZER_STRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OL_STRIP_COLUMNS = 80, /* at most, with both separators */
    OL_STRIP_BYTES = 3 * OL_STRIP_COLUMNS + 1
};

struct ol_strip {
    const uint64_t *value;
    size_t count;
    size_t warmup, settle; /* of these, at the ends; both may be 0 */
    size_t columns;        /* to fill at most, up to OL_STRIP_COLUMNS */
    bool plain;
};

/* Draws into `out`. Returns the columns used. */
size_t ol_strip_draw(const struct ol_strip *strip, char out[OL_STRIP_BYTES]);

#endif
