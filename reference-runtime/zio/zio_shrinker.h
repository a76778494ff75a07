/* zio_shrinker.h - what closes the items that nobody needs any more.
 *
 * Shape:     a future without an end: as long as there is an excess of items
 *            and the pool has been left alone for its time to live, retires
 *            one; else sleeps for that time.
 * Ownership: it holds the pool; interrupted, it gives that back.
 * Threads:   as future.h.
 * Source:    ZPool's Strategy.TimeToLive.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_SHRINKER_H
#define OL_RUNTIME_ZIO_SHRINKER_H

#include "reference-runtime/zio/zio_pool.h"

/* Makes the future that shrinks a pool that has a time to live. */
OL_MUST_USE struct rt_future *rt_zio_shrinker_create(struct rt_zio_pool *pool);

#endif
