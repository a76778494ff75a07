/* cohort.c - sorted arrays of counters, appended at their end mostly.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/cohort.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/room.h"

/* ---- Sorted arrays ---- */

enum {
    FIRST_ROOM = 2 /* most groups are met once or twice */
};

static void *make_room(void *at, size_t *room, size_t count, size_t bytes)
{
    if (*room > 0) return ol_room_make(at, room, count, bytes);
    void *first = malloc(FIRST_ROOM * bytes);
    if (first) *room = FIRST_ROOM;
    return first;
}

/* The first cohort that is not before `bucket`: mostly the last, or new. */
static size_t find_cohort(const struct ol_cohorts *cohorts, int64_t bucket)
{
    size_t low = 0;
    size_t high = cohorts->cohort_count;
    if (high > 0 && cohorts->cohort[high - 1].bucket <= bucket)
        return cohorts->cohort[high - 1].bucket == bucket ? high - 1 : high;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (cohorts->cohort[middle].bucket < bucket) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct ol_cohort *get_cohort(
    const struct ol_cohorts *cohorts, int64_t bucket)
{
    const size_t at = find_cohort(cohorts, bucket);
    if (at == cohorts->cohort_count) return NULL;
    struct ol_cohort *cohort = &cohorts->cohort[at];
    return cohort->bucket == bucket ? cohort : NULL;
}

static struct ol_cohort *make_cohort(struct ol_cohorts *cohorts, int64_t bucket)
{
    const size_t at = find_cohort(cohorts, bucket);
    if (at < cohorts->cohort_count && cohorts->cohort[at].bucket == bucket)
        return &cohorts->cohort[at];
    void *room = make_room(cohorts->cohort, &cohorts->cohort_room,
        cohorts->cohort_count, sizeof *cohorts->cohort);
    if (!room) return NULL;
    cohorts->cohort = room;
    struct ol_cohort *cohort = &cohorts->cohort[at];
    memmove(cohort + 1, cohort, (cohorts->cohort_count - at) * sizeof *cohort);
    *cohort = (struct ol_cohort){.bucket = bucket, .late = bucket};
    cohorts->cohort_count++;
    return cohort;
}

static struct ol_life *make_life(struct ol_cohorts *cohorts, int64_t life)
{
    size_t low = 0;
    size_t high = cohorts->life_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (cohorts->life[middle].life < life) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < cohorts->life_count && cohorts->life[low].life == life)
        return &cohorts->life[low];
    void *room = make_room(cohorts->life, &cohorts->life_room,
        cohorts->life_count, sizeof *cohorts->life);
    if (!room) return NULL;
    cohorts->life = room;
    struct ol_life *entry = &cohorts->life[low];
    memmove(entry + 1, entry, (cohorts->life_count - low) * sizeof *entry);
    *entry = (struct ol_life){.life = life};
    cohorts->life_count++;
    return entry;
}

/* ---- Late deaths ---- */

/* Counts a cohort's late deaths with its earlier ones. */
static int settle_late(struct ol_cohorts *cohorts, struct ol_cohort *cohort)
{
    if (cohort->late_died == 0) return 0;
    const int64_t life =
        ol_cohorts_bucket(cohorts, cohort->late) - cohort->bucket;
    struct ol_life *entry = make_life(cohorts, life);
    if (!entry) return -ENOMEM;
    if (cohort->bucket >= 1) {
        entry->count += cohort->late_died;
    } else {
        entry->old_count += cohort->late_died;
    }
    cohort->died += cohort->late_died;
    cohort->died_bytes += cohort->late_bytes;
    cohort->late_died = 0;
    cohort->late_bytes = 0;
    return 0;
}

/* ---- Buckets ---- */

/* Half of a life, to the nearest; odd ones go down and up in equal shares,
 * as births at even and odd iterations would. */
static int halve_lives(struct ol_cohorts *cohorts)
{
    struct ol_cohorts halved = {0};
    for (size_t i = 0; i < cohorts->life_count; i++) {
        const struct ol_life *from = &cohorts->life[i];
        const uint64_t down = from->life % 2 != 0 ? from->count / 2 : 0;
        const uint64_t old_down = from->life % 2 != 0 ? from->old_count / 2 : 0;
        struct ol_life *low = make_life(&halved, from->life / 2);
        if (!low) goto fail_memory;
        low->count += down;
        low->old_count += old_down;
        struct ol_life *high = make_life(&halved, (from->life + 1) / 2);
        if (!high) goto fail_memory;
        high->count += from->count - down;
        high->old_count += from->old_count - old_down;
    }
    free(cohorts->life);
    cohorts->life = halved.life;
    cohorts->life_count = halved.life_count;
    cohorts->life_room = halved.life_room;
    return 0;
fail_memory:
    free(halved.life);
    return -ENOMEM;
}

