/* zio_stop.c - how a pool ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_stop.h"

#include "reference-runtime/zio/zio_await.h"
#include "reference-runtime/zio/zio_retirement.h"

enum stop_state {
    STOP_NEW,
    STOP_DRAINS,
    STOP_WAITS,   /* for the queue to be shut down */
    STOP_FILLER,  /* is waited for, if anything is */
    STOP_SHRINKER /* the same */
};

struct stop {
    struct rt_future future;
    struct rt_zio_pool *pool; /* owner */
    struct rt_future *wait;   /* owner; for the queue, then for tasks */
    enum stop_state state;
    bool ends_tasks;
    struct rt_zio_mask mask;
    struct rt_zio_drain drain;
};

static void begin(struct stop *stop)
{
    rt_zio_mask_hold(&stop->mask);
    stop->state = STOP_WAITS;
    if (atomic_exchange(&stop->pool->is_stopping, true)) return;
    rt_zio_drain_begin(&stop->drain, stop->pool);
    stop->state = STOP_DRAINS;
}

/* Ends a task. Without memory it is not waited for. */
static void end_task(struct stop *stop, struct rt_task *task)
{
    if (!task) return;
    rt_task_interrupt(task);
    stop->wait = rt_task_join(task);
}

static enum rt_poll await(struct stop *stop, const struct rt_waker *waker)
{
    struct rt_zio_outcome ignored;
    if (!stop->wait) return RT_READY;
    return rt_zio_await(&stop->wait, waker, &ignored);
}

static enum rt_poll poll_tasks(struct stop *stop, const struct rt_waker *waker)
{
    if (await(stop, waker) == RT_PENDING) return RT_PENDING;
    if (stop->state == STOP_WAITS && stop->ends_tasks) {
        stop->state = STOP_FILLER;
        end_task(stop, stop->pool->filler);
        if (await(stop, waker) == RT_PENDING) return RT_PENDING;
    }
    if (stop->state == STOP_FILLER) {
        stop->state = STOP_SHRINKER;
        end_task(stop, stop->pool->shrinker);
    }
    return await(stop, waker);
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct stop *const stop = (struct stop *)future;
    if (stop->state == STOP_NEW) begin(stop);
    if (stop->state == STOP_DRAINS) {
        if (rt_zio_drain_poll(&stop->drain, waker) == RT_PENDING)
            return RT_PENDING;
        stop->state = STOP_WAITS;
    }
    if (poll_tasks(stop, waker) == RT_PENDING) return RT_PENDING;
    rt_zio_mask_let_go(&stop->mask);
    return rt_future_finish(future, 0, 0);
}

static void drop(struct rt_object *object)
{
    struct stop *const stop = (struct stop *)object;
    rt_zio_mask_let_go(&stop->mask);
    rt_future_drop(stop->wait);
    rt_zio_pool_unref(stop->pool);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct stop *const stop = (const struct stop *)object;
    visit(object, "pool", &stop->pool->object, true, env);
    if (stop->wait) visit(object, "wait", &stop->wait->object, true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct stop, pool, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct stop, wait, OL_FIELD_STRONG),
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

static struct rt_future *create(struct rt_zio_pool *pool, bool ends_tasks)
{
    struct stop *const stop = rt_future_create(&type, sizeof *stop);
    if (!stop) return NULL;
    stop->pool = rt_zio_pool_ref(pool);
    stop->ends_tasks = ends_tasks;
    stop->wait = rt_queue_await_shutdown(pool->queue);
    if (stop->wait) return &stop->future;
    rt_future_drop(&stop->future);
    return NULL;
}

struct rt_future *rt_zio_stop_create(struct rt_zio_pool *pool)
{
    return create(pool, true);
}

struct rt_future *rt_zio_pool_shutdown(struct rt_zio_pool *pool)
{
    return create(pool, false);
}
