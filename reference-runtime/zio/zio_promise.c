/* zio_promise.c - the pool of one key, or who waits for it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_promise.h"

/* Does not follow `next`: a chain is taken apart by the map. Nobody waits:
 * who does holds the promise. */
static void drop(struct rt_object *object)
{
    struct rt_zio_promise *const promise = (struct rt_zio_promise *)object;
    rt_zio_pool_unref(promise->pool);
    pthread_mutex_destroy(&promise->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_zio_promise *const promise =
        (const struct rt_zio_promise *)object;
    if (promise->next) visit(object, "next", &promise->next->object, true, env);
    if (promise->pool)
        visit(object, "pool", rt_zio_pool_object(promise->pool), true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_zio_promise, next, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_zio_promise, pool, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_zio_promise, waits, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_PROMISE,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_zio_promise *rt_zio_promise_create(uint64_t key)
{
    struct rt_zio_promise *const promise =
        rt_object_create(&type, sizeof *promise);
    if (!promise) return NULL;

    pthread_mutex_init(&promise->mutex, NULL);
    rt_wait_list_init(&promise->waits);
    promise->key = key;
    return promise;
}

struct rt_zio_promise *rt_zio_promise_ref(struct rt_zio_promise *promise)
{
    return rt_object_ref(&promise->object);
}

void rt_zio_promise_unref(struct rt_zio_promise *promise)
{
    if (promise) rt_object_unref(&promise->object);
}

void rt_zio_promise_show(
    struct rt_zio_promise *promise, struct rt_zio_pool *pool)
{
    pthread_mutex_lock(&promise->mutex);
    promise->pool = rt_zio_pool_ref(pool);
    pthread_mutex_unlock(&promise->mutex);
}

/* Takes out who waits longest. Returns whether there was one. */
static bool take_waker(struct rt_zio_promise *promise, struct rt_waker *out)
{
    pthread_mutex_lock(&promise->mutex);
    struct rt_wait *const wait = rt_wait_list_take(&promise->waits);
    if (wait) {
        *out = wait->waker;
        wait->waker = (struct rt_waker){0};
    }
    pthread_mutex_unlock(&promise->mutex);
    return wait != NULL;
}

void rt_zio_promise_settle(struct rt_zio_promise *promise, int status)
{
    pthread_mutex_lock(&promise->mutex);
    promise->state = status ? RT_ZIO_BROKEN : RT_ZIO_KEPT;
    promise->status = status;
    pthread_mutex_unlock(&promise->mutex);

    /* Nobody joins these any more. */
    struct rt_waker waker;
    while (take_waker(promise, &waker))
        rt_waker_fire(&waker);
}

enum rt_poll rt_zio_promise_poll(struct rt_zio_promise *promise,
    struct rt_wait *wait, const struct rt_waker *waker, int *status)
{
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&promise->mutex);
    const bool is_pending = promise->state == RT_ZIO_PENDING;
    if (is_pending)
        replaced = rt_wait_list_add(&promise->waits, wait, waker);
    else
        *status = promise->status;
    pthread_mutex_unlock(&promise->mutex);
    rt_waker_drop(&replaced);
    return is_pending ? RT_PENDING : RT_READY;
}

void rt_zio_promise_leave(struct rt_zio_promise *promise, struct rt_wait *wait)
{
    rt_wait_leave(wait, &promise->mutex);
}

struct rt_zio_pool *rt_zio_promise_pool(struct rt_zio_promise *promise)
{
    pthread_mutex_lock(&promise->mutex);
    struct rt_zio_pool *const pool =
        promise->pool ? rt_zio_pool_ref(promise->pool) : NULL;
    pthread_mutex_unlock(&promise->mutex);
    return pool;
}

bool rt_zio_promise_is_pending(struct rt_zio_promise *promise)
{
    pthread_mutex_lock(&promise->mutex);
    const bool is_pending = promise->state == RT_ZIO_PENDING;
    pthread_mutex_unlock(&promise->mutex);
    return is_pending;
}

size_t rt_zio_promise_waiting(struct rt_zio_promise *promise)
{
    pthread_mutex_lock(&promise->mutex);
    const size_t waiting = promise->waits.count;
    pthread_mutex_unlock(&promise->mutex);
    return waiting;
}
