/* zio_open.c - how a pool begins: its first items, and who will end it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/zio/zio_await.h"
#include "reference-runtime/zio/zio_creation.h"
#include "reference-runtime/zio/zio_shrinker.h"
#include "reference-runtime/zio/zio_stop.h"

/* ---- Filling: makes the least of items, one after the other ---- */

/* Masked as a whole; only the creators may be interrupted. A failure is an
 * item of the queue like any other. */
struct filling {
    struct rt_future future;
    struct rt_zio_pool *pool; /* owner */
    int32_t made;
    bool may_interrupt;
    bool is_creating;
    int status;
    struct rt_zio_mask mask;
    struct rt_zio_creation creation;
};

/* Begins with the next one. Returns false after the last. */
static bool begin_another(struct filling *filling)
{
    struct rt_zio_pool *const pool = filling->pool;
    if (filling->made++ == pool->min) return false;
    if (rt_zio_slots_fill(&pool->cell, pool->min) != RT_ZIO_MAKE) return true;
    rt_zio_creation_begin(&filling->creation, pool, filling->may_interrupt);
    filling->is_creating = true;
    return true;
}

static enum rt_poll poll_filling(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct filling *const filling = (struct filling *)future;
    if (filling->made == 0) {
        filling->may_interrupt = rt_zio_is_interruptible();
        rt_zio_mask_hold(&filling->mask);
    }
    do {
        if (filling->is_creating &&
            rt_zio_creation_poll(&filling->creation, waker) == RT_PENDING)
            return RT_PENDING;
        filling->is_creating = false;
        if (!filling->status) filling->status = filling->creation.status;
    } while (begin_another(filling));
    rt_zio_mask_let_go(&filling->mask);
    return rt_future_finish(future, filling->status, 0);
}

static void drop_filling(struct rt_object *object)
{
    struct filling *const filling = (struct filling *)object;
    rt_zio_mask_let_go(&filling->mask);
    rt_zio_pool_unref(filling->pool);
}

static void each_edge_of_filling(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct filling *const filling = (const struct filling *)object;
    visit(object, "pool", &filling->pool->object, true, env);
}

static const struct rt_object_field filling_fields[] = {
    RT_OBJECT_FIELD(struct filling, pool, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type filling_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = filling_fields,
            .drop = drop_filling,
            .each_edge = each_edge_of_filling,
        },
    .poll = poll_filling,
};

static struct rt_future *create_filling(struct rt_zio_pool *pool)
{
    struct filling *const filling =
        rt_future_create(&filling_type, sizeof *filling);
    if (!filling) return NULL;
    filling->pool = rt_zio_pool_ref(pool);
    return &filling->future;
}

/* ---- Opening ---- */

enum opening_state {
    OPENING_NEW,
    OPENING_FILLS,
    OPENING_STOPS /* for it has failed */
};

struct opening {
    struct rt_future future;
    struct rt_zio_pool *pool;  /* owner */
    struct rt_scope *scope;    /* owner; of the pool's owner */
    struct rt_future *filling; /* owner */
    struct rt_future *stop;    /* owner, and then the scope too */
    enum opening_state state;
    int status; /* why it has failed */
    struct rt_zio_mask mask;
};

static struct rt_future *run_stop(void *env, int exit)
{
    struct rt_future *const stop = env;
    (void)exit;
    return rt_object_ref(&stop->object);
}

/* The opening and the scope share it: neither cancels it. */
static void unref_stop(void *env)
{
    struct rt_future *const stop = env;
    if (stop) rt_object_unref(&stop->object);
}

/* Has the scope end the pool. */
static int bind(struct opening *opening)
{
    const struct rt_finalizer_fn fn = {
        .run = run_stop,
        .drop = unref_stop,
        .env = rt_object_ref(&opening->stop->object),
    };
    const int err = rt_scope_add(opening->scope, fn, NULL);
    if (err) unref_stop(opening->stop);
    return err;
}

