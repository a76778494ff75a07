/* verdict.c - the cohort test, in whole numbers but for one probability.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/verdict.h"

static const double alpha = 0.05;

enum {
    MIN_COHORTS = 6,
    MIN_SURVIVORS = 3,
    MIN_SETTLE = 3,
    MIN_OLD_DEATHS = 3,
};

/* ceil(n * numerator / denominator) */
static int64_t ceil_share(int64_t n, int64_t numerator, int64_t denominator)
{
    return (n * numerator + denominator - 1) / denominator;
}

static int64_t max_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t min_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- What the test looks at ---- */

/* The 99th percentile of the lives that began and ended in the run. */
static int64_t percentile_99(const struct ol_cohorts *cohorts)
{
    uint64_t total = 0;
    for (size_t i = 0; i < cohorts->life_count; i++)
        total += cohorts->life[i].count;
    if (total == 0) return 1;
    const uint64_t rank = total / 100 * 99 + total % 100 * 99 / 100;
    uint64_t seen = 0;
    for (size_t i = 0; i < cohorts->life_count; i++) {
        seen += cohorts->life[i].count;
        if (seen > rank) return cohorts->life[i].life;
    }
    return cohorts->life[cohorts->life_count - 1].life;
}

static void count_thirds(
    const struct ol_cohorts *cohorts, struct ol_cohort_result *out)
{
    const int64_t count = out->buckets - out->settle - out->warmup;
    for (int i = 0; i < 3; i++)
        out->third[i].cohorts = (uint64_t)((i + 1) * count / 3 - i * count / 3);
    for (size_t i = 0; i < cohorts->cohort_count; i++) {
        const struct ol_cohort *cohort = &cohorts->cohort[i];
        const int64_t at = cohort->bucket - out->warmup - 1;
        const uint64_t survivors = ol_cohort_survivors(cohort);
        if (at < 0 || at >= count || survivors == 0) continue;
        const int index = at < count / 3 ? 0 : at < 2 * count / 3 ? 1 : 2;
        out->third[index].occupied++;
        out->third[index].survivors += survivors;
        out->survivors += survivors;
        out->survivor_bytes += ol_cohort_survivor_bytes(cohort);
    }
}

/* Deaths, and bucket-blocks lived, beyond `age`: of all blocks, those from
 * before the run as well. No block counts for longer than the run. */
static void count_old_age(
    const struct ol_cohorts *cohorts, int64_t age, struct ol_cohort_result *out)
{
    const int64_t buckets = out->buckets;
    for (size_t i = 0; i < cohorts->life_count; i++) {
        const struct ol_life *life = &cohorts->life[i];
        if (life->life <= age) continue;
        const uint64_t dead = life->count + life->old_count;
        out->old_deaths += dead;
        out->old_exposure += dead * (uint64_t)min_of(life->life - age, buckets);
    }
    for (size_t i = 0; i < cohorts->cohort_count; i++) {
        const struct ol_cohort *cohort = &cohorts->cohort[i];
        const int64_t beyond = buckets + 1 - cohort->bucket - age;
        if (beyond <= 0) continue;
        out->old_exposure +=
            ol_cohort_survivors(cohort) * (uint64_t)min_of(beyond, buckets);
    }
}

/* The first bucket after the warm-up that left a survivor. */
static int64_t find_first_survivor(
    const struct ol_cohorts *cohorts, const struct ol_cohort_result *result)
{
    for (size_t i = 0; i < cohorts->cohort_count; i++) {
        const struct ol_cohort *cohort = &cohorts->cohort[i];
        if (cohort->bucket <= result->warmup) continue;
        if (ol_cohort_survivors(cohort) > 0) return cohort->bucket;
    }
    return result->buckets;
}

/* ---- The decision ---- */

static bool is_mortal(const struct ol_cohort_result *result)
{
    const double hazard_limit = 0.5 / (double)result->buckets;
    if (result->old_deaths < MIN_OLD_DEATHS) return false;
    return (double)result->old_deaths / (double)result->old_exposure >
           hazard_limit;
}

/* Are the first and last thirds occupied differently, beyond chance? */
static bool differs(const struct ol_third *first, const struct ol_third *last)
{
    const double share =
        (double)last->cohorts / (double)(first->cohorts + last->cohorts);
    return ol_stats_binomial(
               last->occupied, first->occupied + last->occupied, share) < alpha;
}

/* Does `a` leave less than a quarter of the survivors a cohort of `b`? */
static bool is_quarter(const struct ol_third *a, const struct ol_third *b)
{
    return 4 * a->survivors * b->cohorts < b->survivors * a->cohorts;
}

