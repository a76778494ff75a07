/* test_tables.c - what the model is kept in: blocks, ids, clean text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/tables.h"

#include <string.h>

#include "analyzer/blocks.h"
#include "analyzer/clean.h"
#include "analyzer/idmap.h"
#include "tests/support/check.h"

enum {
    NAMES = 3000,
    STEPS = 60000,
};

OL_CASE(blocks_are_found_through_any_adding_and_removing)
{
    struct ol_blocks blocks = {0};
    static uint32_t index[NAMES];
    size_t used = 0;
    uint64_t random = 3;
    for (int step = 0; step < STEPS; step++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        const uint32_t name = (uint32_t)(random >> 33) % NAMES;
        const uint32_t stream = name % 7;
        const uint32_t found = ol_blocks_find(&blocks, stream, name);
        OL_CHECK_EQ(found, index[name]);
        if (found != 0) {
            ol_blocks_remove(&blocks, found);
            index[name] = 0;
            used--;
        } else {
            OL_CHECK_EQ(ol_blocks_add(&blocks, stream, name, &index[name]), 0);
            used++;
        }
        OL_CHECK_EQ(blocks.used, used);
    }
    ol_blocks_deinit(&blocks);
}

OL_CASE(blocks_take_no_more_room_than_live_at_once)
{
    struct ol_blocks blocks = {0};
    for (uint64_t i = 0; i < 100000; i++) {
        uint32_t index = 0;
        OL_CHECK_EQ(ol_blocks_add(&blocks, 1, i, &index), 0);
        if (i >= 10)
            ol_blocks_remove(&blocks, ol_blocks_find(&blocks, 1, i - 10));
    }
    OL_CHECK(blocks.room <= 32);
    OL_CHECK(blocks.slots <= 1024);
    ol_blocks_deinit(&blocks);
}

OL_CASE(ids_with_gaps_are_found_and_the_gaps_are_not)
{
    struct ol_idmap map = {0};
    uint32_t value = 0;
    OL_CHECK_EQ(ol_idmap_add(&map, 4, 10), 0);
    OL_CHECK_EQ(ol_idmap_add(&map, 5, 11), 0);
    OL_CHECK_EQ(ol_idmap_add(&map, 4000000000U, 12), 0);
    OL_CHECK(ol_idmap_find(&map, 5, &value) && value == 11);
    OL_CHECK(ol_idmap_find(&map, 4000000000U, &value) && value == 12);
    OL_CHECK(!ol_idmap_find(&map, 3, &value));
    OL_CHECK(!ol_idmap_find(&map, 6, &value));
    OL_CHECK(!ol_idmap_find(&map, 3999999999U, &value));
    OL_CHECK(!ol_idmap_find(&map, 4000000001U, &value));
    OL_CHECK(!ol_idmap_find(&map, UINT64_MAX, &value));
    OL_CHECK(map.value_room <= 16);
    ol_idmap_deinit(&map);
}

static void check_clean(const char *from, const char *expected)
{
    char text[64];
    const size_t count = strlen(from);
    memcpy(text, from, count + 1);
    ol_clean_text(text, count);
    OL_CHECK_TEXT(text, expected);
}

OL_CASE(only_text_is_left)
{
    check_clean("task", "task");
    check_clean("größe ◂ 🦀", "größe ◂ 🦀");
    check_clean("\033[31mred", "?[31mred");
    check_clean("a\nb\tc\x7f", "a?b?c?");
    check_clean("\xff\xfe", "??");
    check_clean("\xc3", "?");           /* cut */
    check_clean("\xc0\xaf", "??");      /* overlong */
    check_clean("\xed\xa0\x80", "???"); /* surrogate */
    check_clean("\xf4\x90\x80\x80", "????");
    check_clean("\xc2\x9b", "??"); /* control sequence introducer */
}

OL_CASE(equal_strings_are_kept_once)
{
    struct ol_tables tables;
    uint32_t one = 0;
    uint32_t two = 0;
    uint32_t three = 0;
    OL_CHECK_EQ(ol_tables_init(&tables), 0);
    OL_CHECK_EQ(ol_tables_keep(&tables, "task", 4, &one), 0);
    OL_CHECK_EQ(ol_tables_keep(&tables, "tasks", 5, &two), 0);
    OL_CHECK_EQ(ol_tables_keep(&tables, "task", 4, &three), 0);
    OL_CHECK_EQ(one, three);
    OL_CHECK(one != two);
    OL_CHECK_TEXT(tables.string[two], "tasks");
    OL_CHECK_TEXT(tables.string[0], "");
    ol_tables_deinit(&tables);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(blocks_are_found_through_any_adding_and_removing)
OL_CASES_ENTRY(blocks_take_no_more_room_than_live_at_once)
OL_CASES_ENTRY(ids_with_gaps_are_found_and_the_gaps_are_not)
OL_CASES_ENTRY(only_text_is_left)
OL_CASES_ENTRY(equal_strings_are_kept_once)
OL_CASES_END
