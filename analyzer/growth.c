/* growth.c - the tests on every group, then an order of rank.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/growth.h"

#include <errno.h>
#include <stdlib.h>

enum {
    MIN_OWNED_COHORTS = 6 /* an owner of so many iterations is long-lived */
};

/* ---- One group ---- */

enum ol_verdict ol_growth_decide(
    enum ol_verdict cohort, const struct ol_sawtooth *sawtooth)
{
    const bool certain = cohort == OL_VERDICT_STEADY ||
                         cohort == OL_VERDICT_LATE ||
                         cohort == OL_VERDICT_SHORT;
    return sawtooth->grows && !certain ? OL_VERDICT_SAWTOOTH : cohort;
}

static void judge_group(const struct ol_group *group, struct ol_growth_row *out)
{
    out->group = group;
    ol_verdict_test(&group->cohorts, &out->cohort);
    ol_sawtooth_find(&group->cohorts, &out->sawtooth);
    out->verdict = ol_growth_decide(out->cohort.verdict, &out->sawtooth);
}

static bool is_worth_a_row(const struct ol_growth_row *row)
{
    return row->cohort.survivors > 0 || row->sawtooth.grows;
}

/* Was everything that is alive at the last mark given to owners that live,
 * and that live through many iterations? */
static bool is_bounded(const struct ol_growth_row *row)
{
    const struct ol_group *group = row->group;
    if (!group->adopted || group->owners == 0) return false;
    if (group->owner_live < row->cohort.live) return false;
    uint64_t cohorts = 0;
    for (size_t i = 0; i < group->cohorts.cohort_count; i++)
        cohorts += ol_cohort_survivors(&group->cohorts.cohort[i]) > 0;
    return group->owners * MIN_OWNED_COHORTS <= cohorts;
}

/* ---- Rank ---- */

/* What a row costs an iteration; teeth cost what their peaks grow by. */
static double row_cost(const struct ol_growth_row *row)
{
    const struct ol_sawtooth *sawtooth = &row->sawtooth;
    if (row->verdict != OL_VERDICT_SAWTOOTH) return row->cohort.bytes_rate;
    const struct ol_peak *first = &sawtooth->peak[0];
    const struct ol_peak *last = &sawtooth->peak[sawtooth->peak_count - 1];
    const struct ol_process_totals *blocks = &row->group->blocks;
    const double mean = (double)blocks->born_bytes / (double)blocks->born;
    return mean * ((double)last->live - (double)first->live) /
           (double)(last->iteration - first->iteration);
}

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

/* The bounded behind all others, the gravest first. */
static int compare_rows(const void *a, const void *b)
{
    const struct ol_growth_row *x = a;
    const struct ol_growth_row *y = b;
    const int bounded = is_bounded(x) - is_bounded(y);
    if (bounded) return bounded;
    const int severity = (int)ol_verdict_severity(y->verdict) -
                         (int)ol_verdict_severity(x->verdict);
    if (severity) return severity;
    const int cost = compare_numbers(row_cost(y), row_cost(x));
    if (cost) return cost;
    const int live = compare_numbers(
        (double)y->cohort.live_bytes, (double)x->cohort.live_bytes);
    if (live) return live;
    return compare_numbers(x->group->site.index, y->group->site.index);
}

static void rank_rows(struct ol_growth *growth)
{
    const size_t all = growth->count;
    if (all > 0) qsort(growth->row, all, sizeof *growth->row, compare_rows);
    while (growth->count > 0 && is_bounded(&growth->row[growth->count - 1]))
        growth->count--;
    growth->bounded = growth->row + growth->count;
    growth->bounded_count = all - growth->count;
}

/* ---- The whole ---- */

/* The frame that every group shares: what an empty one gets. */
static void measure_iterations(struct ol_growth *growth)
{
    const struct ol_process *process = growth->process;
    const struct ol_iterations *iterations = &process->iterations;
    struct ol_cohorts nothing = {0};
    struct ol_cohort_result result;
    if (ol_cohorts_finish(&nothing, iterations->count) != 0) return;
    ol_verdict_test(&nothing, &result);
    growth->warmup = result.warmup * result.width;
    growth->settle = result.settle * result.width;
    growth->evidence = OL_GROWTH_SOUND;
    if (iterations->count < OL_GROWTH_ADVISED)
        growth->evidence = OL_GROWTH_ADVISORY;
    if (result.verdict == OL_VERDICT_SHORT ||
        iterations->source == OL_ITERATION_NONE)
        growth->evidence = OL_GROWTH_TOO_SHORT;
    const uint64_t duration_ns = process->evidence.duration_ns;
    if (duration_ns == 0) return;
    growth->iterations_per_second =
        (double)iterations->count * 1e9 / (double)duration_ns;
}

size_t ol_growth_subject(const struct ol_model *model)
{
    const size_t count = ol_model_process_count(model);
    for (size_t i = 0; i < count; i++) {
        const struct ol_process *process = ol_model_process(model, i);
        if (process->iterations.source == OL_ITERATION_MARKS) return i;
    }
    return 0;
}

int ol_growth_create(const struct ol_process *process, struct ol_growth **out)
{
    struct ol_growth *growth = calloc(1, sizeof *growth);
    if (!growth) return -ENOMEM;
    growth->process = process;
    growth->row = calloc(process->group_count + 1, sizeof *growth->row);
    if (!growth->row) goto fail_rows;

    measure_iterations(growth);
    for (size_t i = 0; i < process->group_count; i++) {
        struct ol_growth_row *row = &growth->row[growth->count];
        judge_group(&process->group[i], row);
        if (row->group->blocks.born == 0) continue;
        growth->groups++;
        if (!is_bounded(row)) growth->verdicts[row->verdict]++;
        if (is_worth_a_row(row)) growth->count++;
    }
    rank_rows(growth);
    *out = growth;
    return 0;
fail_rows:
    free(growth);
    return -ENOMEM;
}

void ol_growth_destroy(struct ol_growth *growth)
{
    if (!growth) return;
    free(growth->row);
    free(growth);
}

enum ol_severity ol_growth_severity_of(
    const struct ol_growth *growth, const struct ol_growth_row *row)
{
    const enum ol_severity severity = ol_verdict_severity(row->verdict);
    const bool is_certain =
        growth->process->iterations.source == OL_ITERATION_MARKS &&
        !ol_model_is_partial(growth->process);
    return is_certain || severity < OL_SEVERITY_WARNING ? severity
                                                        : OL_SEVERITY_WARNING;
}

int64_t ol_growth_exposure(const struct ol_growth_row *row)
{
    const struct ol_cohort_result *cohort = &row->cohort;
    return (cohort->buckets - cohort->warmup - cohort->settle) * cohort->width;
}

enum ol_severity ol_growth_severity(const struct ol_growth *growth)
{
    enum ol_severity gravest = OL_SEVERITY_NONE;
    for (size_t i = 0; i < growth->count; i++) {
        const enum ol_severity severity =
            ol_growth_severity_of(growth, &growth->row[i]);
        if (severity > gravest) gravest = severity;
    }
    return gravest;
}
