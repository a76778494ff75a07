/* zio_get.h - a get, on both sides of the task that it works in.
 *
 * Shape:     caller -> request -> disconnected future -> task -> work. The
 *            work holds interrupts back; it acquires, leases what it got to
 *            the caller's scope, and is listed in the pool while under way.
 * Ownership: the request and the task each hold the work.
 * Threads:   as future.h; the list by the pool's lock.
 * Source:    ZPool's get.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_GET_H
#define OL_RUNTIME_ZIO_GET_H

#include "reference-runtime/zio/zio_pool.h"

/* Counts the gets under way, and of those the ghosts. */
void rt_zio_get_count(struct rt_zio_pool *pool, struct rt_zio_counts *out);

#endif
