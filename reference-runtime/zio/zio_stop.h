/* zio_stop.h - how a pool ends.
 *
 * Shape:     a future: the first one drains the pool, every one waits until
 *            the queue is shut down, which happens with the last slot: after
 *            the last lease has come back and what is being made has been.
 *            The one of the owner's scope then ends the pool's tasks.
 * Ownership: it holds the pool.
 * Threads:   as future.h; it holds interrupts of its task back, and is not to
 *            be dropped half-way.
 * Source:    ZPool's shutdown and the finalizers of its make.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_STOP_H
#define OL_RUNTIME_ZIO_STOP_H

#include "reference-runtime/zio/zio_pool.h"

/* Makes one that also interrupts the pool's tasks and waits for them; they
 * have been told of the pool by then. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_future *rt_zio_stop_create(struct rt_zio_pool *pool);

#endif
