/* future.c - polling, the simplest futures, and a thread that waits.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/future.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

void *rt_future_create(const struct rt_future_type *type, size_t bytes)
{
    struct rt_future *const future = rt_object_create(&type->object, bytes);
    if (future) future->state = RT_PENDING;
    return future;
}

enum rt_poll rt_future_poll(
    struct rt_future *future, const struct rt_waker *waker)
{
    assert(future->state == RT_PENDING);
    const struct rt_future_type *const type =
        (const struct rt_future_type *)future->object.type;
    future->state = type->poll(future, waker);
    if (future->state == RT_READY)
        rt_object_end(&future->object, future->status ? "failed" : "completed");
    return future->state;
}

void rt_future_drop(struct rt_future *future)
{
    if (!future) return;
    if (future->state == RT_PENDING)
        rt_object_end(&future->object, "cancelled");
    rt_object_unref(&future->object);
}

enum rt_poll rt_future_finish(
    struct rt_future *future, int status, intptr_t value)
{
    future->status = status;
    future->value = value;
    return RT_READY;
}

/* ---- The simplest ones ---- */

struct yield {
    struct rt_future future;
    bool has_yielded;
};

static enum rt_poll poll_ready(
    struct rt_future *future, const struct rt_waker *waker)
{
    (void)waker;
    return rt_future_finish(future, future->status, future->value);
}

static enum rt_poll poll_never(
    struct rt_future *future, const struct rt_waker *waker)
{
    (void)future, (void)waker;
    return RT_PENDING;
}

static enum rt_poll poll_yield(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct yield *const yield = (struct yield *)future;
    if (yield->has_yielded) return rt_future_finish(future, 0, 0);
    yield->has_yielded = true;
    rt_waker_wake(waker);
    return RT_PENDING;
}

static const struct rt_future_type ready_type = {
    .object = {.kind = RT_FUTURE},
    .poll = poll_ready,
};

static const struct rt_future_type never_type = {
    .object = {.kind = RT_FUTURE},
    .poll = poll_never,
};

static const struct rt_future_type yield_type = {
    .object = {.kind = RT_FUTURE},
    .poll = poll_yield,
};

struct rt_future *rt_future_ready(int status, intptr_t value)
{
    struct rt_future *const future =
        rt_future_create(&ready_type, sizeof *future);
    if (!future) return NULL;

    future->status = status;
    future->value = value;
    return future;
}

struct rt_future *rt_future_never(void)
{
    return rt_future_create(&never_type, sizeof(struct rt_future));
}

struct rt_future *rt_future_yield(void)
{
    return rt_future_create(&yield_type, sizeof(struct yield));
}

/* ---- A thread that waits ---- */

/* Counted, since a waker may come after the thread has gone on. */
struct sleeper {
    struct rt_object object;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool woken; /* guarded by mutex */
};

static void drop_sleeper(struct rt_object *object)
{
    struct sleeper *const sleeper = (struct sleeper *)object;
    pthread_cond_destroy(&sleeper->changed);
    pthread_mutex_destroy(&sleeper->mutex);
}

static const struct rt_object_type sleeper_type = {
    .kind = RT_SLEEPER,
    .drop = drop_sleeper,
};

static void wake_sleeper(void *data)
{
    struct sleeper *const sleeper = data;
    pthread_mutex_lock(&sleeper->mutex);
    sleeper->woken = true;
    pthread_cond_signal(&sleeper->changed);
    pthread_mutex_unlock(&sleeper->mutex);
}

static const struct rt_waker_type sleeper_waker = {.wake = wake_sleeper};

static void sleep_until_woken(struct sleeper *sleeper)
{
    pthread_mutex_lock(&sleeper->mutex);
    while (!sleeper->woken)
        pthread_cond_wait(&sleeper->changed, &sleeper->mutex);
    sleeper->woken = false;
    pthread_mutex_unlock(&sleeper->mutex);
}

int rt_future_block_on(struct rt_future *future)
{
    struct sleeper *const sleeper =
        rt_object_create(&sleeper_type, sizeof *sleeper);
    if (!sleeper) return -ENOMEM;
    pthread_mutex_init(&sleeper->mutex, NULL);
    pthread_cond_init(&sleeper->changed, NULL);

    const struct rt_waker waker = {&sleeper_waker, sleeper};
    while (rt_future_poll(future, &waker) == RT_PENDING) {
        ol_waits(sleeper, future);
        sleep_until_woken(sleeper);
        ol_woken(sleeper);
    }
    rt_object_unref(&sleeper->object);
    return future->status;
}
