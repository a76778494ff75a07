/* disconnect.h - work that its caller can leave at once.
 *
 * Shape:     caller -> disconnected future -> task of its own -> body. Who
 *            drops the future before it is ready, as an interrupt does, posts
 *            an interrupt to that task and goes on; the task ends in its own
 *            time.
 * Ownership: disconnect takes the body.
 * Threads:   as future.h; the body runs where the scheduler runs tasks.
 * Errors:    NULL when there is no memory, and the body is dropped.
 * Source:    ZIO#disconnect, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_DISCONNECT_H
#define OL_RUNTIME_DISCONNECT_H

#include "reference-runtime/core/future.h"
#include "reference-runtime/core/scheduler.h"

struct rt_task;

/* Starts the body in a task of its own. Returns a future that is ready, with
 * its status and value, when that is done. */
OL_MUST_USE struct rt_future *rt_disconnect(
    struct rt_scheduler *scheduler, struct rt_future *body);

/* Returns the task, borrowed, until the future is dropped. */
struct rt_task *rt_disconnect_task(const struct rt_future *disconnected);

#endif
