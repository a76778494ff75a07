/* cancel.h - a source of cancellation, and who has registered to be told.
 *
 * Shape:     a source is cancelled once, and then runs the callbacks of its
 *            registrations, the newest first, on the thread that cancels.
 *            A registration holds its target while it waits for that; the
 *            handle that is left then is an empty shell.
 * Ownership: both counted. The source holds its registrations, weakly held
 *            by them: a source that goes without having been cancelled drops
 *            what they hold.
 * Threads:   all calls from any thread; one lock a source, never held while
 *            a callback runs or a target is dropped.
 * Errors:    create returns NULL and register -ENOMEM when there is no memory.
 * Source:    .NET's CancellationTokenSource, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CANCEL_H
#define OL_RUNTIME_CANCEL_H

#include "reference-runtime/core/object.h"

struct rt_cancel_source;
struct rt_cancel_registration;

/* Told once that the source is cancelled. */
typedef void (*rt_cancel_fn)(struct rt_object *target);

/* Makes a source. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_cancel_source *rt_cancel_create(void);

/* Takes one more reference. Returns the source. */
struct rt_cancel_source *rt_cancel_ref(struct rt_cancel_source *source);

/* Gives a reference back; NULL is fine. */
void rt_cancel_unref(struct rt_cancel_source *source);

/* Returns the header of the source. */
const struct rt_object *rt_cancel_object(const struct rt_cancel_source *source);

/* Cancels: runs every callback, unless somebody else does already. */
void rt_cancel_request(struct rt_cancel_source *source);

/* Returns whether it has been cancelled. NULL never is. */
bool rt_cancel_is_requested(const struct rt_cancel_source *source);

/* Has `run` called with `target`, of which the registration takes a reference
 * of its own. Returns 0 and a handle; -ECANCELED if the source is cancelled
 * already, then `run` has been called here; or -ENOMEM. */
OL_MUST_USE int rt_cancel_register(struct rt_cancel_source *source,
    rt_cancel_fn run, struct rt_object *target,
    struct rt_cancel_registration **out);

/* Takes the handle back. When this returns the callback is not running, nor
 * will it: it waits for a running one, unless called from within. NULL is
 * fine. */
void rt_cancel_unregister(struct rt_cancel_registration *registration);

/* Returns the header of the registration. */
const struct rt_object *rt_cancel_registration_object(
    const struct rt_cancel_registration *registration);

/* Returns how many callbacks are registered and have not begun. */
size_t rt_cancel_registrations(struct rt_cancel_source *source);

#endif
