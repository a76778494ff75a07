/* zio_acquisition.c - how a get comes by an attempt.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_acquisition.h"

#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "reference-runtime/zio/zio_await.h"

void rt_zio_acquisition_begin(struct rt_zio_acquisition *acquisition,
    struct rt_zio_pool *pool, bool may_interrupt)
{
    *acquisition = (struct rt_zio_acquisition){
        .pool = pool,
        .may_interrupt = may_interrupt,
    };
}

/* ---- The steps: what comes next ---- */

static void fail(struct rt_zio_acquisition *acquisition, int status)
{
    acquisition->status = status;
    acquisition->state = RT_ZIO_ACQUISITION_DONE;
}

static void dispose(struct rt_zio_acquisition *acquisition,
    enum rt_zio_acquisition_state state, enum rt_zio_disposal_reason reason)
{
    acquisition->state = state;
    rt_zio_disposal_begin(&acquisition->disposal, acquisition->attempt, reason,
        acquisition->may_interrupt);
}

static void look_at(struct rt_zio_acquisition *acquisition)
{
    const struct rt_zio_attempt *const attempt = acquisition->attempt;
    acquisition->state = RT_ZIO_ACQUISITION_DONE;
    if (attempt->status == 0 && !rt_zio_attempt_is_valid(attempt))
        dispose(acquisition, RT_ZIO_ACQUISITION_INVALID, RT_ZIO_INVALID);
    else if (attempt->status != 0 && attempt->pool->variant->closes_failed)
        dispose(acquisition, RT_ZIO_ACQUISITION_FAILED, RT_ZIO_FAILED);
}

/* Makes the future of an item that the state has set aside, now or later.
 * In a race with the interrupt the item comes first: it is not let go. */
static struct rt_future *make_take(struct rt_zio_acquisition *acquisition)
{
    struct rt_zio_pool *const pool = acquisition->pool;
    struct rt_task *const task = rt_task_current();
    struct rt_future *const take = rt_queue_take(pool->queue);
    acquisition->may_give_up =
        pool->variant->cancels_takers && acquisition->may_interrupt && task;
    if (!take || !acquisition->may_give_up) return take;
    return rt_race((struct rt_future *[]){take, rt_task_interrupted(task)}, 2);
}

/* An item that is queued is there without waiting, or memory. */
static void begin_take(struct rt_zio_acquisition *acquisition)
{
    struct rt_object *const queued = rt_queue_poll(acquisition->pool->queue);
    if (queued) {
        acquisition->attempt = (struct rt_zio_attempt *)queued;
        look_at(acquisition);
        return;
    }
    acquisition->state = RT_ZIO_ACQUISITION_TAKE;
    acquisition->take = make_take(acquisition);
    if (acquisition->take) return;
    rt_zio_slots_give_back(&acquisition->pool->cell);
    fail(acquisition, -ENOMEM);
}

/* Waits no longer. If an item had been handed over it is in the queue again,
 * and the pool may be waiting for just that. */
static void give_up(struct rt_zio_acquisition *acquisition)
{
    struct rt_zio_pool *const pool = acquisition->pool;
    rt_zio_slots_give_back(&pool->cell);
    fail(acquisition, -EINTR);
    if (!rt_zio_pool_must_drain(pool)) return;
    acquisition->state = RT_ZIO_ACQUISITION_GAVE_UP;
    rt_zio_drain_begin(&acquisition->drain, pool);
}

static void begin_make(struct rt_zio_acquisition *acquisition)
{
    acquisition->state = RT_ZIO_ACQUISITION_MAKE;
    rt_zio_creation_begin(
        &acquisition->creation, acquisition->pool, acquisition->may_interrupt);
}

static void check(struct rt_zio_acquisition *acquisition)
{
    struct rt_zio_pool *const pool = acquisition->pool;
    if (atomic_load(&pool->is_stopping)) {
        fail(acquisition, -EINTR);
        return;
    }
    const enum rt_zio_next next = rt_zio_slots_want(&pool->cell, pool->max);
    if (next == RT_ZIO_TAKE)
        begin_take(acquisition);
    else if (next == RT_ZIO_MAKE)
        begin_make(acquisition);
    else
        fail(acquisition, -EINTR);
}

/* ---- The steps that wait ---- */

static enum rt_poll poll_take(
    struct rt_zio_acquisition *acquisition, const struct rt_waker *waker)
{
    struct rt_future *const take = acquisition->take;
    if (rt_future_poll(take, waker) == RT_PENDING) return RT_PENDING;

    const bool gave_up = acquisition->may_give_up && rt_race_winner(take) == 1;
    const int status = take->status;
    acquisition->attempt = (struct rt_zio_attempt *)take->value;
    rt_future_drop(take);
    acquisition->take = NULL;
    if (gave_up)
        give_up(acquisition);
    else if (status)
        fail(acquisition, status);
    else
        look_at(acquisition);
    return RT_READY;
}

static enum rt_poll poll_make(
    struct rt_zio_acquisition *acquisition, const struct rt_waker *waker)
{
    struct rt_zio_creation *const creation = &acquisition->creation;
    if (rt_zio_creation_poll(creation, waker) == RT_PENDING) return RT_PENDING;
    acquisition->state = RT_ZIO_ACQUISITION_CHECK;
    if (creation->status) fail(acquisition, creation->status);
    return RT_READY;
}

static enum rt_poll poll_drain(
    struct rt_zio_acquisition *acquisition, const struct rt_waker *waker)
{
    if (rt_zio_drain_poll(&acquisition->drain, waker) == RT_PENDING)
        return RT_PENDING;
    acquisition->state = RT_ZIO_ACQUISITION_DONE;
    return RT_READY;
}

static enum rt_poll poll_disposal(
    struct rt_zio_acquisition *acquisition, const struct rt_waker *waker)
{
    if (rt_zio_disposal_poll(&acquisition->disposal, waker) == RT_PENDING)
        return RT_PENDING;
    if (acquisition->state == RT_ZIO_ACQUISITION_FAILED) {
        acquisition->state = RT_ZIO_ACQUISITION_DONE;
        return RT_READY;
    }
    rt_zio_attempt_unref(acquisition->attempt);
    acquisition->attempt = NULL;
    acquisition->state = RT_ZIO_ACQUISITION_CHECK;
    return RT_READY;
}

enum rt_poll rt_zio_acquisition_poll(
    struct rt_zio_acquisition *acquisition, const struct rt_waker *waker)
{
    enum rt_poll step = RT_READY;
    while (step == RT_READY) {
        switch (acquisition->state) {
        case RT_ZIO_ACQUISITION_CHECK:
            check(acquisition);
            break;
        case RT_ZIO_ACQUISITION_TAKE:
            step = poll_take(acquisition, waker);
            break;
        case RT_ZIO_ACQUISITION_MAKE:
            step = poll_make(acquisition, waker);
            break;
        case RT_ZIO_ACQUISITION_INVALID:
        case RT_ZIO_ACQUISITION_FAILED:
            step = poll_disposal(acquisition, waker);
            break;
        case RT_ZIO_ACQUISITION_GAVE_UP:
            step = poll_drain(acquisition, waker);
            break;
        case RT_ZIO_ACQUISITION_DONE:
            return RT_READY;
        }
    }
    return RT_PENDING;
}
