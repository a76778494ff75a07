/* pond_dispatcher.h - a thread that hands on what others write.
 *
 * Shape:     writers -> buffer -> the thread, batch by batch -> deliver.
 *            Up to v2.1.6 every task takes this way. The buffer is of the
 *            kind that keeps what was read, but its nodes are no larger than
 *            a batch: that bounds what it keeps.
 * Ownership: create gives the caller the dispatcher, destroy takes it back.
 *            write takes the caller's reference over, deliver is given one.
 * Threads:   all calls from any thread but create and destroy; deliver is
 *            called by the dispatcher's thread, outside its lock.
 * Errors:    write returns -ESHUTDOWN once closed, or -ENOMEM; destroy
 *            -EBUSY before close_and_wait.
 * Source:    Pond's internal/dispatcher, v2.1.6.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_DISPATCHER_H
#define OL_RUNTIME_POND_DISPATCHER_H

#include <stdint.h>

#include "reference-runtime/pond/pond_closure.h"

struct rt_pond_dispatcher;

/* Given one task at a time, in order; owns it from then on. */
typedef void (*rt_pond_deliver_fn)(void *env, struct rt_pond_closure *closure);

/* Starts a dispatcher. Returns 0, -ENOMEM, or why there was no thread. */
OL_MUST_USE int rt_pond_dispatcher_create(size_t batch,
    rt_pond_deliver_fn deliver, void *env, struct rt_pond_dispatcher **out);

/* Returns 0, or -EBUSY unless it was closed. NULL is fine. */
OL_MUST_USE int rt_pond_dispatcher_destroy(
    struct rt_pond_dispatcher *dispatcher);

/* Hands over a task. Returns 0, -ESHUTDOWN or -ENOMEM. */
OL_MUST_USE int rt_pond_dispatcher_write(
    struct rt_pond_dispatcher *dispatcher, struct rt_pond_closure *closure);

/* Takes no more tasks, delivers those it has, ends the thread. Once. */
void rt_pond_dispatcher_close_and_wait(struct rt_pond_dispatcher *dispatcher);

/* What the dispatcher's buffer knows of itself. */
struct rt_pond_dispatcher_counts {
    uint64_t written;
    uint64_t pending;
    size_t dead_slots;
    size_t nodes;
};

/* Returns the counts at one instant. */
struct rt_pond_dispatcher_counts rt_pond_dispatcher_counts(
    struct rt_pond_dispatcher *dispatcher);

/* Visits the buffer, on behalf of the pool that holds the dispatcher. */
void rt_pond_dispatcher_each_edge(struct rt_pond_dispatcher *dispatcher,
    const struct rt_object *holder, rt_object_edge_fn visit, void *env);

#endif