static int64_t halve_bucket(int64_t bucket)
{
    return bucket >= 1 ? (bucket + 1) / 2 : -(-bucket / 2);
}

/* Adds cohort `from` to `to`, both settled. */
static void merge_cohort(struct ol_cohort *to, const struct ol_cohort *from)
{
    to->born += from->born;
    to->born_bytes += from->born_bytes;
    to->fell += from->fell;
    to->fell_bytes += from->fell_bytes;
    to->died += from->died;
    to->died_bytes += from->died_bytes;
}

static int settle_all(struct ol_cohorts *cohorts)
{
    for (size_t i = 0; i < cohorts->cohort_count; i++) {
        const int error = settle_late(cohorts, &cohorts->cohort[i]);
        if (error) return error;
    }
    return 0;
}

/* Doubles the width. No late death may lie behind the last mark. */
static int double_width(struct ol_cohorts *cohorts)
{
    int error = settle_all(cohorts);
    if (!error) error = halve_lives(cohorts);
    if (error) return error;

    size_t kept = 0;
    for (size_t i = 0; i < cohorts->cohort_count; i++) {
        struct ol_cohort from = cohorts->cohort[i];
        from.bucket = halve_bucket(from.bucket);
        if (kept > 0 && cohorts->cohort[kept - 1].bucket == from.bucket) {
            merge_cohort(&cohorts->cohort[kept - 1], &from);
        } else {
            cohorts->cohort[kept++] = from;
        }
    }
    cohorts->cohort_count = kept;
    cohorts->width_log2++;
    return 0;
}

static int reach_iteration(
    struct ol_cohorts *cohorts, int64_t iteration, int64_t buckets)
{
    while (ol_cohorts_bucket(cohorts, iteration) > buckets) {
        const int error = double_width(cohorts);
        if (error) return error;
    }
    return 0;
}

/* Makes room for an event, which may be the first behind the last mark: that
 * one alone must not double the width. */
static int reach_event(struct ol_cohorts *cohorts, int64_t iteration)
{
    return reach_iteration(cohorts, iteration, OL_COHORT_BUCKETS + 1);
}

/* Events up to `iteration` are known to lie before its beginning. */
static void advance_newest(struct ol_cohorts *cohorts, int64_t iteration)
{
    if (iteration <= cohorts->newest) return;
    cohorts->newest = iteration;
    cohorts->newest_born = 0;
    cohorts->newest_born_bytes = 0;
    cohorts->newest_fell = 0;
    cohorts->newest_fell_bytes = 0;
}

/* ---- Public ---- */

void ol_cohorts_init(struct ol_cohorts *cohorts)
{
    *cohorts = (struct ol_cohorts){0};
}

void ol_cohorts_deinit(struct ol_cohorts *cohorts)
{
    free(cohorts->cohort);
    free(cohorts->life);
    ol_cohorts_init(cohorts);
}

int ol_cohorts_add_birth(
    struct ol_cohorts *cohorts, int64_t iteration, uint64_t bytes)
{
    if (iteration > 0 && iteration < cohorts->newest) return -EINVAL;
    const int error = reach_event(cohorts, iteration);
    if (error) return error;
    struct ol_cohort *cohort =
        make_cohort(cohorts, ol_cohorts_bucket(cohorts, iteration));
    if (!cohort) return -ENOMEM;

    advance_newest(cohorts, iteration);
    cohort->born++;
    cohort->born_bytes += bytes;
    if (iteration == cohorts->newest) {
        cohorts->newest_born++;
        cohorts->newest_born_bytes += bytes;
    }
    return 0;
}

