/* test_live.c - the live table: put, take, find, and its edges.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/live.h"

#include <errno.h>

#include "tests/support/check.h"

enum {
    GLIBC_SHIFT = 5,
    OTHER_SHIFT = 3,
};

static const uintptr_t base = (uintptr_t)0x7f0012345000;

OL_CASE(what_is_put_is_taken_once)
{
    struct ol_live live;
    OL_CHECK_EQ(ol_live_init(&live, GLIBC_SHIFT), 0);
    OL_CHECK_EQ(ol_live_take(&live, base), 0);
    OL_CHECK_EQ(ol_live_put(&live, base, 7, 123456789012), 0);
    const uint64_t word = ol_live_take(&live, base);
    OL_CHECK_EQ(ol_live_stream(word), 7);
    OL_CHECK_EQ(ol_live_number(word), 123456789012);
    OL_CHECK_EQ(ol_live_take(&live, base), 0);
    ol_live_deinit(&live);
}

OL_CASE(the_first_block_of_the_first_stream_is_not_nothing)
{
    struct ol_live live;
    OL_CHECK_EQ(ol_live_init(&live, GLIBC_SHIFT), 0);
    OL_CHECK_EQ(ol_live_put(&live, base, 0, 0), 0);
    const uint64_t word = ol_live_take(&live, base);
    OL_CHECK(word != 0);
    OL_CHECK_EQ(ol_live_stream(word), 0);
    OL_CHECK_EQ(ol_live_number(word), 0);
    ol_live_deinit(&live);
}

OL_CASE(the_greatest_stream_and_number_fit)
{
    struct ol_live live;
    const uint64_t number = ((uint64_t)1 << 39) - 1;
    OL_CHECK_EQ(ol_live_init(&live, GLIBC_SHIFT), 0);
    OL_CHECK_EQ(ol_live_put(&live, base, OL_LIVE_STREAM_MAX, number), 0);
    const uint64_t word = ol_live_take(&live, base);
    OL_CHECK_EQ(ol_live_stream(word), OL_LIVE_STREAM_MAX);
    OL_CHECK_EQ(ol_live_number(word), number);
    ol_live_deinit(&live);
}

OL_CASE(a_failed_realloc_restores_its_block)
{
    struct ol_live live;
    OL_CHECK_EQ(ol_live_init(&live, GLIBC_SHIFT), 0);
    OL_CHECK_EQ(ol_live_put(&live, base, 1, 2), 0);
    const uint64_t word = ol_live_take(&live, base);
    ol_live_restore(&live, base, word);
    OL_CHECK_EQ(ol_live_take(&live, base), word);
    ol_live_deinit(&live);
}

OL_CASE(two_blocks_in_one_granule_are_told)
{
    struct ol_live live;
    OL_CHECK_EQ(ol_live_init(&live, GLIBC_SHIFT), 0);
    OL_CHECK_EQ(ol_live_put(&live, base, 1, 2), 0);
    OL_CHECK_EQ(ol_live_put(&live, base + 16, 1, 3), 1);
    OL_CHECK_EQ(ol_live_put(&live, base + 32, 1, 4), 0);
    ol_live_deinit(&live);
    OL_CHECK_EQ(ol_live_init(&live, OTHER_SHIFT), 0);
    OL_CHECK_EQ(ol_live_put(&live, base, 1, 2), 0);
    OL_CHECK_EQ(ol_live_put(&live, base + 8, 1, 3), 0);
    ol_live_deinit(&live);
}

OL_CASE(an_address_inside_a_block_finds_its_beginning)
{
    struct ol_live live;
    uintptr_t begin = 0;
    OL_CHECK_EQ(ol_live_init(&live, GLIBC_SHIFT), 0);
    OL_CHECK_EQ(ol_live_put(&live, base + 16, 3, 4), 0);
    OL_CHECK_EQ(ol_live_put(&live, base + 4096, 3, 5), 0);
    for (uintptr_t offset = 16; offset < 4096; offset++) {
        const uint64_t word = ol_live_find(&live, base + offset, 4096, &begin);
        OL_CHECK_EQ(ol_live_number(word), 4);
        OL_CHECK_EQ(begin, base + 16);
    }
    for (uintptr_t offset = 0; offset < 16; offset++)
        OL_CHECK_EQ(ol_live_find(&live, base + offset, 4096, &begin), 0);
    const uint64_t word = ol_live_find(&live, base + 4096, 4096, &begin);
    OL_CHECK_EQ(ol_live_number(word), 5);
    ol_live_deinit(&live);
}

OL_CASE(the_search_reaches_no_further_than_told)
{
    struct ol_live live;
    uintptr_t begin = 0;
    OL_CHECK_EQ(ol_live_init(&live, GLIBC_SHIFT), 0);
    OL_CHECK_EQ(ol_live_put(&live, base, 3, 4), 0);
    OL_CHECK(ol_live_find(&live, base + 1000, 1000, &begin) != 0);
    OL_CHECK_EQ(ol_live_find(&live, base + 1000, 900, &begin), 0);
    ol_live_deinit(&live);
}

OL_CASE(addresses_beyond_the_table_are_refused)
{
    struct ol_live live;
    const uintptr_t high = (uintptr_t)1 << OL_LIVE_ADDRESS_BITS;
    OL_CHECK_EQ(ol_live_init(&live, GLIBC_SHIFT), 0);
    OL_CHECK_EQ(ol_live_put(&live, high, 1, 1), -ERANGE);
    OL_CHECK_EQ(ol_live_take(&live, high), 0);
    OL_CHECK_EQ(ol_live_put(&live, high - 32, 1, 1), 0);
    OL_CHECK(ol_live_take(&live, high - 32) != 0);
    ol_live_deinit(&live);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(what_is_put_is_taken_once)
OL_CASES_ENTRY(the_first_block_of_the_first_stream_is_not_nothing)
OL_CASES_ENTRY(the_greatest_stream_and_number_fit)
OL_CASES_ENTRY(a_failed_realloc_restores_its_block)
OL_CASES_ENTRY(two_blocks_in_one_granule_are_told)
OL_CASES_ENTRY(an_address_inside_a_block_finds_its_beginning)
OL_CASES_ENTRY(the_search_reaches_no_further_than_told)
OL_CASES_ENTRY(addresses_beyond_the_table_are_refused)
OL_CASES_END
