/* ranges.c - address ranges, asked which one holds an address.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/ranges.h"

#include <errno.h>
#include <stdlib.h>

#include "analyzer/room.h"

void ol_ranges_init(struct ol_ranges *ranges)
{
    *ranges = (struct ol_ranges){0};
}

void ol_ranges_deinit(struct ol_ranges *ranges)
{
    free(ranges->at);
    ol_ranges_init(ranges);
}

int ol_ranges_add(
    struct ol_ranges *ranges, uint64_t low, uint64_t high, uint32_t value)
{
    if (high <= low) return 0;
    struct ol_range *at =
        ol_room_make(ranges->at, &ranges->capacity, ranges->count, sizeof *at);
    if (!at) return -ENOMEM;
    ranges->at = at;
    at[ranges->count++] =
        (struct ol_range){.low = low, .high = high, .value = value};
    return 0;
}

static int compare(const void *left, const void *right)
{
    const struct ol_range *a = left;
    const struct ol_range *b = right;
    if (a->low != b->low) return a->low < b->low ? -1 : 1;
    if (a->value != b->value) return a->value < b->value ? -1 : 1;
    return 0;
}

void ol_ranges_sort(struct ol_ranges *ranges)
{
    if (ranges->count == 0) return;
    qsort(ranges->at, ranges->count, sizeof *ranges->at, compare);

    uint64_t reach = 0;
    for (size_t i = 0; i < ranges->count; i++) {
        if (ranges->at[i].high > reach) reach = ranges->at[i].high;
        ranges->at[i].reach = reach;
    }
}

/* How many ranges begin at or before the address. */
static size_t count_begun(const struct ol_ranges *ranges, uint64_t address)
{
    size_t low = 0;
    size_t high = ranges->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ranges->at[middle].low <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool ol_ranges_find(
    const struct ol_ranges *ranges, uint64_t address, uint32_t *out)
{
    for (size_t i = count_begun(ranges, address); i > 0; i--) {
        const struct ol_range *range = &ranges->at[i - 1];
        if (range->reach <= address) return false;
        if (range->high <= address) continue;
        *out = range->value;
        return true;
    }
    return false;
}
