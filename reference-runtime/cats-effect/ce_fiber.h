/* ce_fiber.h - something that runs, seen by who waits for its end.
 *
 * Shape:     an event (ce_event.h) whose value is the outcome. Besides who
 *            joins it may have a listener: the root callback, called first.
 *            A join that is cancelled leaves a cleared node until the fiber
 *            ends; in every version, as no join ever packs (unpacked). Ours
 *            (packed) counts and packs as a deferred does.
 * Ownership: counted; create gives the caller one reference.
 * Threads:   all calls from any thread, at once.
 * Errors:    create returns NULL when there is no memory.
 * Source:    IOFiber.scala of Cats Effect; typelevel/fs2-kafka#1318.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_FIBER_H
#define OL_RUNTIME_CE_FIBER_H

#include "reference-runtime/cats-effect/ce_event.h"
#include "reference-runtime/core/future.h"

struct rt_ce_fiber;

/* Makes one that runs, of a version that has a stack. `join` says how its
 * joins are cancelled. */
OL_MUST_USE struct rt_ce_fiber *rt_ce_fiber_create(
    const struct rt_ce_variant *variant, const struct rt_ce_join_variant *join);

/* Takes one more reference. Returns the fiber. */
struct rt_ce_fiber *rt_ce_fiber_ref(struct rt_ce_fiber *fiber);

/* Gives a reference back; NULL is fine. */
void rt_ce_fiber_unref(struct rt_ce_fiber *fiber);

/* Returns its header. */
struct rt_object *rt_ce_fiber_object(struct rt_ce_fiber *fiber);

/* Has `callback` called with the outcome, before all others; takes a
 * reference of its own. NULL: nobody. */
void rt_ce_fiber_set_listener(
    struct rt_ce_fiber *fiber, struct rt_ce_callback *callback);

/* Has `callback` called with the outcome, as rt_ce_event_wait. */
OL_MUST_USE int rt_ce_fiber_join(struct rt_ce_fiber *fiber,
    struct rt_ce_callback *callback, struct rt_ce_wait *wait_out);

/* Makes a future that is ready with the outcome. Returns NULL if there is no
 * memory. */
OL_MUST_USE struct rt_future *rt_ce_fiber_await(struct rt_ce_fiber *fiber);

/* Returns whether it has ended, and how. */
bool rt_ce_fiber_outcome(const struct rt_ce_fiber *fiber, intptr_t *value_out);

/* Ends it with an outcome, any but RT_CE_UNSET, and calls who waits.
 * `applied_out` is told how that went; it may be NULL. Returns whether this
 * was the first time; else nothing is changed. */
bool rt_ce_fiber_done(struct rt_ce_fiber *fiber, intptr_t outcome,
    struct rt_ce_applied *applied_out);

/* Returns the counts; exact while nobody changes anything. */
struct rt_ce_event_counts rt_ce_fiber_counts(struct rt_ce_fiber *fiber);

#endif
