/* queue.h - objects handed from who has them to who waits for one.
 *
 * Shape:     a ring of objects and a line of takers, of which one is always
 *            empty. An offer goes to the oldest taker, else into the ring. A
 *            taker that is dropped with an object in its hands hands it on to
 *            the next, or puts it back in front: nothing is lost.
 *            queued + handed over, not yet fetched <= capacity.
 * Units:     counts of objects; the ring takes 8 bytes each, from the start.
 * Ownership: counted; takes and waits hold the queue. The queue owns a
 *            reference to each object in it.
 * Threads:   all calls from any thread; one lock a queue, taken inside.
 *            Wakers, and objects given back, outside of it.
 * Errors:    the makers return NULL when there is no memory.
 * Source:    ZIO's Queue, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_QUEUE_H
#define OL_RUNTIME_QUEUE_H

#include "reference-runtime/core/future.h"

struct rt_queue;

/* Makes a queue of at most `capacity` objects. */
OL_MUST_USE struct rt_queue *rt_queue_create(size_t capacity);

/* Takes one more reference. Returns the queue. */
struct rt_queue *rt_queue_ref(struct rt_queue *queue);

/* Gives a reference back; NULL is fine. */
void rt_queue_unref(struct rt_queue *queue);

/* Returns its header. */
const struct rt_object *rt_queue_object(const struct rt_queue *queue);

/* Takes over the reference to an object. Returns 0; -EAGAIN if it is full, or
 * -EINTR if it was shut down: then the reference is still the caller's. */
OL_MUST_USE int rt_queue_offer(
    struct rt_queue *queue, struct rt_object *object);

/* Takes an object that is queued, without waiting. Returns NULL if there is
 * none. */
OL_MUST_USE struct rt_object *rt_queue_poll(struct rt_queue *queue);

/* Makes a future whose value is a `struct rt_object *` with its reference;
 * -EINTR once the queue is shut down. It stands in line from its first
 * poll. */
OL_MUST_USE struct rt_future *rt_queue_take(struct rt_queue *queue);

/* Returns how many objects are queued. */
size_t rt_queue_length(struct rt_queue *queue);

/* Returns how many takers wait in line. */
size_t rt_queue_takers(struct rt_queue *queue);

/* Ends it: takers and who comes later get -EINTR, what is queued is given
 * back. Once is enough. */
void rt_queue_shutdown(struct rt_queue *queue);

bool rt_queue_is_shut_down(struct rt_queue *queue);

/* Makes a future that is ready once the queue is shut down. */
OL_MUST_USE struct rt_future *rt_queue_await_shutdown(struct rt_queue *queue);

#endif
