/* zio_retirement.c - how free items leave a pool.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_retirement.h"

#include <errno.h>

#include "reference-runtime/zio/zio_await.h"

/* ---- One item ---- */

static void close_attempt(
    struct rt_zio_retirement *retirement, struct rt_zio_attempt *attempt)
{
    const struct rt_object *const item = rt_zio_attempt_item(attempt);
    retirement->attempt = attempt;
    if (item) rt_zio_pool_forget(retirement->pool, item);
    rt_zio_closing_begin(&retirement->closing, attempt, RT_ZIO_CLOSING);
}

/* What is queued is there without waiting, or memory. */
void rt_zio_retirement_begin(
    struct rt_zio_retirement *retirement, struct rt_zio_pool *pool)
{
    struct rt_object *const queued = rt_queue_poll(pool->queue);
    *retirement = (struct rt_zio_retirement){.pool = pool};
    if (queued) {
        close_attempt(retirement, (struct rt_zio_attempt *)queued);
        return;
    }
    retirement->take = rt_queue_take(pool->queue);
    if (retirement->take) return;
    rt_zio_slots_give_back(&pool->cell);
    retirement->status = -ENOMEM;
}

/* Has got an attempt, or learns that there will be none. */
static void took(
    struct rt_zio_retirement *retirement, const struct rt_zio_outcome *outcome)
{
    retirement->status = outcome->status;
    if (!outcome->status)
        close_attempt(retirement, (struct rt_zio_attempt *)outcome->value);
}

enum rt_poll rt_zio_retirement_poll(
    struct rt_zio_retirement *retirement, const struct rt_waker *waker)
{
    struct rt_zio_outcome outcome;
    if (retirement->take) {
        if (rt_zio_await(&retirement->take, waker, &outcome) == RT_PENDING)
            return RT_PENDING;
        took(retirement, &outcome);
    }
    if (retirement->status) return RT_READY;
    if (rt_zio_closing_poll(&retirement->closing, waker) == RT_PENDING)
        return RT_PENDING;

    rt_zio_attempt_unref(retirement->attempt);
    rt_zio_slots_remove(&retirement->pool->cell);
    rt_zio_pool_tell(retirement->pool);
    return RT_READY;
}

/* ---- All that are free ---- */

void rt_zio_drain_begin(struct rt_zio_drain *drain, struct rt_zio_pool *pool)
{
    *drain = (struct rt_zio_drain){.retirement.pool = pool};
}

enum rt_poll rt_zio_drain_poll(
    struct rt_zio_drain *drain, const struct rt_waker *waker)
{
    struct rt_zio_retirement *const retirement = &drain->retirement;
    struct rt_zio_pool *const pool = retirement->pool;
    for (;;) {
        if (drain->is_retiring) {
            if (rt_zio_retirement_poll(retirement, waker) == RT_PENDING)
                return RT_PENDING;
            drain->is_retiring = false;
            if (retirement->status) return RT_READY;
        }
        const enum rt_zio_next next = rt_zio_slots_drain(&pool->cell);
        if (next == RT_ZIO_END) rt_queue_shutdown(pool->queue);
        if (next != RT_ZIO_TAKE) return RT_READY;
        rt_zio_retirement_begin(retirement, pool);
        drain->is_retiring = true;
    }
}
