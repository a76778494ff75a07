/* pond_door.h - where submitters wait for room in a full queue.
 *
 * Shape:     a list of waits, the oldest first; a signal lets the first go.
 * Threads:   signal and refusal under the pool's lock, the others without.
 * Source:    the channel submitWaiters of Pond: unbuffered up to v2.3.1, so
 *            that a signal which nobody waits for yet is lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_DOOR_H
#define OL_RUNTIME_POND_DOOR_H

#include "reference-runtime/pond/pond_state.h"

/* There is room for one more. Returns whom to wake after unlocking. */
OL_MUST_USE struct rt_waker rt_pond_door_signal(struct rt_pond *pond);

/* Makes a future that is ready, its status 0, with a signal, or with why the
 * pool takes nothing any more. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_future *rt_pond_door_wait(struct rt_pond *pond);

/* Has this thread wait for that. Returns its status, or -ENOMEM. */
OL_MUST_USE int rt_pond_door_pass(struct rt_pond *pond);

/* Has all who wait look again whether the pool still takes tasks. */
void rt_pond_door_shake(struct rt_pond *pond);

/* Returns why the pool takes no more tasks, or 0. */
OL_MUST_USE int rt_pond_door_refusal(const struct rt_pond *pond);

#endif
