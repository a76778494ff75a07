/* waker_mailbox.h - threads that wake whoever leaves a waker with them.
 *
 * Shape:     a stack of wakers, and threads that take one each and fire it.
 * Ownership: the caller's storage; it owns the wakers left in it.
 * Threads:   put from any thread, the rest from one.
 * Errors:    0 or a negative errno.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_WAKER_MAILBOX_H
#define OL_RUNTIME_WAKER_MAILBOX_H

#include <pthread.h>

#include "reference-runtime/core/waker.h"

struct rt_waker_mailbox {
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t filled; /* or closed */
    pthread_cond_t idle;
    struct rt_waker *wakers; /* owner */
    size_t count;
    size_t capacity;
    size_t busy; /* threads that are firing one */
    bool closed;
    size_t thread_count;
    pthread_t *threads; /* owner */
};

/* Starts that many threads; there is room for `capacity` wakers. */
OL_MUST_USE int rt_waker_mailbox_init(
    struct rt_waker_mailbox *mailbox, size_t threads, size_t capacity);

/* Leaves a waker, which is fired soon, by another thread. One too many is a
 * programming error. */
void rt_waker_mailbox_put(
    struct rt_waker_mailbox *mailbox, struct rt_waker waker);

/* Waits until all that was left has been fired. */
void rt_waker_mailbox_wait_idle(struct rt_waker_mailbox *mailbox);

/* Waits until idle and ends the threads. */
void rt_waker_mailbox_deinit(struct rt_waker_mailbox *mailbox);

#endif
