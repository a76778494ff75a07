/* zio_creation.h - how an item is made.
 *
 * Shape:     a frame: in a scope of its own the creator runs, interruptible
 *            or not; what came of it, good or bad, goes into the queue; and
 *            if the pool shuts down meanwhile, it is drained.
 * Ownership: the frame's storage is its caller's; it borrows the pool.
 * Threads:   as future.h.
 * Errors:    without memory for an attempt the slot goes without, status is
 *            -ENOMEM then.
 * Source:    ZPool's allocate.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_CREATION_H
#define OL_RUNTIME_ZIO_CREATION_H

#include "reference-runtime/zio/zio_retirement.h"

enum rt_zio_creation_state {
    RT_ZIO_CREATION_NEW,
    RT_ZIO_CREATION_RUNS, /* the creator does */
    RT_ZIO_CREATION_DRAINS,
    RT_ZIO_CREATION_DONE
};

struct rt_zio_creation {
    struct rt_zio_pool *pool; /* borrowed */
    enum rt_zio_creation_state state;
    bool may_interrupt;             /* the creator; future is a race then */
    struct rt_zio_attempt *attempt; /* owner */
    struct rt_future *future;       /* owner; the creator's */
    struct rt_zio_drain drain;
    int status;
};

/* Begins, once the state has said RT_ZIO_MAKE. */
void rt_zio_creation_begin(struct rt_zio_creation *creation,
    struct rt_zio_pool *pool, bool may_interrupt);

OL_MUST_USE enum rt_poll rt_zio_creation_poll(
    struct rt_zio_creation *creation, const struct rt_waker *waker);

#endif
