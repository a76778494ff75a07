/* sawtooth.c - teeth by hysteresis, then a test of their heights.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/sawtooth.h"

#include <math.h>

#include "analyzer/stats.h"

enum {
    MIN_TEETH = 3,
    MIN_HEIGHT = 4,    /* blocks; lower ones are noise */
    HEIGHT_SHARE = 16, /* as are those below this share of the whole range */
    MANY_TEETH = 6,    /* their order alone is evidence: 1 in 6! is rising */
    BURST_SHARE = 8,   /* a fall takes at most this share of its rise */
};

/* Of few teeth the steps must be alike, by ratio or by difference. */
static const double alike = 1.15;

/* Of many teeth the trend must be this many standard deviations up. */
static const double min_trend = 3;

/* The last third over the first: by half at least, and beyond chance. */
static const double min_growth = 1.5;
static const double alpha = 0.001;

struct tooth {
    size_t begin, peak, fall; /* indices into the series */
    uint64_t height;          /* of the peak above the floor before it */
};

struct series {
    uint64_t value[OL_COHORT_BUCKETS];
    size_t count;
};

struct teeth {
    struct tooth tooth[OL_COHORT_BUCKETS / 2 + 1];
    size_t count;
};

/* ---- Finding ---- */

static uint64_t noise_height(const struct series *series)
{
    uint64_t low = UINT64_MAX;
    uint64_t high = 0;
    for (size_t i = 0; i < series->count; i++) {
        if (series->value[i] < low) low = series->value[i];
        if (series->value[i] > high) high = series->value[i];
    }
    if (low > high) return MIN_HEIGHT;
    const uint64_t share = (high - low) / HEIGHT_SHARE;
    return share > MIN_HEIGHT ? share : MIN_HEIGHT;
}

static void add_tooth(
    struct teeth *teeth, const uint64_t *value, struct tooth tooth)
{
    tooth.height = value[tooth.peak] - value[tooth.begin];
    teeth->tooth[teeth->count++] = tooth;
}

/* Finds every complete tooth; also the one that the series ends in, if
 * `open` says so. */
static void find_teeth(
    const struct series *series, struct teeth *out, bool open)
{
    const uint64_t noise = noise_height(series);
    const uint64_t *value = series->value;
    size_t low = 0;
    size_t high = 0;
    bool rising = false;
    out->count = 0;
    for (size_t i = 0; i < series->count; i++) {
        if (!rising) {
            if (value[i] < value[low]) low = i;
            rising = value[i] >= value[low] + noise;
            high = i;
            continue;
        }
        if (value[i] > value[high]) high = i;
        const uint64_t height = value[high] - value[low];
        if (2 * (value[high] - value[i]) < height) continue;
        add_tooth(
            out, value, (struct tooth){.begin = low, .peak = high, .fall = i});
        low = i;
        rising = false;
    }
    if (open && rising) {
        add_tooth(out, value,
            (struct tooth){.begin = low, .peak = high, .fall = high});
    }
}

/* ---- Judging ---- */

static bool is_burst(const struct tooth *tooth)
{
    const size_t rise = tooth->peak - tooth->begin;
    const size_t fall = tooth->fall - tooth->peak;
    return fall <= 2 || fall <= rise / BURST_SHARE;
}

/* All of a few, nine in ten of many: noise makes teeth of its own. */
static bool are_bursts(const struct teeth *teeth)
{
    size_t bursts = 0;
    for (size_t i = 0; i < teeth->count; i++)
        bursts += is_burst(&teeth->tooth[i]);
    return bursts >= teeth->count - teeth->count / 10;
}

/* Is every step from a tooth to the next up, and all of them alike? */
static bool is_regular(const struct teeth *teeth)
{
    double min_ratio = INFINITY;
    double max_ratio = 0;
    double min_step = INFINITY;
    double max_step = 0;
    for (size_t i = 1; i < teeth->count; i++) {
        const double from = (double)teeth->tooth[i - 1].height;
        const double to = (double)teeth->tooth[i].height;
        min_ratio = fmin(min_ratio, to / from);
        max_ratio = fmax(max_ratio, to / from);
        min_step = fmin(min_step, to - from);
        max_step = fmax(max_step, to - from);
    }
    if (min_step <= 0) return false;
    return max_ratio <= alike * min_ratio || max_step <= alike * min_step;
}

