/* ce_deferred.h - a value that is not there yet.
 *
 * Shape:     an event (ce_event.h) of one's own: completed once, with a
 *            value; whoever gets it before that waits.
 * Ownership: counted; create gives the caller one reference.
 * Threads:   all calls from any thread, at once.
 * Errors:    create returns NULL when there is no memory.
 * Source:    IODeferred.scala of Cats Effect, 3.4.3 to 3.5.4, and, where the
 *            version is a map, AsyncDeferred of its kernel.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_DEFERRED_H
#define OL_RUNTIME_CE_DEFERRED_H

#include "reference-runtime/cats-effect/ce_event.h"
#include "reference-runtime/core/future.h"

struct rt_ce_deferred;

/* Makes one of that version. */
OL_MUST_USE struct rt_ce_deferred *rt_ce_deferred_create(
    const struct rt_ce_variant *variant);

/* Takes one more reference. Returns the deferred. */
struct rt_ce_deferred *rt_ce_deferred_ref(struct rt_ce_deferred *deferred);

/* Gives a reference back; NULL is fine. */
void rt_ce_deferred_unref(struct rt_ce_deferred *deferred);

/* Returns its header. */
struct rt_object *rt_ce_deferred_object(struct rt_ce_deferred *deferred);

/* Has `callback` called with the value when it comes, as rt_ce_event_wait. */
OL_MUST_USE int rt_ce_deferred_get(struct rt_ce_deferred *deferred,
    struct rt_ce_callback *callback, struct rt_ce_wait *wait_out);

/* Makes a future that is ready with the value when it comes. Returns NULL if
 * there is no memory. */
OL_MUST_USE struct rt_future *rt_ce_deferred_await(
    struct rt_ce_deferred *deferred);

/* Returns whether there is a value, and which. */
bool rt_ce_deferred_try_get(
    const struct rt_ce_deferred *deferred, intptr_t *value_out);

/* Completes it with a value, any but RT_CE_UNSET, and calls who waits.
 * `applied_out` is told how that went; it may be NULL. Returns whether this
 * was the first time; else nothing is changed. */
bool rt_ce_deferred_complete(struct rt_ce_deferred *deferred, intptr_t value,
    struct rt_ce_applied *applied_out);

/* Returns how many cleared nodes it believes to be linked; unlike the counts,
 * at once. */
int rt_ce_deferred_clear_counter(const struct rt_ce_deferred *deferred);

/* Returns the counts; exact while nobody changes anything. */
struct rt_ce_event_counts rt_ce_deferred_counts(
    struct rt_ce_deferred *deferred);

#endif