int ol_cohorts_add_death(
    struct ol_cohorts *cohorts, int64_t born, int64_t died, uint64_t bytes)
{
    if (died < born || died < cohorts->newest || died < 1) return -EINVAL;
    int error = reach_event(cohorts, died);
    if (error) return error;
    const int64_t bucket = ol_cohorts_bucket(cohorts, born);
    struct ol_cohort *birth = get_cohort(cohorts, bucket);
    if (!birth || birth->died + birth->late_died >= birth->born) return -EINVAL;
    struct ol_cohort *fall =
        make_cohort(cohorts, ol_cohorts_bucket(cohorts, died));
    if (!fall) return -ENOMEM;
    birth = get_cohort(cohorts, bucket);
    if (birth->late != died) {
        error = settle_late(cohorts, birth);
        if (error) return error;
        birth->late = died;
    }

    advance_newest(cohorts, died);
    birth->late_died++;
    birth->late_bytes += bytes;
    fall->fell++;
    fall->fell_bytes += bytes;
    cohorts->newest_fell++;
    cohorts->newest_fell_bytes += bytes;
    return 0;
}

/* Takes back what happened behind the last mark. */
static void drop_newest(struct ol_cohorts *cohorts)
{
    struct ol_cohort *last =
        get_cohort(cohorts, ol_cohorts_bucket(cohorts, cohorts->newest));
    last->born -= cohorts->newest_born;
    last->born_bytes -= cohorts->newest_born_bytes;
    last->fell -= cohorts->newest_fell;
    last->fell_bytes -= cohorts->newest_fell_bytes;
    for (size_t i = 0; i < cohorts->cohort_count; i++) {
        struct ol_cohort *cohort = &cohorts->cohort[i];
        if (cohort->late != cohorts->newest) continue;
        cohort->late_died = 0;
        cohort->late_bytes = 0;
    }
}

int ol_cohorts_finish(struct ol_cohorts *cohorts, int64_t iterations)
{
    if (iterations < 0 || cohorts->newest > iterations + 1) return -EINVAL;
    if (cohorts->newest > iterations) drop_newest(cohorts);
    int error = settle_all(cohorts);
    if (!error) error = reach_iteration(cohorts, iterations, OL_COHORT_BUCKETS);
    if (error) return error;
    cohorts->iterations = iterations;
    return 0;
}

int64_t ol_cohorts_bucket(const struct ol_cohorts *cohorts, int64_t iteration)
{
    const int64_t width = INT64_C(1) << cohorts->width_log2;
    if (iteration >= 1) return (iteration - 1) / width + 1;
    return -(-iteration / width);
}

uint64_t ol_cohort_survivors(const struct ol_cohort *cohort)
{
    return cohort->born - cohort->died;
}

uint64_t ol_cohort_survivor_bytes(const struct ol_cohort *cohort)
{
    return cohort->born_bytes - cohort->died_bytes;
}

uint64_t ol_cohorts_live(const struct ol_cohorts *cohorts, uint64_t *out_bytes)
{
    uint64_t live = 0;
    uint64_t bytes = 0;
    for (size_t i = 0; i < cohorts->cohort_count; i++) {
        live += ol_cohort_survivors(&cohorts->cohort[i]);
        bytes += ol_cohort_survivor_bytes(&cohorts->cohort[i]);
    }
    if (out_bytes) *out_bytes = bytes;
    return live;
}

void ol_cohorts_fill_series(
    const struct ol_cohorts *cohorts, const struct ol_cohort_series *out)
{
    const int64_t buckets = ol_cohorts_bucket(cohorts, cohorts->iterations);
    uint64_t live = 0;
    uint64_t live_bytes = 0;
    size_t next = 0;
    for (; next < cohorts->cohort_count; next++) {
        const struct ol_cohort *old = &cohorts->cohort[next];
        if (old->bucket >= 1) break;
        live += old->born;
        live_bytes += old->born_bytes;
    }
    for (int64_t bucket = 1; bucket <= buckets; bucket++) {
        struct ol_cohort cohort = {0};
        if (next < cohorts->cohort_count &&
            cohorts->cohort[next].bucket == bucket)
            cohort = cohorts->cohort[next++];
        live += cohort.born - cohort.fell;
        live_bytes += cohort.born_bytes - cohort.fell_bytes;
        if (out->births) out->births[bucket - 1] = cohort.born;
        if (out->survivors)
            out->survivors[bucket - 1] = ol_cohort_survivors(&cohort);
        if (out->deaths) out->deaths[bucket - 1] = cohort.fell;
        if (out->live) out->live[bucket - 1] = live;
        if (out->live_bytes) out->live_bytes[bucket - 1] = live_bytes;
    }
}
