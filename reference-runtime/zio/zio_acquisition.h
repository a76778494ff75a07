/* zio_acquisition.h - how a get comes by an attempt.
 *
 * Shape:     a frame: CHECK the state -> TAKE from the queue, or MAKE one and
 *            check again. What it took is an item to be leased; or INVALID,
 *            which is disposed of, and it checks again; or FAILED.
 * Ownership: the frame's storage is its caller's; it borrows the pool. The
 *            attempt it ends with is the caller's.
 * Threads:   as future.h.
 * Errors:    status is -EINTR when the pool shuts down, or -ENOMEM; there is
 *            no attempt then.
 * Source:    ZPool's acquire.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_ACQUISITION_H
#define OL_RUNTIME_ZIO_ACQUISITION_H

#include "reference-runtime/zio/zio_disposal.h"

enum rt_zio_acquisition_state {
    RT_ZIO_ACQUISITION_CHECK,
    RT_ZIO_ACQUISITION_TAKE,
    RT_ZIO_ACQUISITION_MAKE,
    RT_ZIO_ACQUISITION_INVALID,
    RT_ZIO_ACQUISITION_FAILED,
    RT_ZIO_ACQUISITION_GAVE_UP,
    RT_ZIO_ACQUISITION_DONE
};

struct rt_zio_acquisition {
    struct rt_zio_pool *pool; /* borrowed */
    enum rt_zio_acquisition_state state;
    bool may_interrupt;             /* the creator, and the wait if so */
    bool may_give_up;               /* take is a race with an interrupt */
    struct rt_future *take;         /* owner */
    struct rt_zio_attempt *attempt; /* owner */
    struct rt_zio_creation creation;
    struct rt_zio_disposal disposal;
    struct rt_zio_drain drain;
    int status;
};

void rt_zio_acquisition_begin(struct rt_zio_acquisition *acquisition,
    struct rt_zio_pool *pool, bool may_interrupt);

OL_MUST_USE enum rt_poll rt_zio_acquisition_poll(
    struct rt_zio_acquisition *acquisition, const struct rt_waker *waker);

#endif
