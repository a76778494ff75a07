/* zio_check.h - what must hold of a pool, by number.
 *
 * Shape:     P1  0 <= size <= max, or -1 once it has been shut down
 *            P2  free == queued + being made - waiting
 *                size == those of all stages that have a slot
 *            P3  each open scope of an item has one owner; none is lost
 *            P5  shut down: nothing queued, open or waiting
 *            P7  no item is remembered that there is not
 *            P8  no failure stays leased
 *            P10 nobody waits whose caller has gone
 *            P11 nobody waits for what can not come
 *            P1, P3 and P7 hold at any step, the rest at rest: when no task
 *            is ready. P4 (live resources), P6 (finalizers run once), P9 (a
 *            keyed pool's scope) are for who knows of those; P12 is that P1
 *            and P2 hold although P3 does not: slots prove nothing.
 * Threads:   while nothing runs.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_CHECK_H
#define OL_RUNTIME_ZIO_CHECK_H

#include "reference-runtime/zio/zio_pool.h"

/* The bit of the invariant of that number. */
#define RT_ZIO_P(number) (1U << (number))

/* Returns the bits of all that do not hold. */
unsigned rt_zio_check(struct rt_zio_pool *pool, bool at_rest);

#endif
