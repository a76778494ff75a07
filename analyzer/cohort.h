/* cohort.h - births and deaths of one group of blocks, by iteration.
 *
 * Shape:     iterations are numbered from 1; blocks that were there before
 *            the first count as born in iteration 0 or below. A bucket is
 *            `width` iterations, a power of two: 1 as long as there are at
 *            most OL_COHORT_BUCKETS iterations, doubled beyond, so that a
 *            run of any length takes bounded memory. A cohort is what was
 *            born in one bucket. Only buckets in which something happened
 *            have an entry; entries are sorted by bucket.
 *            For every cohort: died + late_died <= born.
 * Units:     blocks, bytes, iterations; a life is death bucket minus birth
 *            bucket.
 * Ownership: the caller holds struct ol_cohorts; deinit frees its arrays.
 * Threads:   one at a time.
 * Errors:    -ENOMEM; -EINVAL for events out of order. Nothing is changed
 *            then.
 * Source:    own; docs/growth.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_COHORT_H
#define OL_ANALYZER_COHORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
    OL_COHORT_BUCKETS = 2048
};

struct ol_cohort {
    int64_t bucket;
    uint64_t born, born_bytes; /* in this bucket */
    uint64_t fell, fell_bytes; /* died in this bucket, whenever born */
    /* Of those born here: died before `late`, and died in `late`, the last
     * iteration in which any of them did. They are kept apart because that
     * iteration may turn out to lie behind the last mark. */
    uint64_t died, died_bytes;
    int64_t late;
    uint64_t late_died, late_bytes;
};

/* How many lived for `life` buckets: born in the run, and before it. */
struct ol_life {
    int64_t life;
    uint64_t count, old_count;
};

struct ol_cohorts {
    struct ol_cohort *cohort; /* owner */
    struct ol_life *life;     /* owner; sorted; all deaths but the late ones */
    size_t cohort_count, cohort_room;
    size_t life_count, life_room;
    unsigned width_log2;
    int64_t newest; /* the last iteration heard of */
    /* Events in `newest`, which may turn out to lie behind the last mark. */
    uint64_t newest_born, newest_born_bytes;
    uint64_t newest_fell, newest_fell_bytes;
    int64_t iterations; /* set by finish, 0 until then */
};

/* Begins with nothing born; all zero is the same, and owns nothing. */
void ol_cohorts_init(struct ol_cohorts *cohorts);

void ol_cohorts_deinit(struct ol_cohorts *cohorts);

/* One block of `bytes` is born in `iteration`. Events come in the order of
 * their iterations. Returns 0 or an error. */
OL_MUST_USE int ol_cohorts_add_birth(
    struct ol_cohorts *cohorts, int64_t iteration, uint64_t bytes);

/* One block of `bytes`, born in iteration `born`, dies in iteration `died`.
 * Returns 0, or -EINVAL when none was born then, or another error. */
OL_MUST_USE int ol_cohorts_add_death(
    struct ol_cohorts *cohorts, int64_t born, int64_t died, uint64_t bytes);

/* The run had `iterations`, and no event is to come. What happened in the
 * one iteration behind the last mark (teardown, mostly) is dropped: what was
 * alive at the last mark counts as alive. Returns 0, or -EINVAL when events
 * lie further behind. */
OL_MUST_USE int ol_cohorts_finish(
    struct ol_cohorts *cohorts, int64_t iterations);

/* ---- After finish ---- */

/* The bucket of an iteration; with finish's count, how many there are. */
int64_t ol_cohorts_bucket(const struct ol_cohorts *cohorts, int64_t iteration);

uint64_t ol_cohort_survivors(const struct ol_cohort *cohort);
uint64_t ol_cohort_survivor_bytes(const struct ol_cohort *cohort);

/* Alive at the last mark, whenever born. */
uint64_t ol_cohorts_live(const struct ol_cohorts *cohorts, uint64_t *out_bytes);

/* One value for each bucket from 1, into arrays of bucket(iterations)
 * elements; an array that is NULL is left out. */
struct ol_cohort_series {
    uint64_t *births, *survivors;
    uint64_t *deaths;            /* in the bucket */
    uint64_t *live, *live_bytes; /* at the bucket's end */
};

void ol_cohorts_fill_series(
    const struct ol_cohorts *cohorts, const struct ol_cohort_series *out);

#endif
