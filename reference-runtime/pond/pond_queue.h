/* pond_queue.h - the tasks of a pool that no worker has taken yet.
 *
 * Shape:     from v2.2.0 on a linked buffer, nothing else. Before that,
 *            dispatcher (with a buffer of its own) -> ring; a task is
 *            *moving* until it is in the ring.
 * Threads:   under the pool's lock, but for init, close and deinit, which
 *            take none and need the pool to be in no one else's hands, or
 *            to be stopped.
 * Errors:    -ENOMEM, -ESHUTDOWN, with nothing changed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_QUEUE_H
#define OL_RUNTIME_POND_QUEUE_H

#include "reference-runtime/pond/pond_state.h"

/* Makes the queue of the pool's version. A dispatcher calls `deliver` with
 * the pool and each task. Returns 0 or a negative errno. */
OL_MUST_USE int rt_pond_queue_init(
    struct rt_pond *pond, rt_pond_deliver_fn deliver);

/* Ends the dispatcher's thread, if there is one. Can be called again. */
void rt_pond_queue_close(struct rt_pond *pond);

/* Frees the queue, which was closed, and what dead slots hold. Can be called
 * again. Returns 0, or -EBUSY while there are tasks in it. */
OL_MUST_USE int rt_pond_queue_deinit(struct rt_pond *pond);

/* Adds a task. Returns 0 or a negative errno. */
OL_MUST_USE int rt_pond_queue_put(
    struct rt_pond *pond, struct rt_pond_closure *closure);

/* Takes the next task for a worker, or returns NULL. `passed_out` as in
 * rt_pond_buffer_read. */
OL_MUST_USE struct rt_pond_closure *rt_pond_queue_take(
    struct rt_pond *pond, struct rt_object **passed_out);

/* Returns how many tasks wait. */
uint64_t rt_pond_queue_waiting(const struct rt_pond *pond);

/* Stores the queue's part of the counts. */
void rt_pond_queue_count(struct rt_pond *pond, struct rt_pond_counts *out);

/* Visits what the queue points at, on behalf of the pool. */
void rt_pond_queue_each_edge(
    const struct rt_pond *pond, rt_object_edge_fn visit, void *env);

#endif
