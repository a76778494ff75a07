/* zio_retirement.h - how free items leave a pool.
 *
 * Shape:     retire: an item that the state has set aside is taken out of
 *            the queue, closed, and its slot goes. Drain: as long as one is
 *            free it is retired; with the last slot the pool is at its end.
 *            Both are frames.
 * Ownership: a frame's storage is its caller's; it borrows the pool.
 * Threads:   as future.h; several may drain at once.
 * Errors:    without memory it does not wait for an item that is on its way:
 *            who makes it drains the pool then.
 * Source:    ZPool's shrink and getAndShutdown.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_RETIREMENT_H
#define OL_RUNTIME_ZIO_RETIREMENT_H

#include "reference-runtime/zio/zio_attempt.h"

struct rt_zio_retirement {
    struct rt_zio_pool *pool;       /* borrowed */
    struct rt_future *take;         /* owner */
    struct rt_zio_attempt *attempt; /* owner */
    struct rt_zio_closing closing;
    int status; /* why there was nothing to close, or 0 */
};

/* Begins, once the state has said RT_ZIO_TAKE. */
void rt_zio_retirement_begin(
    struct rt_zio_retirement *retirement, struct rt_zio_pool *pool);

OL_MUST_USE enum rt_poll rt_zio_retirement_poll(
    struct rt_zio_retirement *retirement, const struct rt_waker *waker);

struct rt_zio_drain {
    struct rt_zio_retirement retirement;
    bool is_retiring;
};

void rt_zio_drain_begin(struct rt_zio_drain *drain, struct rt_zio_pool *pool);

OL_MUST_USE enum rt_poll rt_zio_drain_poll(
    struct rt_zio_drain *drain, const struct rt_waker *waker);

#endif
