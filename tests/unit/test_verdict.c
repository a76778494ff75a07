/* test_verdict.c - the figures beside a verdict, and its edges. Verdicts
 * themselves are held against a reference by tests/golden.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/verdict.h"

#include <math.h>

#include "tests/support/check.h"

static void leak(struct ol_cohorts *cohorts, int64_t iterations, int count)
{
    for (int64_t i = 1; i <= iterations; i++) {
        for (int k = 0; k < count; k++)
            OL_CHECK_EQ(ol_cohorts_add_birth(cohorts, i, 48), 0);
    }
}

static struct ol_cohort_result test(
    struct ol_cohorts *cohorts, int64_t iterations)
{
    struct ol_cohort_result result;
    OL_CHECK_EQ(ol_cohorts_finish(cohorts, iterations), 0);
    ol_verdict_test(cohorts, &result);
    ol_cohorts_deinit(cohorts);
    return result;
}

OL_CASE(four_an_iteration_is_a_rate_of_four)
{
    struct ol_cohorts cohorts = {0};
    leak(&cohorts, 64, 4);
    const struct ol_cohort_result result = test(&cohorts, 64);
    OL_CHECK_EQ(result.verdict, OL_VERDICT_STEADY);
    OL_CHECK_EQ(result.warmup, 7);
    OL_CHECK_EQ(result.settle, 7);
    OL_CHECK_EQ(result.survivors, 200);
    OL_CHECK_EQ(result.survivor_bytes, 200 * 48);
    OL_CHECK(result.rate == 4 && result.bytes_rate == 192);
    OL_CHECK(fabs(result.rate_interval.low - 173.24 / 50) < 0.01);
    OL_CHECK(fabs(result.rate_interval.high - 229.72 / 50) < 0.01);
    OL_CHECK(result.occupancy == 1);
    OL_CHECK_EQ(result.live, 256);
    for (int i = 0; i < 3; i++)
        OL_CHECK_EQ(result.third[i].occupied, result.third[i].cohorts);
    OL_CHECK_EQ(result.third[0].cohorts, 16);
    OL_CHECK_EQ(result.third[2].cohorts, 17);
}

OL_CASE(rates_are_by_iteration_when_buckets_are_wide)
{
    struct ol_cohorts cohorts = {0};
    leak(&cohorts, 10000, 3);
    const struct ol_cohort_result result = test(&cohorts, 10000);
    OL_CHECK_EQ(result.verdict, OL_VERDICT_STEADY);
    OL_CHECK_EQ(result.width, 8);
    OL_CHECK_EQ(result.buckets, 1250);
    OL_CHECK(result.rate == 3 && result.bytes_rate == 144);
}

OL_CASE(the_fewest_iterations_that_give_a_verdict)
{
    struct ol_cohorts ten = {0};
    struct ol_cohorts nine = {0};
    leak(&ten, 10, 1);
    leak(&nine, 9, 1);
    OL_CHECK_EQ(test(&ten, 10).verdict, OL_VERDICT_STEADY);
    const struct ol_cohort_result result = test(&nine, 9);
    OL_CHECK_EQ(result.verdict, OL_VERDICT_SHORT);
    OL_CHECK_EQ(result.live, 9);
}

OL_CASE(nothing_at_all_is_short)
{
    struct ol_cohorts cohorts = {0};
    OL_CHECK_EQ(test(&cohorts, 0).verdict, OL_VERDICT_SHORT);
}

OL_CASE(only_growth_that_goes_on_is_an_error)
{
    for (int v = 0; v < OL_VERDICT_COUNT; v++) {
        const int is_error = v == OL_VERDICT_STEADY || v == OL_VERDICT_LATE ||
                             v == OL_VERDICT_SAWTOOTH;
        OL_CHECK_EQ(
            ol_verdict_severity((enum ol_verdict)v) == OL_SEVERITY_ERROR,
            is_error);
    }
    OL_CHECK_TEXT(ol_verdict_name(OL_VERDICT_LONGLIVED), "LONGLIVED");
    OL_CHECK_TEXT(ol_severity_name(OL_SEVERITY_WARNING), "warning");
}

OL_CASES_BEGIN
OL_CASES_ENTRY(four_an_iteration_is_a_rate_of_four)
OL_CASES_ENTRY(rates_are_by_iteration_when_buckets_are_wide)
OL_CASES_ENTRY(the_fewest_iterations_that_give_a_verdict)
OL_CASES_ENTRY(nothing_at_all_is_short)
OL_CASES_ENTRY(only_growth_that_goes_on_is_an_error)
OL_CASES_END
