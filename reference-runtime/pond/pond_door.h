/* pond_door.h - where submitters wait for room in a full queue.
 *
 * Threads:   under the pool's lock, which wait gives up meanwhile.
 * Source:    the channel submitWaiters of Pond: unbuffered up to v2.3.1, so
 *            that a signal which nobody waits for yet is lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_DOOR_H
#define OL_RUNTIME_POND_DOOR_H

#include "reference-runtime/pond/pond_state.h"

/* There is room for one more. */
void rt_pond_door_signal(struct rt_pond *pond);

/* Waits for a signal. Returns 0, or why the pool takes nothing any more. */
OL_MUST_USE int rt_pond_door_wait(struct rt_pond *pond);

/* Returns why the pool takes no more tasks, or 0. */
OL_MUST_USE int rt_pond_door_refusal(const struct rt_pond *pond);

#endif
