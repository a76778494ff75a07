/* waker.h - how whoever waits is told to look again.
 *
 * Shape:     two words, as Rust's: what it can do and whom it does it to. It
 *            is the one way to be woken, for tasks, threads and callbacks.
 * Ownership: a waker owns whatever its data stands for: clone makes one more
 *            owner, drop gives it back. Who keeps a waker beyond the call that
 *            showed it clones it, and so keeps alive what it wakes.
 * Threads:   as its type says; all of ours from any thread. Wake and drop
 *            outside of locks: they may run the code of users.
 * Source:    Rust's core::task::Waker, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_WAKER_H
#define OL_RUNTIME_WAKER_H

#include <stdbool.h>

#include "reference-runtime/core/object.h"

struct rt_waker_type {
    /* Has the sleeper look again; the waker stays whole. */
    void (*wake)(void *data);
    /* Returns the data of one more waker. NULL, as drop is then: the data is
     * an rt_object, and each waker owns a reference to it. */
    void *(*clone)(void *data);
    void (*drop)(void *data);
};

/* All zero: nobody to wake. */
struct rt_waker {
    const struct rt_waker_type *type; /* borrowed, static */
    void *data;
};

/* Returns one more waker of the same sleeper. */
OL_MUST_USE struct rt_waker rt_waker_clone(const struct rt_waker *waker);

/* Wakes; nothing happens where there is nobody. */
void rt_waker_wake(const struct rt_waker *waker);

/* Gives the waker back and leaves nobody. */
void rt_waker_drop(struct rt_waker *waker);

/* Wakes and gives back. */
void rt_waker_fire(struct rt_waker *waker);

/* Returns whether both wake the same sleeper. */
bool rt_waker_is_same(const struct rt_waker *one, const struct rt_waker *other);

/* Makes `kept` a waker of the sleeper of `shown`, without a new clone where
 * it is one already. Returns the one it was, for the caller to drop outside
 * of locks. */
OL_MUST_USE struct rt_waker rt_waker_replace(
    struct rt_waker *kept, const struct rt_waker *shown);

/* Visits the object that the waker owns, if it is one, as a field of
 * `from`. */
void rt_waker_each_edge(const struct rt_waker *waker,
    const struct rt_object *from, const char *field, rt_object_edge_fn visit,
    void *env);

#endif
