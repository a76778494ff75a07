/* ranges.h - address ranges, asked which one holds an address.
 *
 * Shape:     an array sorted by lower bound; ranges may nest and overlap.
 *            Of several that hold an address the one that begins last is
 *            meant, and of those the one with the highest value.
 * Units:     addresses; `high` is the first one outside.
 * Ownership: the storage is the caller's, the array inside it is owned.
 * Threads:   one writer; once sorted, any number of readers.
 * Errors:    -ENOMEM, and nothing is changed.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_RANGES_H
#define OL_ANALYZER_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct ol_range {
    uint64_t low;
    uint64_t high;
    uint64_t reach; /* highest `high` from the array's begin to here */
    uint32_t value;
};

struct ol_ranges {
    struct ol_range *at; /* owner */
    size_t count;
    size_t capacity;
};

void ol_ranges_init(struct ol_ranges *ranges);
void ol_ranges_deinit(struct ol_ranges *ranges);

/* Adds a range; an empty one is left out. */
OL_MUST_USE int ol_ranges_add(
    struct ol_ranges *ranges, uint64_t low, uint64_t high, uint32_t value);

/* Orders what was added. To be called before finding. */
void ol_ranges_sort(struct ol_ranges *ranges);

/* Returns whether a range holds `address`, and its value. */
bool ol_ranges_find(
    const struct ol_ranges *ranges, uint64_t address, uint32_t *out);

#endif
