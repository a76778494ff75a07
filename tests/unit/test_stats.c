/* test_stats.c - against exact fractions and 40-digit sums.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/stats.h"

#include <math.h>

#include "tests/support/check.h"

static int is_near(double got, double expected)
{
    if (fabs(got - expected) <= 1e-9 * fabs(expected)) return 1;
    fprintf(stderr, "got %.15g, expected %.15g\n", got, expected);
    return 0;
}

OL_CASE(small_binomials_are_exact)
{
    OL_CHECK(is_near(ol_stats_binomial(5, 20, 0.5), 0.04138946533203125));
    OL_CHECK(is_near(ol_stats_binomial(0, 5, 0.5), 0.0625));
    OL_CHECK(is_near(ol_stats_binomial(12, 17, 0.5), 0.143463134765625));
    OL_CHECK(is_near(ol_stats_binomial(40, 100, 0.5), 0.05688793364098079));
    OL_CHECK(is_near(ol_stats_binomial(9, 9, 2.0 / 3), 0.03429355281207133));
    OL_CHECK(is_near(ol_stats_binomial(2, 30, 0.25), 0.0187750627148012));
    OL_CHECK(is_near(ol_stats_binomial(210, 1000, 0.2), 0.42921339097241645));
}

OL_CASE(every_outcome_of_small_binomials_is_the_plain_sum)
{
    for (int n = 1; n <= 40; n++) {
        double term[41];
        for (int k = 0; k <= n; k++) {
            term[k] = exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) +
                          k * log(0.37) + (n - k) * log(0.63));
        }
        for (int k = 0; k <= n; k++) {
            double sum = 0;
            for (int i = 0; i <= n; i++)
                if (term[i] <= term[k] * (1 + 1e-9)) sum += term[i];
            const double got =
                ol_stats_binomial((uint64_t)k, (uint64_t)n, 0.37);
            OL_CHECK(is_near(got, fmin(sum, 1)));
        }
    }
}

OL_CASE(both_ends_of_a_fair_coin_count)
{
    for (int n = 1; n <= 150; n++) {
        double below = 0;
        for (int k = 0; 2 * k < n; k++) {
            below += exp(
                lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) - n * log(2));
            OL_CHECK(is_near(
                ol_stats_binomial((uint64_t)k, (uint64_t)n, 0.5), 2 * below));
        }
    }
}

OL_CASE(large_binomials_keep_their_digits)
{
    OL_CHECK(
        is_near(ol_stats_binomial(501000, 1000000, 0.5), 0.045608299865382086));
    OL_CHECK(is_near(
        ol_stats_binomial(500050000, 1000000000, 0.5), 0.0015655722610838076));
}

OL_CASE(the_likeliest_and_the_impossible_outcome)
{
    OL_CHECK(ol_stats_binomial(3, 10, 1.0 / 3) == 1);
    OL_CHECK(ol_stats_binomial(0, 7, 0.1) == 1);
    OL_CHECK(ol_stats_binomial(0, 0, 0.5) == 1);
    OL_CHECK(ol_stats_binomial(1, 5, 0) == 0);
    OL_CHECK(ol_stats_binomial(5, 5, 1) == 1);
}

static int interval_is(uint64_t count, double low, double high)
{
    const struct ol_interval got = ol_stats_poisson_interval(count, 0.95);
    if (count == 0) return got.low == 0 && is_near(got.high, high);
    return is_near(got.low, low) && is_near(got.high, high);
}

OL_CASE(poisson_intervals_are_garwoods)
{
    OL_CHECK(interval_is(0, 0, 3.6888794541139363));
    OL_CHECK(interval_is(1, 0.025317807984289876, 5.571643390938899));
    OL_CHECK(interval_is(3, 0.6186721228956013, 8.767273069742327));
    OL_CHECK(interval_is(10, 4.7953886961324335, 18.39035604201778));
    OL_CHECK(interval_is(50, 37.110963737461866, 65.91876666433681));
    OL_CHECK(interval_is(228, 199.3634250527926, 259.5951385449864));
    OL_CHECK(interval_is(1000, 938.9730184076952, 1063.952136016302));
    OL_CHECK(interval_is(1000000, 998040.9833402939, 1001961.9119454322));
}

OL_CASE(two_rates_are_compared_by_their_share_of_the_exposure)
{
    OL_CHECK(is_near(
        ol_stats_two_rates(15, 50, 5, 50), ol_stats_binomial(5, 20, 0.5)));
    OL_CHECK(is_near(ol_stats_two_rates(790, 400, 210, 100),
        ol_stats_binomial(210, 1000, 0.2)));
    OL_CHECK(ol_stats_two_rates(0, 50, 0, 50) == 1);
    OL_CHECK(ol_stats_two_rates(5, 0, 5, 50) == 1);
    OL_CHECK(ol_stats_two_rates(200, 50, 0, 50) < 1e-50);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(small_binomials_are_exact)
OL_CASES_ENTRY(every_outcome_of_small_binomials_is_the_plain_sum)
OL_CASES_ENTRY(both_ends_of_a_fair_coin_count)
OL_CASES_ENTRY(large_binomials_keep_their_digits)
OL_CASES_ENTRY(the_likeliest_and_the_impossible_outcome)
OL_CASES_ENTRY(poisson_intervals_are_garwoods)
OL_CASES_ENTRY(two_rates_are_compared_by_their_share_of_the_exposure)
OL_CASES_END
