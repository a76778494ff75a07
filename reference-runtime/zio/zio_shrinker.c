/* zio_shrinker.c - what closes the items that nobody needs any more.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_shrinker.h"

#include <errno.h>

#include "reference-runtime/zio/zio_await.h"
#include "reference-runtime/zio/zio_retirement.h"

struct shrinker {
    struct rt_future future;
    struct rt_zio_pool *pool; /* owner */
    struct rt_future *sleep;  /* owner; NULL: awake */
    bool is_retiring;
    struct rt_zio_mask mask; /* while it is */
    struct rt_zio_retirement retirement;
    struct rt_zio_drain drain;
    bool is_draining;
};

/* How many items there are to close. Upstream takes size and free for each
 * other, in every version: idle items beyond the least stay as long as enough
 * others are leased. */
static int32_t excess(const struct rt_zio_pool *pool)
{
    const struct rt_zio_slots slots = rt_zio_slots_read(&pool->cell);
    const bool is_right = pool->variant->counts_excess_right;
    const int32_t beyond = (is_right ? slots.size : slots.free) - pool->min;
    const int32_t most = is_right ? slots.free : slots.size;
    return beyond < most ? beyond : most;
}

static bool is_left_alone(const struct rt_zio_pool *pool)
{
    const uint64_t now = rt_clock_now(rt_scheduler_clock(pool->scheduler));
    return now - atomic_load(&pool->touched_ns) >= pool->ttl_ns;
}

/* Begins to retire one, if there is one to retire. */
static void look(struct shrinker *shrinker)
{
    struct rt_zio_pool *const pool = shrinker->pool;
    if (excess(pool) <= 0 || !is_left_alone(pool)) return;
    if (rt_zio_slots_shrink(&pool->cell, pool->min) != RT_ZIO_TAKE) return;
    rt_zio_mask_hold(&shrinker->mask);
    rt_zio_retirement_begin(&shrinker->retirement, pool);
    shrinker->is_retiring = true;
}

static enum rt_poll retire(
    struct shrinker *shrinker, const struct rt_waker *waker)
{
    if (!shrinker->is_draining) {
        if (rt_zio_retirement_poll(&shrinker->retirement, waker) == RT_PENDING)
            return RT_PENDING;
        shrinker->is_draining = rt_zio_pool_must_drain(shrinker->pool);
        rt_zio_drain_begin(&shrinker->drain, shrinker->pool);
    }
    if (shrinker->is_draining &&
        rt_zio_drain_poll(&shrinker->drain, waker) == RT_PENDING)
        return RT_PENDING;
    shrinker->is_draining = false;
    shrinker->is_retiring = false;
    rt_zio_mask_let_go(&shrinker->mask);
    return RT_READY;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct shrinker *const shrinker = (struct shrinker *)future;
    const struct rt_zio_pool *const pool = shrinker->pool;
    struct rt_zio_outcome ignored;
    for (;;) {
        if (shrinker->is_retiring) {
            if (retire(shrinker, waker) == RT_PENDING) return RT_PENDING;
        } else if (shrinker->sleep) {
            if (rt_zio_await(&shrinker->sleep, waker, &ignored) == RT_PENDING)
                return RT_PENDING;
        }
        look(shrinker);
        if (shrinker->is_retiring) continue;
        shrinker->sleep =
            rt_sleep(rt_scheduler_clock(pool->scheduler), pool->ttl_ns);
        if (!shrinker->sleep) return rt_future_finish(future, -ENOMEM, 0);
    }
}

static void drop(struct rt_object *object)
{
    struct shrinker *const shrinker = (struct shrinker *)object;
    rt_zio_mask_let_go(&shrinker->mask);
    rt_future_drop(shrinker->sleep);
    rt_zio_pool_unref(shrinker->pool);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct shrinker *const shrinker = (const struct shrinker *)object;
    visit(object, "pool", &shrinker->pool->object, true, env);
    if (shrinker->sleep)
        visit(object, "sleep", &shrinker->sleep->object, true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct shrinker, pool, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct shrinker, sleep, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = fields,
            .drop = drop,
            .each_edge = each_edge,
        },
    .poll = poll,
};

struct rt_future *rt_zio_shrinker_create(struct rt_zio_pool *pool)
{
    struct shrinker *const shrinker = rt_future_create(&type, sizeof *shrinker);
    if (!shrinker) return NULL;
    shrinker->pool = rt_zio_pool_ref(pool);
    return &shrinker->future;
}
