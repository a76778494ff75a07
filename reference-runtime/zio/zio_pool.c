/* zio_pool.c - the pool itself: what it is, and what it remembers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_pool.h"

#include <assert.h>
#include <errno.h>

#include "reference-runtime/zio/zio_attempt.h"
#include "reference-runtime/zio/zio_get.h"

/* ---- Life ---- */

static void drop(struct rt_object *object)
{
    struct rt_zio_pool *const pool = (struct rt_zio_pool *)object;
    rt_queue_unref(pool->queue);
    rt_task_unref(pool->filler);
    rt_task_unref(pool->shrinker);
    rt_zio_item_set_deinit(&pool->set);
    pthread_mutex_destroy(&pool->mutex);
    if (pool->creator.drop) pool->creator.drop(pool->creator.env);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_zio_pool *const pool = (const struct rt_zio_pool *)object;
    visit(object, "queue", rt_queue_object(pool->queue), true, env);
    if (pool->filler)
        visit(object, "filler", rt_task_object(pool->filler), true, env);
    if (pool->shrinker)
        visit(object, "shrinker", rt_task_object(pool->shrinker), true, env);
    rt_zio_item_set_each_edge(&pool->set, visit, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_zio_pool, queue, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_zio_pool, filler, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_zio_pool, shrinker, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_zio_pool, set.chains, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_POOL,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

static bool is_possible(const struct rt_zio_pool_options *options)
{
    return options->variant && options->scheduler && options->creator.create &&
           options->min <= options->max && options->max <= INT32_MAX;
}

int rt_zio_pool_create(
    const struct rt_zio_pool_options *options, struct rt_zio_pool **out)
{
    if (!is_possible(options)) return -EINVAL;
    struct rt_zio_pool *const pool = rt_object_create(&type, sizeof *pool);
    if (!pool) return -ENOMEM;

    pthread_mutex_init(&pool->mutex, NULL);
    ol_list_init(&pool->gets);
    rt_zio_item_set_init(&pool->set, &pool->object);
    pool->variant = options->variant;
    pool->scheduler = options->scheduler;
    pool->min = (int32_t)options->min;
    pool->max = (int32_t)options->max;
    pool->ttl_ns = options->ttl_ns;
    pool->queue = rt_queue_create(options->max ? options->max : 1);
    if (!pool->queue) goto fail_queue;
    pool->creator = options->creator;
    *out = pool;
    return 0;

fail_queue:
    rt_zio_pool_unref(pool);
    return -ENOMEM;
}

struct rt_zio_pool *rt_zio_pool_ref(struct rt_zio_pool *pool)
{
    return rt_object_ref(&pool->object);
}

void rt_zio_pool_unref(struct rt_zio_pool *pool)
{
    if (pool) rt_object_unref(&pool->object);
}

const struct rt_object *rt_zio_pool_object(const struct rt_zio_pool *pool)
{
    return &pool->object;
}

const struct rt_zio_variant *rt_zio_pool_variant(const struct rt_zio_pool *pool)
{
    return pool->variant;
}

/* ---- What it remembers ---- */

static void take_out(struct rt_zio_pool *pool, const struct rt_object *item)
{
    pthread_mutex_lock(&pool->mutex);
    struct rt_object *const entry = rt_zio_item_set_take(&pool->set, item);
    pthread_mutex_unlock(&pool->mutex);
    rt_object_unref(entry);
}

static int put_in(struct rt_zio_pool *pool, struct rt_object *item)
{
    pthread_mutex_lock(&pool->mutex);
    const int err = rt_zio_item_set_add(&pool->set, item);
    pthread_mutex_unlock(&pool->mutex);
    return err;
}

bool rt_zio_pool_is_valid(
    struct rt_zio_pool *pool, const struct rt_object *item)
{
    pthread_mutex_lock(&pool->mutex);
    const bool is_remembered = rt_zio_item_set_has(&pool->set, item);
    pthread_mutex_unlock(&pool->mutex);
    return is_remembered == pool->variant->tracks_valid_items;
}

int rt_zio_pool_remember(struct rt_zio_pool *pool, struct rt_object *item)
{
    return pool->variant->tracks_valid_items ? put_in(pool, item) : 0;
}

void rt_zio_pool_forget(struct rt_zio_pool *pool, const struct rt_object *item)
{
    take_out(pool, item);
}

int rt_zio_pool_invalidate(struct rt_zio_pool *pool, struct rt_object *item)
{
    /* What is not ours, or no longer, stays remembered for ever if those are
     * remembered that are invalid: zio/zio#9306. */
    if (!pool->variant->tracks_valid_items) return put_in(pool, item);
    take_out(pool, item);
    return 0;
}

/* ---- The queue ---- */

bool rt_zio_pool_must_drain(const struct rt_zio_pool *pool)
{
    return pool->variant->drains_last_slot && atomic_load(&pool->is_stopping);
}

void rt_zio_pool_offer(struct rt_zio_pool *pool, struct rt_zio_attempt *attempt)
{
    rt_zio_attempt_move(attempt, RT_ZIO_QUEUED);
    const int err = rt_queue_offer(pool->queue, &attempt->object);
    /* There is room for every slot, and the queue outlives the last one. */
    assert(!err);
    (void)err;
    atomic_store(
        &pool->touched_ns, rt_clock_now(rt_scheduler_clock(pool->scheduler)));
    rt_zio_pool_tell(pool);
}

void rt_zio_pool_tell(const struct rt_zio_pool *pool)
{
    const struct rt_zio_slots slots = rt_zio_slots_read(&pool->cell);
    ol_counter(pool, "size", slots.size);
    ol_counter(pool, "free", slots.free);
}

/* ---- Counts ---- */

struct rt_zio_counts rt_zio_pool_counts(struct rt_zio_pool *pool)
{
    const struct rt_zio_slots slots = rt_zio_slots_read(&pool->cell);
    struct rt_zio_counts counts = {
        .size = slots.size,
        .free = slots.free,
        .queued = rt_queue_length(pool->queue),
        .waiting = rt_queue_takers(pool->queue),
        .failed = atomic_load(&pool->failed),
        .created = atomic_load(&pool->created),
        .finalized = atomic_load(&pool->finalized),
        .orphans = atomic_load(&pool->orphans),
        .is_stopping = atomic_load(&pool->is_stopping),
    };
    for (int stage = 0; stage < RT_ZIO_STAGE_COUNT; stage++)
        counts.stages[stage] = atomic_load(&pool->stages[stage]);
    pthread_mutex_lock(&pool->mutex);
    counts.remembered = pool->set.count;
    pthread_mutex_unlock(&pool->mutex);
    rt_zio_get_count(pool, &counts);
    return counts;
}
