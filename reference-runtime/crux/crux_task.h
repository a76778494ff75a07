/* crux_task.h - a task that its own wakers keep alive.
 *
 * Shape:     task -> future -> what that waits for -> waker -> task. Nobody
 *            else holds a task that is suspended, so that a task which is
 *            never woken is never freed: Crux's #268.
 *            QUEUED -> POLLING -> PARKED (owned by who cloned its waker) ->
 *            woken: QUEUED … -> done.
 * Ownership: counted, a reference for each place in the queue and each
 *            waker; a parked task has as many as there are wakers. It owns
 *            its future and a sender into its executor's queue.
 * Threads:   all calls from any thread. Its lock is held while it is polled:
 *            to wake only sends.
 * Errors:    to wake one whose executor is gone, or when there is no memory
 *            for that, aborts: upstream panics.
 * Source:    crux_core up to 0.9.0, capability/executor.rs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_TASK_H
#define OL_RUNTIME_CRUX_TASK_H

#include "reference-runtime/crux/crux_channel.h"

struct rt_crux_task;

/* Makes a task; the future is taken, at once. `ready` is where it sends
 * itself when woken. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_crux_task *rt_crux_task_create(
    struct rt_future *future, const struct rt_crux_sender *ready);

/* Returns its header, which its references are counted in. */
struct rt_object *rt_crux_task_object(struct rt_crux_task *task);

/* Polls it once; nothing happens to a task that is done. */
void rt_crux_task_run(struct rt_crux_task *task);

#endif
