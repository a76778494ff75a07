/* crux_core.h - an app and the executor that runs its tasks.
 *
 * Shape:     event -> update(model, event, capability) -> tasks -> requests to
 *            the shell and events to the app; the shell resolves a request
 *            -> tasks -> … Each call runs all of that until nothing moves.
 * Ownership: created and destroyed; the model is borrowed. The core holds
 *            the requests that the shell has not taken yet.
 * Threads:   process, resolve and take from any thread; update runs by one
 *            thread at a time, under the model's lock, and must not call
 *            the core.
 * Errors:    as each call says. Aborts as crux_executor.h says.
 * Source:    crux_core 0.9.0, core/mod.rs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_CORE_H
#define OL_RUNTIME_CRUX_CORE_H

#include "reference-runtime/crux/crux_capability.h"
#include "reference-runtime/crux/crux_executor.h"

struct rt_crux_core;

struct rt_crux_app {
    /* Takes the event. */
    void (*update)(void *model, struct rt_crux_item event,
        struct rt_crux_capability *capability);
    void *model; /* borrowed */
};

/* Makes a core and stores it. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_core_create(const struct rt_crux_variant *variant,
    struct rt_crux_app app, struct rt_crux_core **out);

/* Drops the core, running tasks or not; NULL is fine. */
void rt_crux_core_destroy(struct rt_crux_core *core);

/* Has the app update its model, then runs; the event is taken. */
void rt_crux_core_process(struct rt_crux_core *core, struct rt_crux_item event);

/* Resolves a request of this core, then runs. Returns what
 * rt_crux_request_resolve does. */
OL_MUST_USE int rt_crux_core_resolve(
    struct rt_crux_core *core, struct rt_crux_request *request, intptr_t value);

/* Takes the oldest request for the shell, which becomes the caller's. Returns
 * it, or NULL. */
OL_MUST_USE struct rt_crux_request *rt_crux_core_take(
    struct rt_crux_core *core);

/* Returns what is queued, and how many slots there are. */
struct rt_crux_executor_counts rt_crux_core_counts(struct rt_crux_core *core);

/* Returns its header. */
const struct rt_object *rt_crux_core_object(const struct rt_crux_core *core);

#endif
