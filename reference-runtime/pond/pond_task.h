/* pond_task.h - one submitted task, as seen by who waits for it.
 *
 * Shape:     task -> future of one result. Its context is cancelled as soon
 *            as the task ends, so that nothing stays with the pool's.
 * Ownership: counted; submit gives the caller one reference. The closure on
 *            its way holds another.
 * Threads:   all calls from any thread.
 * Errors:    those of pond.h, or what the task returned.
 * Source:    Pond's internal/future/value.go.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_TASK_H
#define OL_RUNTIME_POND_TASK_H

#include "reference-runtime/pond/pond.h"

struct rt_pond_task;

/* Submits a task; a bounded queue that is full blocks, unless the pool is
 * non-blocking. Returns 0 or the error. */
OL_MUST_USE int rt_pond_submit(
    struct rt_pond *pond, struct rt_pond_fn fn, struct rt_pond_task **out);

/* Submits a task if that can be done at once, else returns -EAGAIN. */
OL_MUST_USE int rt_pond_try_submit(
    struct rt_pond *pond, struct rt_pond_fn fn, struct rt_pond_task **out);

/* Waits for the task. Returns 0 and stores its value, unless `value_out` is
 * NULL, or returns its error. */
OL_MUST_USE int rt_pond_task_wait(struct rt_pond_task *task, long *value_out);

/* Gives a reference back; NULL is fine. */
void rt_pond_task_unref(struct rt_pond_task *task);

#endif
