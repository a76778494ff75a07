/* verdict.h - does a group of blocks grow? The cohort test.
 *
 * Shape:     survivors are counted by the iteration they were born in. The
 *            first `warmup` and the last `settle` buckets are set aside;
 *            the rest, cut in thirds, tell a leak (every cohort leaves
 *            something) from what was filled once, decelerates, has only
 *            begun, or dies late.
 * Units:     blocks and bytes an iteration; buckets (cohort.h).
 * Threads:   pure functions.
 * Source:    own; docs/growth.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_VERDICT_H
#define OL_ANALYZER_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "analyzer/cohort.h"
#include "analyzer/stats.h"

enum ol_severity {
    OL_SEVERITY_NONE = 0, /* not a finding */
    OL_SEVERITY_NOTE,
    OL_SEVERITY_WARNING,
    OL_SEVERITY_ERROR, /* the gate fails */
};

/*    name       severity  what it means */
#define OL_VERDICT_LIST(X)                                             \
    X(NONE, NONE, "nothing survives its iteration for long")           \
    X(SHORT, NONE, "too few iterations to tell")                       \
    X(PLATEAU, NONE, "filled once, or filling ever more slowly")       \
    X(LONGLIVED, NOTE, "old blocks do die: run longer to tell")        \
    X(RECENT, NOTE, "began to survive only lately: run longer")        \
    X(SPORADIC, WARNING, "some iterations leave blocks behind")        \
    X(SAWTOOTH, ERROR, "freed in bursts, each peak above the last")    \
    X(LATE, ERROR, "every iteration leaves blocks, from some time on") \
    X(STEADY, ERROR, "every iteration leaves blocks behind")

enum ol_verdict {
#define X(name, severity, meaning) OL_VERDICT_##name,
    OL_VERDICT_LIST(X)
#undef X
    OL_VERDICT_COUNT
};

struct ol_third {
    uint64_t cohorts, occupied; /* with a survivor at least */
    uint64_t survivors;
};

struct ol_cohort_result {
    enum ol_verdict verdict;
    int64_t iterations;
    int64_t width; /* iterations a bucket */
    int64_t buckets, warmup, settle;
    struct ol_third third[3];
    uint64_t survivors, survivor_bytes; /* of the cohorts in the thirds */
    double rate, bytes_rate;            /* of these, an iteration */
    struct ol_interval rate_interval;   /* 95 % */
    double occupancy;                   /* of the cohorts in the thirds */
    uint64_t live, live_bytes;          /* at the last mark */
    uint64_t old_deaths, old_exposure;  /* beyond the immortality age */
};

/* Tests a finished group. */
void ol_verdict_test(
    const struct ol_cohorts *cohorts, struct ol_cohort_result *out);

/* The name in capitals, what it means, and how grave it is. */
const char *ol_verdict_name(enum ol_verdict verdict);
const char *ol_verdict_meaning(enum ol_verdict verdict);
enum ol_severity ol_verdict_severity(enum ol_verdict verdict);

/* "error", "warning", "note" or "none". */
const char *ol_severity_name(enum ol_severity severity);

#endif
