/* stats.h - exact tests and intervals on counts.
 *
 * Units:     probabilities; counts; rates per unit of exposure.
 * Threads:   pure functions.
 * Errors:    none: arguments out of range are clamped as each one says.
 *            Relative error below 1e-9 for counts up to 1e12.
 * Source:    binomial and Poisson terms: C. Loader, Fast and Accurate
 *            Computation of Binomial Probabilities, 2000. Interval: F.
 *            Garwood, Biometrika 28, 1936. Two rates: J. Przyborowski and
 *            H. Wilenski, Biometrika 31, 1940.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_STATS_H
#define OL_ANALYZER_STATS_H

#include <stdint.h>

/* The probability of an outcome at most as likely as `hits` of `trials`,
 * each a hit with probability `chance`: the exact two-sided test. `hits`
 * above `trials` count as `trials`. */
double ol_stats_binomial(uint64_t hits, uint64_t trials, double chance);

struct ol_interval {
    double low, high;
};

/* The exact interval that holds the mean of a Poisson count with a
 * confidence of `level` (0.95). low is 0 when the count is. */
struct ol_interval ol_stats_poisson_interval(uint64_t count, double level);

/* The probability, were the rates equal, of `first` in `first_exposure` and
 * `second` in `second_exposure` being as far apart as they are: the exact
 * conditional test. 1 when an exposure is not positive. */
double ol_stats_two_rates(uint64_t first, double first_exposure,
    uint64_t second, double second_exposure);

#endif
