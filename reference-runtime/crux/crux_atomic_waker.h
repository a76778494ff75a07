/* crux_atomic_waker.h - one place for one waker, without a lock.
 *
 * Shape:     a slot that one side fills and any other empties. WAITING (free
 *            to touch) -> REGISTERING (the owner writes) or WAKING (a waker
 *            is taken out); who comes while the other is at it leaves word,
 *            and the other does its work.
 * Ownership: counted; the slot owns the waker in it. Wakers that a command
 *            hands out hold it, to wake the command's own host.
 * Threads:   wake from any thread; register from one at a time.
 * Source:    AtomicWaker of Rust's futures, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_ATOMIC_WAKER_H
#define OL_RUNTIME_CRUX_ATOMIC_WAKER_H

#include "reference-runtime/core/object.h"
#include "reference-runtime/core/waker.h"

struct rt_crux_atomic_waker;

/* Makes an empty one. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_crux_atomic_waker *rt_crux_atomic_waker_create(void);

/* Takes one more reference. Returns the slot. */
struct rt_crux_atomic_waker *rt_crux_atomic_waker_ref(
    struct rt_crux_atomic_waker *slot);

/* Gives a reference back; NULL is fine. */
void rt_crux_atomic_waker_unref(struct rt_crux_atomic_waker *slot);

/* Returns its header. */
const struct rt_object *rt_crux_atomic_waker_object(
    const struct rt_crux_atomic_waker *slot);

/* Keeps a clone of `waker` in place of the one before. A wake that comes
 * meanwhile is not lost. */
void rt_crux_atomic_waker_register(
    struct rt_crux_atomic_waker *slot, const struct rt_waker *waker);

/* Fires the waker that is kept, if there is one. */
void rt_crux_atomic_waker_wake(struct rt_crux_atomic_waker *slot);

#endif
