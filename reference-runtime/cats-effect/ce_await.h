/* ce_await.h - to wait for an event as a future.
 *
 * Shape:     its first poll waits at the event, with a callback that wakes
 *            who polls; dropped before it is ready, it cancels that. So it
 *            can be raced, joined and selected, and given up by a task that
 *            is interrupted: `deferred.get.race(IO.sleep)` is one of these in
 *            a race with a sleep.
 * Ownership: the future holds the event's holder; the callback, which stays
 *            for as long as its node does, only the future's block.
 * Threads:   as future.h; the event from any thread.
 * Errors:    -ENOMEM is the status of a future that cannot wait.
 * Source:    IODeferred.get and IOFiber.join of Cats Effect.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_AWAIT_H
#define OL_RUNTIME_CE_AWAIT_H

#include "reference-runtime/cats-effect/ce_event.h"
#include "reference-runtime/core/future.h"

/* Makes a future that is ready, with status 0 and the value, when the event
 * is set. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_future *rt_ce_event_await(struct rt_ce_event *event);

#endif
