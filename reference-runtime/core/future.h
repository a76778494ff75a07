/* future.h - work that is asked again until it is done.
 *
 * Shape:     an object whose type also knows how to poll it. A poll returns
 *            ready, with status and value in the future, or pending, after
 *            having kept a clone of the waker with whatever it waits for.
 * Units:     status is 0 or a negative errno; value is the future's own.
 * Ownership: a future has one owner. Who gives it up, done or not, unrefs
 *            it: that is how work is cancelled, and drop undoes its waits.
 * Threads:   one poll at a time; from any thread.
 * Errors:    create returns NULL when there is no memory. To poll what is
 *            ready is a programming error.
 * Source:    Rust's core::future::Future, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_FUTURE_H
#define OL_RUNTIME_FUTURE_H

#include <stdint.h>

#include "reference-runtime/core/object.h"
#include "reference-runtime/core/waker.h"

enum rt_poll {
    RT_READY,
    RT_PENDING
};

/* The first field of every future. */
struct rt_future {
    struct rt_object object;
    enum rt_poll state; /* what the last poll returned */
    int status;
    intptr_t value;
};

struct rt_future_type {
    struct rt_object_type object; /* drop also undoes what it waits for */
    enum rt_poll (*poll)(
        struct rt_future *future, const struct rt_waker *waker);
};

/* Makes a future of `bytes` in all, zeroed beyond its header. Returns NULL if
 * there is no memory. */
OL_MUST_USE void *rt_future_create(
    const struct rt_future_type *type, size_t bytes);

/* Asks whether it is done; it remembers whom to wake if it is not. */
OL_MUST_USE enum rt_poll rt_future_poll(
    struct rt_future *future, const struct rt_waker *waker);

/* Gives it up, done or not; NULL is fine. */
void rt_future_drop(struct rt_future *future);

/* Ends a poll: sets the result. Returns RT_READY. */
enum rt_poll rt_future_finish(
    struct rt_future *future, int status, intptr_t value);

/* Makes one that is ready at its first poll. */
OL_MUST_USE struct rt_future *rt_future_ready(int status, intptr_t value);

/* Makes one that never is. */
OL_MUST_USE struct rt_future *rt_future_never(void);

/* Makes one that is ready at its second poll, and wakes at its first: others
 * that are ready go before. */
OL_MUST_USE struct rt_future *rt_future_yield(void);

/* Sleeps on this thread until the future is done; it stays the caller's.
 * Returns its status, or -ENOMEM, and the future may still be pending. */
int rt_future_block_on(struct rt_future *future);

#endif
