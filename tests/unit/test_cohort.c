/* test_cohort.c - what the counters keep, drop and merge.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/cohort.h"

#include <errno.h>
#include <inttypes.h>

#include "tests/support/check.h"

static void birth(struct ol_cohorts *cohorts, int64_t iteration)
{
    OL_CHECK_EQ(ol_cohorts_add_birth(cohorts, iteration, 10), 0);
}

static void death(struct ol_cohorts *cohorts, int64_t born, int64_t died)
{
    OL_CHECK_EQ(ol_cohorts_add_death(cohorts, born, died, 10), 0);
}

OL_CASE(survivors_are_counted_where_they_were_born)
{
    struct ol_cohorts cohorts = {0};
    for (int64_t i = 1; i <= 4; i++) {
        birth(&cohorts, i);
        birth(&cohorts, i);
        death(&cohorts, i, i);
    }
    death(&cohorts, 2, 4);
    OL_CHECK_EQ(ol_cohorts_finish(&cohorts, 5), 0);

    uint64_t births[5];
    uint64_t survivors[5];
    uint64_t deaths[5];
    uint64_t live[5];
    uint64_t live_bytes[5];
    const struct ol_cohort_series series = {
        births, survivors, deaths, live, live_bytes};
    ol_cohorts_fill_series(&cohorts, &series);
    const uint64_t expected[5][5] = {{2, 2, 2, 2, 0}, {1, 0, 1, 1, 0},
        {1, 1, 1, 2, 0}, {1, 2, 3, 3, 3}, {10, 20, 30, 30, 30}};
    for (int i = 0; i < 5; i++) {
        OL_CHECK_EQ(births[i], expected[0][i]);
        OL_CHECK_EQ(survivors[i], expected[1][i]);
        OL_CHECK_EQ(deaths[i], expected[2][i]);
        OL_CHECK_EQ(live[i], expected[3][i]);
        OL_CHECK_EQ(live_bytes[i], expected[4][i]);
    }
    uint64_t bytes = 0;
    OL_CHECK_EQ(ol_cohorts_live(&cohorts, &bytes), 3);
    OL_CHECK_EQ(bytes, 30);
    ol_cohorts_deinit(&cohorts);
}

/* Everything is freed, and something made, after the last mark. */
static void run_with_teardown(struct ol_cohorts *cohorts, int64_t iterations)
{
    birth(cohorts, 0);
    for (int64_t i = 1; i <= iterations; i++) {
        birth(cohorts, i);
        birth(cohorts, i);
        death(cohorts, i, i);
    }
    birth(cohorts, iterations + 1);
    for (int64_t i = 0; i <= iterations + 1; i++)
        death(cohorts, i, iterations + 1);
    OL_CHECK_EQ(ol_cohorts_finish(cohorts, iterations), 0);
}

OL_CASE(teardown_behind_the_last_mark_changes_nothing)
{
    /* The teardown has a bucket of its own, or shares the last one's. */
    const int64_t counts[] = {
        1, 7, 64, 2047, 2048, 2049, 2050, 4096, 4097, 5001, 8192};
    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct ol_cohorts cohorts = {0};
        run_with_teardown(&cohorts, counts[i]);
        uint64_t bytes = 0;
        OL_CHECK_EQ(ol_cohorts_live(&cohorts, &bytes), counts[i] + 1);
        OL_CHECK_EQ(bytes, 10 * (counts[i] + 1));
        uint64_t dead = 0;
        for (size_t at = 0; at < cohorts.life_count; at++)
            dead += cohorts.life[at].count + cohorts.life[at].old_count;
        OL_CHECK_EQ(dead, counts[i]);
        ol_cohorts_deinit(&cohorts);
    }
}

OL_CASE(a_group_that_is_silent_at_the_end_keeps_its_deaths)
{
    struct ol_cohorts cohorts = {0};
    birth(&cohorts, 1);
    death(&cohorts, 1, 3);
    OL_CHECK_EQ(ol_cohorts_finish(&cohorts, 9), 0);
    OL_CHECK_EQ(ol_cohorts_live(&cohorts, NULL), 0);
    OL_CHECK_EQ(cohorts.life_count, 1);
    OL_CHECK_EQ(cohorts.life[0].life, 2);
    ol_cohorts_deinit(&cohorts);
}

OL_CASE(teardown_of_one_cohort_leaves_the_deaths_of_others)
{
    struct ol_cohorts cohorts = {0};
    birth(&cohorts, 1);
    death(&cohorts, 1, 2);
    birth(&cohorts, 3);
    death(&cohorts, 3, 4);
    OL_CHECK_EQ(ol_cohorts_finish(&cohorts, 3), 0);
    OL_CHECK_EQ(ol_cohorts_live(&cohorts, NULL), 1);
    ol_cohorts_deinit(&cohorts);
}

