/* test_sawtooth.c - teeth that grow, and teeth that only look like it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/sawtooth.h"

#include "tests/support/check.h"

struct saw {
    struct ol_cohorts cohorts;
    int64_t iteration;
};

/* Rises by one block an iteration to `height`, then falls to nothing, by
 * `step` blocks an iteration. */
static void tooth(struct saw *saw, int64_t height, int64_t step)
{
    for (int64_t i = 0; i < height; i++) {
        OL_CHECK_EQ(
            ol_cohorts_add_birth(&saw->cohorts, ++saw->iteration, 1), 0);
    }
    const int64_t last = saw->iteration;
    const int64_t first = last - height + 1;
    for (int64_t i = 0; i < height; i++) {
        if (i % step == 0) saw->iteration++;
        OL_CHECK_EQ(
            ol_cohorts_add_death(&saw->cohorts, first + i, saw->iteration, 1),
            0);
    }
}

static struct ol_sawtooth look(struct saw *saw, int64_t idle)
{
    struct ol_sawtooth found;
    OL_CHECK_EQ(ol_cohorts_finish(&saw->cohorts, saw->iteration + idle), 0);
    ol_sawtooth_find(&saw->cohorts, &found);
    ol_cohorts_deinit(&saw->cohorts);
    return found;
}

static struct ol_sawtooth look_at(const int64_t *heights, size_t count)
{
    struct saw saw = {0};
    for (size_t i = 0; i < count; i++)
        tooth(&saw, heights[i], heights[i]);
    return look(&saw, 0);
}

OL_CASE(three_teeth_by_half_grow_and_name_their_peaks)
{
    const int64_t heights[] = {256, 384, 576};
    const struct ol_sawtooth found = look_at(heights, 3);
    OL_CHECK(found.grows);
    OL_CHECK_EQ(found.teeth, 3);
    OL_CHECK_EQ(found.peak_count, 3);
    OL_CHECK_EQ(found.peak[0].live, 256);
    OL_CHECK_EQ(found.peak[0].iteration, 256);
    OL_CHECK_EQ(found.peak[2].live, 576);
    OL_CHECK_EQ(found.peak[2].iteration, 256 + 1 + 384 + 1 + 576);
    OL_CHECK(found.growth > 1.49 && found.growth < 1.51);
}

OL_CASE(two_teeth_do_not)
{
    const int64_t heights[] = {256, 384};
    OL_CHECK(!look_at(heights, 2).grows);
}

OL_CASE(three_that_rise_by_no_rule_do_not)
{
    const int64_t heights[] = {100, 130, 260};
    OL_CHECK(!look_at(heights, 3).grows);
}

OL_CASE(growth_that_ends_is_a_warm_up)
{
    const int64_t heights[] = {64, 128, 256, 256, 256};
    OL_CHECK(!look_at(heights, 5).grows);
}

OL_CASE(a_third_more_is_not_enough)
{
    const int64_t heights[] = {1000, 1150, 1300};
    OL_CHECK(!look_at(heights, 3).grows);
}

OL_CASE(a_few_blocks_more_may_be_chance)
{
    const int64_t heights[] = {11, 14, 18};
    OL_CHECK(!look_at(heights, 3).grows);
}

OL_CASE(many_teeth_may_waver)
{
    const int64_t heights[] = {20, 26, 24, 33, 38, 36, 44, 52, 50, 58};
    const struct ol_sawtooth found = look_at(heights, 10);
    OL_CHECK(found.grows);
    OL_CHECK_EQ(found.teeth, 10);
}

OL_CASE(many_teeth_without_a_trend_do_not_grow)
{
    const int64_t heights[] = {20, 22, 21, 60, 20, 60, 20, 60, 22, 58};
    OL_CHECK(!look_at(heights, 10).grows);
}

OL_CASE(only_the_latest_peaks_are_kept)
{
    int64_t heights[20];
    for (int i = 0; i < 20; i++)
        heights[i] = 20 + 5 * i;
    const struct ol_sawtooth found = look_at(heights, 20);
    OL_CHECK(found.grows);
    OL_CHECK_EQ(found.teeth, 20);
    OL_CHECK_EQ(found.peak_count, OL_SAWTOOTH_PEAKS);
    OL_CHECK_EQ(found.peak[OL_SAWTOOTH_PEAKS - 1].live, 115);
}

OL_CASE(what_drains_slowly_is_load_and_no_burst)
{
    struct saw saw = {0};
    tooth(&saw, 100, 2);
    tooth(&saw, 150, 2);
    tooth(&saw, 225, 2);
    OL_CHECK(!look(&saw, 0).grows);
}

OL_CASE(teeth_long_past_are_history)
{
    struct saw saw = {0};
    tooth(&saw, 100, 100);
    tooth(&saw, 150, 150);
    tooth(&saw, 225, 225);
    OL_CHECK(!look(&saw, 1500).grows);
}

OL_CASE(teeth_of_teeth_that_double_grow)
{
    struct saw saw = {0};
    for (int64_t top = 8; top <= 64; top *= 2) {
        for (int64_t height = top; height > 0; height--)
            tooth(&saw, height, height);
    }
    const struct ol_sawtooth found = look(&saw, 0);
    OL_CHECK(found.grows);
    OL_CHECK_EQ(found.peak[found.peak_count - 2].live, 32);
    OL_CHECK_EQ(found.peak[found.peak_count - 1].live, 64);
    OL_CHECK(found.growth > 1.9 && found.growth < 2.1);
}

OL_CASE(a_flat_line_has_no_teeth)
{
    struct ol_cohorts cohorts = {0};
    OL_CHECK_EQ(ol_cohorts_add_birth(&cohorts, 0, 1), 0);
    OL_CHECK_EQ(ol_cohorts_finish(&cohorts, 64), 0);
    struct ol_sawtooth found;
    ol_sawtooth_find(&cohorts, &found);
    OL_CHECK(!found.grows);
    OL_CHECK_EQ(found.peak_count, 0);
    ol_cohorts_deinit(&cohorts);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(three_teeth_by_half_grow_and_name_their_peaks)
OL_CASES_ENTRY(two_teeth_do_not)
OL_CASES_ENTRY(three_that_rise_by_no_rule_do_not)
OL_CASES_ENTRY(growth_that_ends_is_a_warm_up)
OL_CASES_ENTRY(a_third_more_is_not_enough)
OL_CASES_ENTRY(a_few_blocks_more_may_be_chance)
OL_CASES_ENTRY(many_teeth_may_waver)
OL_CASES_ENTRY(many_teeth_without_a_trend_do_not_grow)
OL_CASES_ENTRY(only_the_latest_peaks_are_kept)
OL_CASES_ENTRY(what_drains_slowly_is_load_and_no_burst)
OL_CASES_ENTRY(teeth_long_past_are_history)
OL_CASES_ENTRY(teeth_of_teeth_that_double_grow)
OL_CASES_ENTRY(a_flat_line_has_no_teeth)
OL_CASES_END