/* Kendall's rank statistic of the heights, in its standard deviations. */
static double trend(const struct teeth *teeth)
{
    const double n = (double)teeth->count;
    double rising_pairs = 0;
    for (size_t i = 0; i < teeth->count; i++) {
        for (size_t j = i + 1; j < teeth->count; j++) {
            const uint64_t a = teeth->tooth[i].height;
            const uint64_t b = teeth->tooth[j].height;
            rising_pairs += (double)((b > a) - (b < a));
        }
    }
    return rising_pairs / sqrt(n * (n - 1) * (2 * n + 5) / 18);
}

/* Sums the heights of `count` teeth. */
static uint64_t sum_heights(const struct tooth *tooth, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += tooth[i].height;
    return sum;
}

/* By how much the last third of the teeth is higher than the first; 0 when
 * that may be chance. */
static double measure_growth(const struct teeth *teeth)
{
    const size_t third = teeth->count / 3;
    const uint64_t first = sum_heights(teeth->tooth, third);
    const uint64_t last =
        sum_heights(&teeth->tooth[teeth->count - third], third);
    if (ol_stats_two_rates(first, 1, last, 1) >= alpha) return 0;
    return (double)last / (double)first;
}

static bool grows(const struct teeth *teeth)
{
    if (teeth->count < MIN_TEETH) return false;
    if (teeth->count < MANY_TEETH && !is_regular(teeth)) return false;
    if (teeth->count >= MANY_TEETH && trend(teeth) < min_trend) return false;
    return measure_growth(teeth) >= min_growth;
}

/* Did the last tooth fall in the first quarter? Then it is history. */
static bool is_history(const struct teeth *teeth, size_t buckets)
{
    return teeth->tooth[teeth->count - 1].fall < buckets / 4;
}

/* ---- The teeth of teeth ---- */

/* Replaces teeth by the teeth that their heights form, starting from none;
 * the last counts from its peak on, as the teeth below it have fallen. */
static void climb(struct teeth *teeth)
{
    struct series heights = {.count = teeth->count + 1};
    for (size_t i = 0; i < teeth->count; i++)
        heights.value[i + 1] = teeth->tooth[i].height;
    struct teeth upper;
    find_teeth(&heights, &upper, true);
    /* Peaks come in order, so that what is read was not yet written. */
    for (size_t i = 0; i < upper.count; i++)
        teeth->tooth[i] = teeth->tooth[upper.tooth[i].peak - 1];
    teeth->count = upper.count;
}

static void report(const struct ol_cohorts *cohorts,
    const struct series *series, const struct teeth *teeth,
    struct ol_sawtooth *out)
{
    const int64_t width = INT64_C(1) << cohorts->width_log2;
    const size_t kept =
        teeth->count < OL_SAWTOOTH_PEAKS ? teeth->count : OL_SAWTOOTH_PEAKS;
    const struct tooth *first = &teeth->tooth[teeth->count - kept];
    out->grows = true;
    out->teeth = teeth->count;
    out->peak_count = kept;
    for (size_t i = 0; i < kept; i++) {
        out->peak[i].iteration = ((int64_t)first[i].peak + 1) * width;
        out->peak[i].live = series->value[first[i].peak];
    }
    /* The middles of the first and the last third are so far apart. */
    const size_t apart = teeth->count - teeth->count / 3;
    out->growth = pow(measure_growth(teeth), 1 / (double)apart);
}

void ol_sawtooth_find(const struct ol_cohorts *cohorts, struct ol_sawtooth *out)
{
    *out = (struct ol_sawtooth){0};
    struct series series;
    series.count = (size_t)ol_cohorts_bucket(cohorts, cohorts->iterations);
    const struct ol_cohort_series wanted = {.live = series.value};
    ol_cohorts_fill_series(cohorts, &wanted);

    struct teeth teeth;
    find_teeth(&series, &teeth, false);
    if (teeth.count < MIN_TEETH || !are_bursts(&teeth)) return;
    if (is_history(&teeth, series.count)) return;
    if (!grows(&teeth)) {
        climb(&teeth);
        if (!grows(&teeth)) return;
    }
    report(cohorts, &series, &teeth, out);
}
