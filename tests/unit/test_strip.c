/* test_strip.c - bars, sections, and room.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/strip.h"

#include "tests/support/check.h"

OL_CASE(a_column_a_bucket_when_they_fit)
{
    const uint64_t value[] = {0, 1, 4, 8, 8, 0, 2};
    char out[OL_STRIP_BYTES];
    struct ol_strip strip = {.value = value,
        .count = 7,
        .warmup = 2,
        .settle = 1,
        .columns = 40,
        .plain = true};
    OL_CHECK_EQ(ol_strip_draw(&strip, out), 9);
    OL_CHECK_TEXT(out, ".:|+@@.|-");
    strip.plain = false;
    OL_CHECK_EQ(ol_strip_draw(&strip, out), 9);
    OL_CHECK_TEXT(out, "·▁│▄██·│▂");
}

OL_CASE(nothing_at_all_is_dots_and_little_is_a_bar)
{
    const uint64_t none[] = {0, 0, 0};
    const uint64_t little[] = {1, 0, 1000};
    char out[OL_STRIP_BYTES];
    struct ol_strip strip = {
        .value = none, .count = 3, .columns = 40, .plain = true};
    ol_strip_draw(&strip, out);
    OL_CHECK_TEXT(out, "...");
    strip.value = little;
    ol_strip_draw(&strip, out);
    OL_CHECK_TEXT(out, ":.@");
    strip.count = 0;
    OL_CHECK_EQ(ol_strip_draw(&strip, out), 0);
    OL_CHECK_TEXT(out, "");
}

OL_CASE(many_buckets_share_columns_and_never_overflow)
{
    static uint64_t value[2048];
    char out[OL_STRIP_BYTES];
    for (size_t i = 0; i < 2048; i++)
        value[i] = 5;
    for (size_t count = 1; count <= 2048; count += 7) {
        for (size_t columns = 5; columns <= 100; columns += 5) {
            const struct ol_strip strip = {.value = value,
                .count = count,
                .warmup = count / 10,
                .settle = count / 3,
                .columns = columns,
                .plain = true};
            const size_t used = ol_strip_draw(&strip, out);
            OL_CHECK(used <= columns && used <= OL_STRIP_COLUMNS);
            OL_CHECK_EQ(strlen(out), used);
            OL_CHECK_EQ(strspn(out, "@|"), used);
        }
    }
}

OL_CASE(a_column_is_the_mean_of_its_buckets)
{
    uint64_t value[120];
    char out[OL_STRIP_BYTES];
    for (size_t i = 0; i < 120; i++)
        value[i] = i % 2 * 8;
    value[118] = value[119] = 16;
    const struct ol_strip strip = {
        .value = value, .count = 120, .columns = 62, .plain = true};
    OL_CHECK_EQ(ol_strip_draw(&strip, out), 60);
    OL_CHECK_EQ(strspn(out, "-"), 59);
    OL_CHECK_TEXT(out + 59, "@");
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_column_a_bucket_when_they_fit)
OL_CASES_ENTRY(nothing_at_all_is_dots_and_little_is_a_bar)
OL_CASES_ENTRY(many_buckets_share_columns_and_never_overflow)
OL_CASES_ENTRY(a_column_is_the_mean_of_its_buckets)
OL_CASES_END