static bool is_decelerating(const struct ol_third *third)
{
    const struct ol_third *first = &third[0];
    const struct ol_third *last = &third[2];
    if (first->occupied == 0) return false;
    if (is_quarter(last, first)) return true;
    return last->occupied * first->cohorts < first->occupied * last->cohorts &&
           differs(first, last);
}

static bool is_accelerating(const struct ol_third *third)
{
    const struct ol_third *first = &third[0];
    const struct ol_third *last = &third[2];
    if (first->occupied == 0 || is_quarter(first, last)) return true;
    return last->occupied > first->occupied && differs(first, last);
}

static uint64_t occupied_cohorts(const struct ol_cohort_result *result)
{
    return result->third[0].occupied + result->third[1].occupied +
           result->third[2].occupied;
}

static enum ol_verdict judge_onset(
    const struct ol_cohorts *cohorts, const struct ol_cohort_result *result)
{
    const int64_t first = find_first_survivor(cohorts, result);
    const int64_t span = result->buckets - result->settle - first + 1;
    const int64_t wanted = max_of(MIN_COHORTS, result->buckets / 8);
    const int64_t occupied = (int64_t)occupied_cohorts(result);
    if (5 * occupied >= 3 * span && span >= wanted) return OL_VERDICT_LATE;
    return OL_VERDICT_RECENT;
}

static enum ol_verdict judge(
    const struct ol_cohorts *cohorts, const struct ol_cohort_result *result)
{
    const uint64_t occupied = occupied_cohorts(result);
    if (result->survivors < MIN_SURVIVORS || occupied < MIN_SURVIVORS)
        return OL_VERDICT_NONE;
    if (is_mortal(result)) return OL_VERDICT_LONGLIVED;
    if (result->third[2].occupied == 0) return OL_VERDICT_PLATEAU;
    if (is_decelerating(result->third)) return OL_VERDICT_PLATEAU;
    if (is_accelerating(result->third)) return judge_onset(cohorts, result);

    const uint64_t cohorts_tested = result->third[0].cohorts +
                                    result->third[1].cohorts +
                                    result->third[2].cohorts;
    if (5 * occupied >= 3 * cohorts_tested) return OL_VERDICT_STEADY;
    return OL_VERDICT_SPORADIC;
}

static void set_rates(struct ol_cohort_result *result, int64_t tested)
{
    const double iterations = (double)(tested * result->width);
    const struct ol_interval count =
        ol_stats_poisson_interval(result->survivors, 0.95);
    result->rate = (double)result->survivors / iterations;
    result->bytes_rate = (double)result->survivor_bytes / iterations;
    result->rate_interval.low = count.low / iterations;
    result->rate_interval.high = count.high / iterations;
    result->occupancy = (double)occupied_cohorts(result) / (double)tested;
}

/* ---- Public ---- */

void ol_verdict_test(
    const struct ol_cohorts *cohorts, struct ol_cohort_result *out)
{
    const int64_t buckets = ol_cohorts_bucket(cohorts, cohorts->iterations);
    const int64_t tenth = ceil_share(buckets, 1, 10);
    const int64_t young =
        max_of(max_of(MIN_SETTLE, tenth), 2 * percentile_99(cohorts));
    *out = (struct ol_cohort_result){
        .verdict = OL_VERDICT_SHORT,
        .iterations = cohorts->iterations,
        .width = INT64_C(1) << cohorts->width_log2,
        .buckets = buckets,
        .warmup = max_of(1, tenth),
        .settle = min_of(buckets / 2, young),
    };
    out->live = ol_cohorts_live(cohorts, &out->live_bytes);
    const int64_t tested = buckets - out->settle - out->warmup;
    if (tested < MIN_COHORTS) return;

    count_thirds(cohorts, out);
    count_old_age(
        cohorts, max_of(MIN_OLD_DEATHS, ceil_share(buckets, 2, 5)), out);
    set_rates(out, tested);
    out->verdict = judge(cohorts, out);
}

#define X(name, severity, meaning) #name,
static const char *const verdict_names[] = {OL_VERDICT_LIST(X)};
#undef X
#define X(name, severity, meaning) meaning,
static const char *const verdict_meanings[] = {OL_VERDICT_LIST(X)};
#undef X
#define X(name, severity, meaning) OL_SEVERITY_##severity,
static const enum ol_severity verdict_severities[] = {OL_VERDICT_LIST(X)};
#undef X

const char *ol_verdict_name(enum ol_verdict verdict)
{
    return verdict_names[verdict];
}

const char *ol_verdict_meaning(enum ol_verdict verdict)
{
    return verdict_meanings[verdict];
}

enum ol_severity ol_verdict_severity(enum ol_verdict verdict)
{
    return verdict_severities[verdict];
}

const char *ol_severity_name(enum ol_severity severity)
{
    static const char *const names[] = {"none", "note", "warning", "error"};
    return names[severity];
}