OL_CASE(a_million_iterations_take_bounded_memory)
{
    struct ol_cohorts cohorts = {0};
    const int64_t iterations = 1000000;
    for (int64_t i = 1; i <= iterations; i++) {
        birth(&cohorts, i);
        if (i % 4 == 0) birth(&cohorts, i);
        if (i > 700) death(&cohorts, i - 700, i);
    }
    OL_CHECK_EQ(ol_cohorts_finish(&cohorts, iterations), 0);
    OL_CHECK(cohorts.cohort_count <= OL_COHORT_BUCKETS);
    OL_CHECK(cohorts.life_count <= OL_COHORT_BUCKETS);
    OL_CHECK_EQ(cohorts.width_log2, 9);
    OL_CHECK_EQ(ol_cohorts_live(&cohorts, NULL), 250000 + 700);

    /* A life of 700 iterations is one of 1.37 buckets of 512. */
    uint64_t dead = 0;
    uint64_t lived = 0;
    for (size_t i = 0; i < cohorts.life_count; i++) {
        dead += cohorts.life[i].count;
        lived += cohorts.life[i].count * (uint64_t)cohorts.life[i].life;
    }
    OL_CHECK_EQ(dead, 999300);
    OL_CHECK(lived > dead * 130 / 100 && lived < dead * 145 / 100);
    ol_cohorts_deinit(&cohorts);
}

OL_CASE(teardown_alone_does_not_double_the_width)
{
    struct ol_cohorts cohorts = {0};
    run_with_teardown(&cohorts, OL_COHORT_BUCKETS);
    OL_CHECK_EQ(cohorts.width_log2, 0);
    ol_cohorts_deinit(&cohorts);
    run_with_teardown(&cohorts, OL_COHORT_BUCKETS + 1);
    OL_CHECK_EQ(cohorts.width_log2, 1);
    ol_cohorts_deinit(&cohorts);
}

OL_CASE(the_past_has_buckets_too)
{
    struct ol_cohorts cohorts = {0};
    for (int64_t i = -9; i <= 0; i++)
        birth(&cohorts, i);
    death(&cohorts, -9, 2);
    birth(&cohorts, 3000);
    death(&cohorts, -8, 3000);
    OL_CHECK_EQ(ol_cohorts_finish(&cohorts, 3000), 0);
    OL_CHECK_EQ(cohorts.width_log2, 1);
    OL_CHECK_EQ(ol_cohorts_bucket(&cohorts, 0), 0);
    OL_CHECK_EQ(ol_cohorts_bucket(&cohorts, -1), 0);
    OL_CHECK_EQ(ol_cohorts_bucket(&cohorts, -2), -1);
    OL_CHECK_EQ(ol_cohorts_bucket(&cohorts, 1), 1);
    OL_CHECK_EQ(ol_cohorts_bucket(&cohorts, 2), 1);
    OL_CHECK_EQ(ol_cohorts_live(&cohorts, NULL), 9);
    uint64_t live[1500];
    const struct ol_cohort_series series = {.live = live};
    ol_cohorts_fill_series(&cohorts, &series);
    OL_CHECK_EQ(live[0], 9);
    OL_CHECK_EQ(live[1499], 9);
    ol_cohorts_deinit(&cohorts);
}

OL_CASE(events_out_of_order_are_refused)
{
    struct ol_cohorts cohorts = {0};
    birth(&cohorts, 5);
    OL_CHECK_EQ(ol_cohorts_add_birth(&cohorts, 4, 1), -EINVAL);
    OL_CHECK_EQ(ol_cohorts_add_death(&cohorts, 5, 4, 1), -EINVAL);
    OL_CHECK_EQ(ol_cohorts_add_death(&cohorts, 3, 5, 1), -EINVAL);
    death(&cohorts, 5, 6);
    OL_CHECK_EQ(ol_cohorts_add_death(&cohorts, 5, 6, 1), -EINVAL);
    OL_CHECK_EQ(ol_cohorts_finish(&cohorts, 4), -EINVAL);
    OL_CHECK_EQ(ol_cohorts_finish(&cohorts, 5), 0);
    OL_CHECK_EQ(ol_cohorts_live(&cohorts, NULL), 1);
    ol_cohorts_deinit(&cohorts);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(survivors_are_counted_where_they_were_born)
OL_CASES_ENTRY(teardown_behind_the_last_mark_changes_nothing)
OL_CASES_ENTRY(a_group_that_is_silent_at_the_end_keeps_its_deaths)
OL_CASES_ENTRY(teardown_of_one_cohort_leaves_the_deaths_of_others)
OL_CASES_ENTRY(a_million_iterations_take_bounded_memory)
OL_CASES_ENTRY(teardown_alone_does_not_double_the_width)
OL_CASES_ENTRY(the_past_has_buckets_too)
OL_CASES_ENTRY(events_out_of_order_are_refused)
OL_CASES_END