/* Starts a task of the pool's own. */
static int spawn(
    struct rt_zio_pool *pool, struct rt_future *body, struct rt_task **out)
{
    if (body) *out = rt_task_spawn(pool->scheduler, body);
    return *out ? 0 : -ENOMEM;
}

/* The items are there, or on their way. */
static int establish(struct opening *opening)
{
    struct rt_zio_pool *const pool = opening->pool;
    int err = 0;
    if (!pool->variant->opens_in_caller)
        err = spawn(pool, create_filling(pool), &pool->filler);
    if (!err && pool->ttl_ns > 0)
        err = spawn(pool, rt_zio_shrinker_create(pool), &pool->shrinker);
    return err ? err : bind(opening);
}

static enum rt_poll stop(struct opening *opening, const struct rt_waker *waker)
{
    rt_zio_mask_hold(&opening->mask);
    opening->state = OPENING_STOPS;
    if (rt_future_poll(opening->stop, waker) == RT_PENDING) return RT_PENDING;
    rt_zio_mask_let_go(&opening->mask);
    return rt_future_finish(&opening->future, opening->status, 0);
}

static int begin(struct opening *opening)
{
    opening->state = OPENING_FILLS;
    if (!opening->pool->variant->opens_in_caller) return 0;
    opening->filling = create_filling(opening->pool);
    return opening->filling ? 0 : -ENOMEM;
}

/* Waits until the pool is full. An interrupt that came meanwhile counts
 * now. */
static enum rt_poll fill(struct opening *opening, const struct rt_waker *waker)
{
    const struct rt_task *const task = rt_task_current();
    struct rt_zio_outcome outcome = {0};
    if (opening->filling &&
        rt_zio_await(&opening->filling, waker, &outcome) == RT_PENDING)
        return RT_PENDING;
    opening->status = outcome.status;
    if (task && rt_task_must_end(task)) opening->status = -EINTR;
    return RT_READY;
}

static enum rt_poll poll_opening(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct opening *const opening = (struct opening *)future;
    if (opening->state == OPENING_NEW) opening->status = begin(opening);
    if (opening->state == OPENING_FILLS && !opening->status) {
        if (fill(opening, waker) == RT_PENDING) return RT_PENDING;
        if (!opening->status) opening->status = establish(opening);
        if (!opening->status) return rt_future_finish(future, 0, 0);
        /* What has been made nobody will ever close: zio/zio#9174. */
        if (opening->status == -EINTR &&
            !opening->pool->variant->shuts_down_failed_open)
            return rt_future_finish(future, -EINTR, 0);
    }
    return stop(opening, waker);
}

static void drop_opening(struct rt_object *object)
{
    struct opening *const opening = (struct opening *)object;
    rt_zio_mask_let_go(&opening->mask);
    rt_future_drop(opening->filling);
    unref_stop(opening->stop);
    rt_scope_unref(opening->scope);
    rt_zio_pool_unref(opening->pool);
}

static void each_edge_of_opening(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct opening *const opening = (const struct opening *)object;
    visit(object, "pool", &opening->pool->object, true, env);
    visit(object, "scope", rt_scope_object(opening->scope), true, env);
    visit(object, "stop", &opening->stop->object, true, env);
    if (opening->filling)
        visit(object, "filling", &opening->filling->object, true, env);
}

static const struct rt_object_field opening_fields[] = {
    RT_OBJECT_FIELD(struct opening, pool, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct opening, scope, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct opening, filling, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct opening, stop, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type opening_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = opening_fields,
            .drop = drop_opening,
            .each_edge = each_edge_of_opening,
        },
    .poll = poll_opening,
};

struct rt_future *rt_zio_pool_open(
    struct rt_zio_pool *pool, struct rt_scope *owner)
{
    struct opening *const opening =
        rt_future_create(&opening_type, sizeof *opening);
    if (!opening) return NULL;
    opening->pool = rt_zio_pool_ref(pool);
    opening->scope = rt_scope_ref(owner);
    opening->stop = rt_zio_stop_create(pool);
    if (opening->stop) return &opening->future;
    rt_future_drop(&opening->future);
    return NULL;
}
