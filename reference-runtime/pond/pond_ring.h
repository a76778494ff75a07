/* pond_ring.h - a bounded queue of tasks, as a buffered Go channel is one.
 *
 * Shape:     a ring of slots; taking empties the slot.
 * Ownership: the caller's storage; put takes the caller's reference over,
 *            take gives one.
 * Threads:   none of its own: the pool's lock guards it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_RING_H
#define OL_RUNTIME_POND_RING_H

#include "reference-runtime/pond/pond_closure.h"

struct rt_pond_ring {
    struct rt_pond_closure **slots; /* owner, of the array and the closures */
    size_t capacity;
    size_t first;
    size_t count;
};

/* Makes an empty ring. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_pond_ring_init(struct rt_pond_ring *ring, size_t capacity);

/* Frees the slots. Returns 0, or -EBUSY while there are tasks in them. */
OL_MUST_USE int rt_pond_ring_deinit(struct rt_pond_ring *ring);

/* Adds a task. Returns false if the ring is full. */
OL_MUST_USE bool rt_pond_ring_put(
    struct rt_pond_ring *ring, struct rt_pond_closure *closure);

/* Takes the oldest task, or returns NULL. */
OL_MUST_USE struct rt_pond_closure *rt_pond_ring_take(
    struct rt_pond_ring *ring);

#endif
