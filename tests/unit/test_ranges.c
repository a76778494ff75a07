/* test_ranges.c - which of many nested ranges holds an address.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/ranges.h"

#include "tests/support/check.h"

enum {
    RANGES = 300,
    SPACE = 1000
};

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static int64_t find(const struct ol_ranges *ranges, uint64_t address)
{
    uint32_t value = 0;
    return ol_ranges_find(ranges, address, &value) ? (int64_t)value : -1;
}

OL_CASE(nothing_holds_an_address_of_no_range)
{
    struct ol_ranges ranges;
    ol_ranges_init(&ranges);
    ol_ranges_sort(&ranges);
    OL_CHECK_EQ(find(&ranges, 0), -1);
    OL_CHECK_EQ(ol_ranges_add(&ranges, 10, 10, 1), 0);
    OL_CHECK_EQ(ol_ranges_add(&ranges, 20, 10, 2), 0);
    ol_ranges_sort(&ranges);
    OL_CHECK_EQ(find(&ranges, 10), -1);
    OL_CHECK_EQ(find(&ranges, 15), -1);
    ol_ranges_deinit(&ranges);
}

OL_CASE(the_inner_range_is_meant_and_the_outer_one_after_it)
{
    struct ol_ranges ranges;
    ol_ranges_init(&ranges);
    OL_CHECK_EQ(ol_ranges_add(&ranges, 0, 100, 1), 0);
    OL_CHECK_EQ(ol_ranges_add(&ranges, 20, 30, 2), 0);
    OL_CHECK_EQ(ol_ranges_add(&ranges, 20, 25, 3), 0);
    ol_ranges_sort(&ranges);
    OL_CHECK_EQ(find(&ranges, 19), 1);
    OL_CHECK_EQ(find(&ranges, 20), 3);
    OL_CHECK_EQ(find(&ranges, 25), 2);
    OL_CHECK_EQ(find(&ranges, 30), 1);
    OL_CHECK_EQ(find(&ranges, 99), 1);
    OL_CHECK_EQ(find(&ranges, 100), -1);
    ol_ranges_deinit(&ranges);
}

/* The definition, word for word. */
static int64_t find_slowly(const struct ol_range *at, uint64_t address)
{
    int64_t best = -1;
    for (int64_t i = 0; i < RANGES; i++) {
        if (address < at[i].low || address >= at[i].high) continue;
        if (best < 0 || at[i].low >= at[best].low) best = i;
    }
    return best;
}

OL_CASE(random_ranges_agree_with_the_definition)
{
    uint32_t state = 1;
    for (int round = 0; round < 20; round++) {
        struct ol_range copy[RANGES];
        struct ol_ranges ranges;
        ol_ranges_init(&ranges);
        for (uint32_t i = 0; i < RANGES; i++) {
            const uint64_t low = next_random(&state) % SPACE;
            const uint64_t high = low + next_random(&state) % 50;
            copy[i] = (struct ol_range){.low = low, .high = high};
            OL_CHECK_EQ(ol_ranges_add(&ranges, low, high, i), 0);
        }
        ol_ranges_sort(&ranges);
        for (uint64_t address = 0; address < SPACE + 60; address++)
            OL_CHECK_EQ(find(&ranges, address), find_slowly(copy, address));
        ol_ranges_deinit(&ranges);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(nothing_holds_an_address_of_no_range)
OL_CASES_ENTRY(the_inner_range_is_meant_and_the_outer_one_after_it)
OL_CASES_ENTRY(random_ranges_agree_with_the_definition)
OL_CASES_END
