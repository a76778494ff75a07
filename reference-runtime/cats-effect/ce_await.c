/* ce_await.c - to wait for an event as a future.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_await.h"

#include <errno.h>
#include <pthread.h>

#include "reference-runtime/core/task.h"

struct await {
    struct rt_future future;
    struct rt_ce_event *event; /* its holder is owned */
    struct rt_ce_wait wait;    /* while it waits */
    bool has_begun;

    pthread_mutex_t mutex; /* guards what follows */
    struct rt_waker waker; /* owner */
    bool is_told;
    intptr_t value; /* once it is told */
};

/* ---- The callback, for whose `env` the future is kept by a weak reference */

static int tell(intptr_t value, void *env)
{
    struct await *const await = rt_object_upgrade(env);
    if (!await) return 0; /* given up: its cancel comes right behind */

    pthread_mutex_lock(&await->mutex);
    await->is_told = true;
    await->value = value;
    struct rt_waker waker = await->waker;
    await->waker = (struct rt_waker){0};
    pthread_mutex_unlock(&await->mutex);
    rt_waker_fire(&waker);
    rt_object_unref(&await->future.object);
    return 0;
}

static void forget(void *env)
{
    rt_object_unref_weak(env);
}

static struct rt_ce_callback *make_callback(struct await *await)
{
    const struct rt_ce_callback_fn fn = {
        .fire = tell,
        .drop = forget,
        .env = rt_object_ref_weak(&await->future.object),
    };
    struct rt_ce_callback *const callback = rt_ce_callback_create(fn);
    if (!callback) forget(fn.env);
    return callback;
}

/* ---- The future ---- */

/* Returns RT_CE_READY, RT_CE_PARKED or -ENOMEM. */
static int begin(struct await *await)
{
    struct rt_ce_callback *const callback = make_callback(await);
    if (!callback) return -ENOMEM;
    const int got = rt_ce_event_wait(await->event, callback, &await->wait);
    rt_ce_callback_unref(callback);
    await->has_begun = got == RT_CE_PARKED;
    return got;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct await *const await = (struct await *)future;
    const int got = await->has_begun ? RT_CE_PARKED : begin(await);
    if (got < 0) return rt_future_finish(future, got, 0);
    if (got == RT_CE_READY) {
        intptr_t value = 0;
        (void)rt_ce_event_get(await->event, &value);
        return rt_future_finish(future, 0, value);
    }
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&await->mutex);
    const bool is_told = await->is_told;
    if (!is_told) replaced = rt_waker_replace(&await->waker, waker);
    pthread_mutex_unlock(&await->mutex);
    rt_waker_drop(&replaced);

    if (!is_told) {
        rt_task_waits(await->event->holder);
        return RT_PENDING;
    }
    rt_ce_wait_drop(&await->wait);
    return rt_future_finish(future, 0, await->value);
}

/* Nobody tells it any more: whoever does holds it. */
static void drop(struct rt_object *object)
{
    struct await *const await = (struct await *)object;
    if (await->wait.event) rt_ce_wait_cancel(&await->wait);
    rt_waker_drop(&await->waker);
    pthread_mutex_destroy(&await->mutex);
    rt_object_unref(await->event->holder);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct await *const await = (const struct await *)object;
    visit(object, "event", await->event->holder, true, env);
    if (await->wait.node)
        visit(object, "wait.node", rt_ce_node_object(await->wait.node), true,
            env);
    if (await->wait.entry)
        visit(object, "wait.entry", rt_ce_entry_object(await->wait.entry), true,
            env);
    rt_waker_each_edge(&await->waker, object, "waker", visit, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct await, event, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct await, wait.event, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct await, wait.node, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct await, wait.entry, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct await, waker.data, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type type = {
    .object =
        {
            .kind = RT_AWAIT,
            .fields = fields,
            .drop = drop,
            .each_edge = each_edge,
        },
    .poll = poll,
};

struct rt_future *rt_ce_event_await(struct rt_ce_event *event)
{
    struct await *const await = rt_future_create(&type, sizeof *await);
    if (!await) return NULL;

    rt_object_ref(event->holder);
    await->event = event;
    pthread_mutex_init(&await->mutex, NULL);
    return &await->future;
}
