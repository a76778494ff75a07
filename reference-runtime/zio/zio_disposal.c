/* zio_disposal.c - what becomes of a slot whose item is no good.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_disposal.h"

static void begin_closing(
    struct rt_zio_disposal *disposal, enum rt_zio_stage stage)
{
    rt_zio_closing_begin(&disposal->closing, disposal->attempt, stage);
    disposal->is_closing = true;
}

/* The slot gets another item, or goes. */
static void settle(struct rt_zio_disposal *disposal)
{
    struct rt_zio_pool *const pool = disposal->attempt->pool;
    const bool for_waiters = disposal->reason == RT_ZIO_INVALID
                                 ? pool->variant->refills_for_waiters
                                 : pool->variant->refills_after_failure;
    disposal->is_creating = rt_zio_slots_replace(&pool->cell, pool->min,
                                for_waiters) == RT_ZIO_MAKE;
    rt_zio_pool_tell(pool);
    if (disposal->is_creating) {
        rt_zio_creation_begin(
            &disposal->creation, pool, disposal->may_interrupt);
    } else if (rt_zio_pool_must_drain(pool)) {
        disposal->is_draining = true;
        rt_zio_drain_begin(&disposal->drain, pool);
    }
}

void rt_zio_disposal_begin(struct rt_zio_disposal *disposal,
    struct rt_zio_attempt *attempt, enum rt_zio_disposal_reason reason,
    bool may_interrupt)
{
    *disposal = (struct rt_zio_disposal){
        .attempt = attempt,
        .reason = reason,
        .may_interrupt = may_interrupt,
    };
    if (reason == RT_ZIO_INVALID) {
        rt_zio_pool_forget(attempt->pool, rt_zio_attempt_item(attempt));
        begin_closing(disposal, RT_ZIO_CLOSING);
        return;
    }
    settle(disposal);
    if (reason == RT_ZIO_FAILED) begin_closing(disposal, RT_ZIO_DISCARDED);
}

enum rt_poll rt_zio_disposal_poll(
    struct rt_zio_disposal *disposal, const struct rt_waker *waker)
{
    if (disposal->is_closing) {
        if (rt_zio_closing_poll(&disposal->closing, waker) == RT_PENDING)
            return RT_PENDING;
        disposal->is_closing = false;
        if (disposal->reason == RT_ZIO_INVALID) settle(disposal);
    }
    if (disposal->is_draining)
        return rt_zio_drain_poll(&disposal->drain, waker);
    if (!disposal->is_creating) return RT_READY;
    return rt_zio_creation_poll(&disposal->creation, waker);
}
