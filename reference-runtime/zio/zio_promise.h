/* zio_promise.h - the pool of one key, or who waits for it.
 *
 * Shape:     PENDING -> KEPT with a pool, or BROKEN with an error; once.
 * Ownership: counted: the map of keys, and who waits.
 * Threads:   a lock of its own, taken inside; wakers are fired outside.
 * Source:    ZIO's Promise, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_PROMISE_H
#define OL_RUNTIME_ZIO_PROMISE_H

#include <pthread.h>

#include "reference-runtime/core/wait_list.h"
#include "reference-runtime/zio/zio_pool.h"

enum rt_zio_promise_state {
    RT_ZIO_PENDING,
    RT_ZIO_KEPT,
    RT_ZIO_BROKEN
};

struct rt_zio_promise {
    struct rt_object object;
    uint64_t key;                /* constant */
    struct rt_zio_promise *next; /* owner; the map's, under the map's lock */

    pthread_mutex_t mutex; /* guards all below */
    enum rt_zio_promise_state state;
    int status;               /* why it is broken */
    struct rt_zio_pool *pool; /* owner; NULL until it is about to open */
    struct rt_wait_list waits;
};

/* Makes a promise that is pending. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_zio_promise *rt_zio_promise_create(uint64_t key);

/* Takes one more reference. Returns the promise. */
struct rt_zio_promise *rt_zio_promise_ref(struct rt_zio_promise *promise);

/* Gives a reference back; NULL is fine. */
void rt_zio_promise_unref(struct rt_zio_promise *promise);

/* Shows the pool that is about to be opened; takes a reference. */
void rt_zio_promise_show(
    struct rt_zio_promise *promise, struct rt_zio_pool *pool);

/* Ends it, kept if `status` is 0, and wakes who waits. */
void rt_zio_promise_settle(struct rt_zio_promise *promise, int status);

/* Asks whether it is settled; if not, `wait` is woken when it is. Returns
 * RT_READY and the status, or RT_PENDING. */
OL_MUST_USE enum rt_poll rt_zio_promise_poll(struct rt_zio_promise *promise,
    struct rt_wait *wait, const struct rt_waker *waker, int *status);

/* Stops waiting. */
void rt_zio_promise_leave(struct rt_zio_promise *promise, struct rt_wait *wait);

/* Returns the pool, with a reference; NULL if there is none yet. */
OL_MUST_USE struct rt_zio_pool *rt_zio_promise_pool(
    struct rt_zio_promise *promise);

bool rt_zio_promise_is_pending(struct rt_zio_promise *promise);

/* Returns how many wait for it. */
size_t rt_zio_promise_waiting(struct rt_zio_promise *promise);

#endif
