/* zio_state.h - the insides of a pool, for the files that make it up.
 *
 * Shape:     a cell with the two numbers, a queue of free attempts, a set of
 *            the items that are remembered, a list of the gets under way; and
 *            the truth beside them.
 * Ownership: the pool's fields are the pool's; see each.
 * Threads:   see zio_pool.h. Nobody calls out of the pool under its lock.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_STATE_H
#define OL_RUNTIME_ZIO_STATE_H

#include <pthread.h>

#include "base/list.h"
#include "reference-runtime/core/queue.h"
#include "reference-runtime/core/task.h"
#include "reference-runtime/zio/zio_item_set.h"
#include "reference-runtime/zio/zio_pool.h"
#include "reference-runtime/zio/zio_slots.h"

struct rt_zio_pool {
    struct rt_object object;
    const struct rt_zio_variant *variant;
    struct rt_scheduler *scheduler; /* borrowed */
    struct rt_zio_creator creator;
    int32_t min;
    int32_t max;
    uint64_t ttl_ns;
    struct rt_zio_cell cell;
    atomic_bool is_stopping;
    _Atomic uint64_t touched_ns; /* when it was last made use of */
    struct rt_queue *queue;      /* owner; of attempts */
    struct rt_task *filler;      /* owner; NULL if opening fills the pool */
    struct rt_task *shrinker;    /* owner; NULL without a time to live */

    pthread_mutex_t mutex;      /* guards the next two */
    struct rt_zio_item_set set; /* valid items, or else invalid ones */
    struct ol_list gets;        /* under way, borrowed */

    /* The truth, kept apart from what the pool goes by. */
    atomic_size_t stages[RT_ZIO_STAGE_COUNT];
    atomic_size_t failed;
    _Atomic uint64_t created;
    _Atomic uint64_t finalized;
    _Atomic uint64_t orphans;
};

struct rt_zio_attempt;

/* Puts an attempt into the queue, and takes over its reference. */
void rt_zio_pool_offer(
    struct rt_zio_pool *pool, struct rt_zio_attempt *attempt);

/* Tells outlive what the pool goes by. */
void rt_zio_pool_tell(const struct rt_zio_pool *pool);

/* Returns whether who has made a slot go, or an item free, without draining
 * has to see whether that was the last one. */
bool rt_zio_pool_must_drain(const struct rt_zio_pool *pool);

/* Returns whether the item may be leased. */
bool rt_zio_pool_is_valid(
    struct rt_zio_pool *pool, const struct rt_object *item);

/* A new item is valid. Returns 0, or -ENOMEM. */
OL_MUST_USE int rt_zio_pool_remember(
    struct rt_zio_pool *pool, struct rt_object *item);

/* The item is about to be closed: it is not, nor will be, met again. */
void rt_zio_pool_forget(struct rt_zio_pool *pool, const struct rt_object *item);

#endif
