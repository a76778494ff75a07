/* zio_check.c - what must hold of a pool, by number.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_check.h"

#include "reference-runtime/zio/zio_state.h"

/* The items, and failures, with an open scope. */
static size_t sum_of(const struct rt_zio_counts *counts)
{
    size_t sum = 0;
    for (int stage = 0; stage < RT_ZIO_STAGE_COUNT; stage++)
        sum += counts->stages[stage];
    return sum;
}

static bool has_ended(const struct rt_zio_counts *counts)
{
    return counts->is_stopping && counts->size == -1;
}

/* Whoever waited when the pool ended was never counted back. */
static bool slots_add_up(const struct rt_zio_counts *counts)
{
    const size_t *const stages = counts->stages;
    const int64_t slots = (int64_t)(sum_of(counts) - stages[RT_ZIO_DISCARDED]);
    if (has_ended(counts)) return slots == 0;
    const int64_t free = (int64_t)(counts->queued + stages[RT_ZIO_CREATING]) -
                         (int64_t)counts->waiting;
    return slots == counts->size && free == counts->free &&
           stages[RT_ZIO_QUEUED] == counts->queued;
}

static bool is_empty(const struct rt_zio_counts *counts)
{
    return counts->queued + counts->waiting + sum_of(counts) == 0 &&
           counts->created == counts->finalized;
}

/* Leased failures do not come back. */
static bool is_stuck(const struct rt_zio_counts *counts)
{
    const size_t *const stages = counts->stages;
    const size_t coming = sum_of(counts) - stages[RT_ZIO_DISCARDED];
    const size_t never = counts->failed < stages[RT_ZIO_LEASED]
                             ? counts->failed
                             : stages[RT_ZIO_LEASED];
    return counts->waiting > 0 && coming == never;
}

static unsigned unless(bool holds, unsigned number)
{
    return holds ? 0 : RT_ZIO_P(number);
}

static unsigned check_rest(const struct rt_zio_counts *counts)
{
    unsigned broken = unless(slots_add_up(counts), 2);
    broken |= unless(!has_ended(counts) || is_empty(counts), 5);
    broken |= unless(counts->failed == 0, 8);
    broken |= unless(counts->ghosts == 0, 10);
    return broken | unless(!is_stuck(counts), 11);
}

unsigned rt_zio_check(struct rt_zio_pool *pool, bool at_rest)
{
    const struct rt_zio_counts counts = rt_zio_pool_counts(pool);
    const size_t sum = sum_of(&counts);
    const bool in_bounds = counts.size >= 0 && counts.size <= pool->max;
    unsigned broken = unless(in_bounds || has_ended(&counts), 1);
    broken |= unless(
        counts.created - counts.finalized == sum && counts.orphans == 0, 3);
    broken |= unless(counts.remembered <= sum, 7);
    return at_rest ? broken | check_rest(&counts) : broken;
}
