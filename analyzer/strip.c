/* strip.c - sections, columns, bars.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/strip.h"

#include <string.h>

static const char *const block_bars[] = {
    "·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const plain_bars[] = {
    ".", ":", "-", "=", "+", "*", "#", "%", "@"};

enum {
    LEVELS = 8,
    SECTIONS = 3
};

struct column {
    size_t begin, end; /* of the buckets */
};

struct layout {
    struct column column[OL_STRIP_COLUMNS];
    size_t count;
    size_t break_after[SECTIONS - 1]; /* columns before each separator */
};

/* Cuts the buckets from `begin` on into as many columns as are due. */
static void lay_section(
    struct layout *layout, size_t begin, size_t count, double columns_a_bucket)
{
    size_t columns = (size_t)((double)count * columns_a_bucket);
    if (columns == 0 && count > 0) columns = 1;
    for (size_t i = 0; i < columns; i++) {
        layout->column[layout->count++] = (struct column){
            begin + i * count / columns, begin + (i + 1) * count / columns};
    }
}

static void lay_out(const struct ol_strip *strip, struct layout *layout)
{
    const size_t separators = (size_t)(strip->warmup > 0) + (strip->settle > 0);
    size_t room =
        strip->columns < OL_STRIP_COLUMNS ? strip->columns : OL_STRIP_COLUMNS;
    /* Each section may be rounded up to a column it is not due. */
    room = room > separators + SECTIONS ? room - separators : SECTIONS;
    double share = 1;
    if (strip->count > room)
        share = (double)(room - SECTIONS + 1) / (double)strip->count;
    const size_t tested = strip->count - strip->warmup - strip->settle;
    layout->count = 0;
    lay_section(layout, 0, strip->warmup, share);
    layout->break_after[0] = layout->count;
    lay_section(layout, strip->warmup, tested, share);
    layout->break_after[1] = layout->count;
    lay_section(layout, strip->warmup + tested, strip->settle, share);
}

static double mean_of(const struct ol_strip *strip, const struct column *column)
{
    double sum = 0;
    for (size_t i = column->begin; i < column->end; i++)
        sum += (double)strip->value[i];
    return sum / (double)(column->end - column->begin);
}

/* Anything above nothing has a bar. */
static size_t level_of(double mean, double highest)
{
    if (mean <= 0) return 0;
    const size_t level = (size_t)(mean / highest * LEVELS + 0.5);
    return level > 0 ? level : 1;
}

size_t ol_strip_draw(const struct ol_strip *strip, char out[OL_STRIP_BYTES])
{
    const char *const *bars = strip->plain ? plain_bars : block_bars;
    const char *separator = strip->plain ? "|" : "│";
    struct layout layout;
    lay_out(strip, &layout);
    double highest = 0;
    for (size_t i = 0; i < layout.count; i++) {
        const double mean = mean_of(strip, &layout.column[i]);
        if (mean > highest) highest = mean;
    }

    char *at = out;
    size_t used = 0;
    for (size_t i = 0; i < layout.count; i++) {
        const bool breaks =
            i > 0 && (i == layout.break_after[0] || i == layout.break_after[1]);
        if (breaks) at = stpcpy(at, separator);
        const double mean = mean_of(strip, &layout.column[i]);
        at = stpcpy(at, bars[level_of(mean, highest)]);
        used += 1U + breaks;
    }
    *at = '\0';
    return used;
}
