/* stats.c - saddle-point terms, summed outwards from where they matter.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/stats.h"

#include <math.h>
#include <stdbool.h>

static const double log_two_pi = 1.8378770664093454836;

/* Terms this much alike count as equally likely: rounding must not tear
 * apart the two ends of a symmetric distribution. */
static const double likeness = 1e-9;

/* A sum is finished when its next term no longer changes it. */
static const double negligible = 1e-18;

/* ---- Terms ---- */

/* log n! - log of Stirling's formula for it. */
static double stirling_error(double n)
{
    if (n < 16) return lgamma(n + 1) - (n + 0.5) * log(n) + n - log_two_pi / 2;
    const double square = n * n;
    const double series =
        1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square;
    return (1.0 / 12 - (1.0 / 360 - series / square) / square) / n;
}

/* x log(x / mean) + mean - x, without cancellation when x is near mean. */
static double deviance(double x, double mean)
{
    const double difference = x - mean;
    return x * log1p(difference / mean) - difference;
}

static double log_poisson_term(double count, double mean)
{
    if (count == 0) return -mean;
    return -stirling_error(count) - deviance(count, mean) -
           (log_two_pi + log(count)) / 2;
}

static double log_binomial_term(double hits, double trials, double chance)
{
    if (hits == 0) return trials * log1p(-chance);
    if (hits == trials) return trials * log(chance);
    const double misses = trials - hits;
    const double scale = log_two_pi + log(hits) + log1p(-hits / trials);
    return stirling_error(trials) - stirling_error(hits) -
           stirling_error(misses) - deviance(hits, trials * chance) -
           deviance(misses, trials * (1 - chance)) - scale / 2;
}

/* ---- Binomial ---- */

/* Sums the terms from `hits` down to 0; they fall from the start. */
static double sum_down(double hits, double trials, double chance)
{
    if (hits < 0) return 0;
    double term = exp(log_binomial_term(hits, trials, chance));
    double sum = term;
    while (hits > 0 && term > sum * negligible) {
        term *= hits / (trials - hits + 1) * ((1 - chance) / chance);
        sum += term;
        hits--;
    }
    return sum;
}

/* The most hits, of those below the mode, that are no likelier than `limit`;
 * -1 when all are. */
static double find_likeness(
    double limit, double mode, double trials, double chance)
{
    double low = -1;
    double high = mode;
    while (high - low > 1) {
        const double middle = floor((low + high) / 2);
        if (log_binomial_term(middle, trials, chance) <= limit) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

double ol_stats_binomial(uint64_t hits, uint64_t trials, double chance)
{
    const double n = (double)trials;
    double k = fmin((double)hits, n);
    if (trials == 0) return 1;
    if (chance <= 0) return k == 0;
    if (chance >= 1) return k == n;

    /* Mirrored, if need be, so that the outcome is at or below the mode. */
    double mode = fmin(floor((n + 1) * chance), n);
    if (k > mode) {
        k = n - k;
        chance = 1 - chance;
        mode = fmin(floor((n + 1) * chance), n);
    }
    const double limit = log_binomial_term(k, n, chance) + likeness;
    if (limit >= log_binomial_term(mode, n, chance)) return 1;
    const double below = sum_down(k, n, chance);
    const double other = find_likeness(limit, n - mode, n, 1 - chance);
    return fmin(1, below + sum_down(other, n, 1 - chance));
}

double ol_stats_two_rates(uint64_t first, double first_exposure,
    uint64_t second, double second_exposure)
{
    if (!(first_exposure > 0) || !(second_exposure > 0)) return 1;
    const double share = second_exposure / (first_exposure + second_exposure);
    return ol_stats_binomial(second, first + second, share);
}

/* ---- Poisson ---- */

/* P(X <= count) when X has that mean. Sums the smaller side. */
static double poisson_at_most(double count, double mean)
{
    const bool upper = count >= mean;
    double at = upper ? count + 1 : count;
    double term = exp(log_poisson_term(at, mean));
    double sum = term;
    while (term > sum * negligible && (upper || at > 0)) {
        if (upper) {
            term *= mean / ++at;
        } else {
            term *= at-- / mean;
        }
        sum += term;
    }
    return upper ? 1 - sum : sum;
}

/* The mean for which P(X <= count) is `share`: Newton's steps from the cube
 * root approximation. The derivative is the term itself, negated. */
static double find_mean(double count, double share, double normal)
{
    const double ninth = 1 / (9 * (count + 1));
    const double root = 1 - ninth + normal * sqrt(ninth);
    double mean = fmax((count + 1) * root * root * root, 1e-3);
    for (int i = 0; i < 50; i++) {
        const double slope = exp(log_poisson_term(count, mean));
        const double step = (poisson_at_most(count, mean) - share) / slope;
        const double next = fmax(mean + step, mean / 4);
        if (fabs(next - mean) <= 1e-13 * mean) return next;
        mean = next;
    }
    return mean;
}

/* The z for which a normal deviate exceeds it with probability `share`. */
static double find_normal(double share)
{
    double z = 1;
    for (int i = 0; i < 60; i++) {
        const double density = exp(-z * z / 2) / sqrt(exp(log_two_pi));
        z += (erfc(z / sqrt(2)) / 2 - share) / density;
    }
    return z;
}

struct ol_interval ol_stats_poisson_interval(uint64_t count, double level)
{
    const double share = (1 - level) / 2;
    const double normal = find_normal(share);
    const double k = (double)count;
    return (struct ol_interval){
        .low = count == 0 ? 0 : find_mean(k - 1, 1 - share, -normal),
        .high = find_mean(k, share, normal),
    };
}
