/* test_rt_epoch.c - when retired blocks are freed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/epoch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "tests/support/check.h"

static atomic_long freed;

/* Reclaimed, it leads to one more. */
struct block {
    struct rt_epoch_retired retired; /* first */
    long depth;
};

static void reclaim(struct rt_epoch_retired *retired)
{
    struct block *const block = (void *)retired;
    atomic_fetch_add(&freed, 1);
    if (block->depth-- > 0) {
        rt_epoch_retire(retired, reclaim);
        return;
    }
    free(block);
}

static void retire(long depth)
{
    struct block *const block = calloc(1, sizeof *block);
    OL_CHECK(block);
    block->depth = depth;
    rt_epoch_retire(&block->retired, reclaim);
}

OL_CASE(with_nobody_inside_a_block_is_freed_at_once)
{
    atomic_store(&freed, 0);
    retire(0);
    OL_CHECK_EQ(atomic_load(&freed), 1);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
}

OL_CASE(who_is_inside_holds_back_what_is_retired_meanwhile)
{
    atomic_store(&freed, 0);
    const unsigned long outer = rt_epoch_enter();
    const unsigned long inner = rt_epoch_enter();
    for (int i = 0; i < 10; i++)
        retire(0);
    OL_CHECK_EQ(rt_epoch_quiesce(), 10);
    rt_epoch_leave(inner);
    OL_CHECK_EQ(rt_epoch_quiesce(), 10);
    OL_CHECK_EQ(atomic_load(&freed), 0);
    rt_epoch_leave(outer);
    OL_CHECK_EQ(atomic_load(&freed), 10);
}

OL_CASE(who_comes_later_does_not_hold_back_for_ever)
{
    atomic_store(&freed, 0);
    unsigned long entered = rt_epoch_enter();
    for (int i = 0; i < 10; i++) {
        retire(0);
        const unsigned long next = rt_epoch_enter();
        rt_epoch_leave(entered);
        entered = next;
    }
    /* At no moment was nobody inside. */
    OL_CHECK(atomic_load(&freed) >= 7);
    rt_epoch_leave(entered);
    OL_CHECK_EQ(atomic_load(&freed), 10);
}

OL_CASE(what_is_retired_by_a_reclaim_is_freed_too)
{
    atomic_store(&freed, 0);
    const unsigned long entered = rt_epoch_enter();
    retire(5);
    rt_epoch_leave(entered);
    OL_CHECK_EQ(atomic_load(&freed), 6);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
}

/* ---- Threads ---- */

enum {
    THREADS = 8,
    SWAPS = 20000
};

/* A place that all read and all replace: a block is 1 until it is freed. */
struct shared {
    struct rt_epoch_retired retired; /* first */
    atomic_int alive;
};

static _Atomic(struct shared *) place;
static atomic_long bad;

static struct shared *create_shared(void)
{
    struct shared *const shared = calloc(1, sizeof *shared);
    if (shared) atomic_init(&shared->alive, 1);
    return shared;
}

static void reclaim_shared(struct rt_epoch_retired *retired)
{
    struct shared *const shared = (void *)retired;
    atomic_store(&shared->alive, 0);
    atomic_fetch_add(&freed, 1);
    free(shared);
}

static void *read_and_replace(void *env)
{
    for (int i = 0; i < SWAPS; i++) {
        const unsigned long entered = rt_epoch_enter();
        struct shared *const seen = atomic_load(&place);
        if (!atomic_load(&seen->alive)) atomic_fetch_add(&bad, 1);
        if (i % 4 == 0) {
            struct shared *const old = atomic_exchange(&place, create_shared());
            rt_epoch_retire(&old->retired, reclaim_shared);
        }
        if (!atomic_load(&seen->alive)) atomic_fetch_add(&bad, 1);
        rt_epoch_leave(entered);
    }
    return env;
}

OL_CASE(nobody_ever_sees_a_block_that_is_freed)
{
    pthread_t threads[THREADS];
    atomic_store(&freed, 0);
    atomic_store(&place, create_shared());
    for (int i = 0; i < THREADS; i++)
        OL_CHECK_EQ(
            pthread_create(&threads[i], NULL, read_and_replace, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    OL_CHECK_EQ(atomic_load(&bad), 0);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
    OL_CHECK_EQ(atomic_load(&freed), THREADS * SWAPS / 4);
    free(atomic_load(&place));
}

OL_CASES_BEGIN
OL_CASES_ENTRY(with_nobody_inside_a_block_is_freed_at_once)
OL_CASES_ENTRY(who_is_inside_holds_back_what_is_retired_meanwhile)
OL_CASES_ENTRY(who_comes_later_does_not_hold_back_for_ever)
OL_CASES_ENTRY(what_is_retired_by_a_reclaim_is_freed_too)
OL_CASES_ENTRY(nobody_ever_sees_a_block_that_is_freed)
OL_CASES_END
