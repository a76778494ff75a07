/* zio_creation.c - how an item is made.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_creation.h"

#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "reference-runtime/zio/zio_await.h"

void rt_zio_creation_begin(struct rt_zio_creation *creation,
    struct rt_zio_pool *pool, bool may_interrupt)
{
    *creation = (struct rt_zio_creation){
        .pool = pool,
        .may_interrupt = may_interrupt,
        .attempt = rt_zio_attempt_create(pool),
    };
    if (creation->attempt) return;
    rt_zio_slots_forgo(&pool->cell);
    creation->status = -ENOMEM;
    creation->state = RT_ZIO_CREATION_DONE;
}

/* Has the creator begin, in a race with an interrupt if one may end it. Who
 * is interrupted already never begins: that is asked first. */
static struct rt_future *start(struct rt_zio_creation *creation)
{
    const struct rt_zio_creator *const creator = &creation->pool->creator;
    struct rt_task *const task = rt_task_current();
    struct rt_future *const future =
        creator->create(creator->env, creation->attempt->scope);
    if (!task) creation->may_interrupt = false;
    if (!future || !creation->may_interrupt) return future;
    return rt_race(
        (struct rt_future *[]){rt_task_interrupted(task), future}, 2);
}

static enum rt_poll poll_creator(struct rt_zio_creation *creation,
    const struct rt_waker *waker, struct rt_zio_outcome *out)
{
    struct rt_future *const future = creation->future;
    *out = (struct rt_zio_outcome){.status = -ENOMEM};
    if (!future) return RT_READY;
    if (rt_future_poll(future, waker) == RT_PENDING) return RT_PENDING;

    *out = (struct rt_zio_outcome){future->status, future->value};
    if (creation->may_interrupt && rt_race_winner(future) == 0)
        *out = (struct rt_zio_outcome){.status = -EINTR};
    rt_future_drop(future);
    creation->future = NULL;
    return RT_READY;
}

/* Runs the creator: what it allocates is for the attempt. */
static enum rt_poll run(struct rt_zio_creation *creation,
    const struct rt_waker *waker, struct rt_zio_outcome *out)
{
    const struct rt_zio_attempt *const attempt = creation->attempt;
    ol_enter(attempt);
    if (creation->state == RT_ZIO_CREATION_NEW) {
        creation->state = RT_ZIO_CREATION_RUNS;
        creation->future = start(creation);
    }
    const enum rt_poll state = poll_creator(creation, waker, out);
    ol_leave(attempt);
    return state;
}

/* Good or bad, it goes into the queue. */
static void offer(
    struct rt_zio_creation *creation, const struct rt_zio_outcome *outcome)
{
    struct rt_zio_pool *const pool = creation->pool;
    struct rt_zio_attempt *const attempt = creation->attempt;
    attempt->value = outcome->value;
    attempt->status = outcome->status;
    struct rt_object *const item = rt_zio_attempt_item(attempt);
    if (item && rt_zio_pool_remember(pool, item) != 0) {
        attempt->status = -ENOMEM;
        attempt->value = 0;
        rt_object_unref(item);
    }
    creation->attempt = NULL;
    rt_zio_pool_offer(pool, attempt);
}

enum rt_poll rt_zio_creation_poll(
    struct rt_zio_creation *creation, const struct rt_waker *waker)
{
    struct rt_zio_pool *const pool = creation->pool;
    struct rt_zio_outcome outcome;
    if (creation->state == RT_ZIO_CREATION_DONE) return RT_READY;

    if (creation->state != RT_ZIO_CREATION_DRAINS) {
        if (run(creation, waker, &outcome) == RT_PENDING) return RT_PENDING;
        offer(creation, &outcome);
        creation->state = RT_ZIO_CREATION_DONE;
        if (!atomic_load(&pool->is_stopping)) return RT_READY;
        creation->state = RT_ZIO_CREATION_DRAINS;
        rt_zio_drain_begin(&creation->drain, pool);
    }
    return rt_zio_drain_poll(&creation->drain, waker);
}
