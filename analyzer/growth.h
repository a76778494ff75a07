/* growth.h - R1: which groups of blocks grow with the iterations.
 *
 * Shape:     one row for each group that left a survivor in its cohorts or
 *            has growing teeth, the gravest first: by severity, then by
 *            bytes an iteration, then by live bytes, then by site. Groups
 *            whose blocks were given to owners that outlive many iterations
 *            (ol_adopt) are apart: they are the owner's to free.
 * Units:     blocks and bytes an iteration; ns.
 * Ownership: the result owns its rows; groups are borrowed from the model,
 *            which must outlive it.
 * Threads:   any number of results at once.
 * Errors:    -ENOMEM.
 * Source:    own; docs/growth.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_GROWTH_H
#define OL_ANALYZER_GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/model.h"
#include "analyzer/sawtooth.h"
#include "analyzer/verdict.h"

enum {
    OL_GROWTH_ADVISED = 64 /* fewer iterations: an unfilled cache may look
                              like a leak */
};

struct ol_growth_row {
    const struct ol_group *group;
    enum ol_verdict verdict; /* of the cohorts, or SAWTOOTH */
    struct ol_cohort_result cohort;
    struct ol_sawtooth sawtooth;
};

/* What the iterations are worth. */
enum ol_growth_evidence {
    OL_GROWTH_SOUND,
    OL_GROWTH_ADVISORY, /* fewer than OL_GROWTH_ADVISED */
    OL_GROWTH_TOO_SHORT /* too few for any verdict */
};

struct ol_growth {
    const struct ol_process *process;
    struct ol_growth_row *row;     /* owner */
    size_t count;                  /* the findings and the harmless */
    struct ol_growth_row *bounded; /* behind them, in the same array */
    size_t bounded_count;
    size_t verdicts[OL_VERDICT_COUNT]; /* of all groups, bounded ones not */
    size_t groups; /* that ever had a block, bounded ones as well */
    enum ol_growth_evidence evidence;
    int64_t warmup, settle;       /* iterations set aside; settle: at least */
    double iterations_per_second; /* 0: not known */
};

/* The process that a recording is about: the first that marks iterations,
 * else the main one. A shell in front of a server is not what is asked. */
size_t ol_growth_subject(const struct ol_model *model);

/* Tests every group of one process. Returns 0 and the result. */
OL_MUST_USE int ol_growth_create(
    const struct ol_process *process, struct ol_growth **out);

/* Accepts NULL. */
void ol_growth_destroy(struct ol_growth *growth);

/* How grave a row is. Slices of time are not iterations: work is in flight
 * at their ends, and a program that only fills its memory and ends looks as
 * if it leaked. And where records are missing, the free of what seems to have
 * stayed may be among them. In both nothing is worse than a warning. */
enum ol_severity ol_growth_severity_of(
    const struct ol_growth *growth, const struct ol_growth_row *row);

/* The gravest there is among the rows. */
enum ol_severity ol_growth_severity(const struct ol_growth *growth);

/* Buckets of a row that were tested, in iterations. */
int64_t ol_growth_exposure(const struct ol_growth_row *row);

/* How a row's verdict comes out of both tests. */
enum ol_verdict ol_growth_decide(
    enum ol_verdict cohort, const struct ol_sawtooth *sawtooth);

#endif
