/* crux_capability.h - what the tasks of an app may do.
 *
 * Shape:     capability -> spawner, sender of requests to the shell, sender
 *            of events to the app. Tasks hold it for as long as they use it.
 * Ownership: counted. It does not keep executor, shell or app.
 * Threads:   all calls from any thread.
 * Errors:    as each call says.
 * Source:    crux_core 0.9.0, capability/mod.rs: CapabilityContext.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_CAPABILITY_H
#define OL_RUNTIME_CRUX_CAPABILITY_H

#include "reference-runtime/crux/crux_spawner.h"
#include "reference-runtime/crux/crux_stream.h"

struct rt_crux_capability;

/* Makes one; it takes one more of each. Returns NULL if there is no
 * memory. */
OL_MUST_USE struct rt_crux_capability *rt_crux_capability_create(
    const struct rt_crux_spawner *spawner, const struct rt_crux_sender *shell,
    const struct rt_crux_sender *events);

/* Takes one more reference. Returns the capability. */
struct rt_crux_capability *rt_crux_capability_ref(
    struct rt_crux_capability *capability);

/* Gives a reference back; NULL is fine. */
void rt_crux_capability_unref(struct rt_crux_capability *capability);

/* Returns its header. */
const struct rt_object *rt_crux_capability_object(
    const struct rt_crux_capability *capability);

/* Starts a task; takes the future. Returns 0, -ENOMEM or -EPIPE. */
OL_MUST_USE int rt_crux_capability_spawn(
    struct rt_crux_capability *capability, struct rt_future *future);

/* Tells the shell something that needs no answer. Returns 0, -ENOMEM or
 * -EPIPE. */
OL_MUST_USE int rt_crux_capability_notify(
    struct rt_crux_capability *capability, intptr_t operation);

/* Stores a request for one answer. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_capability_request(
    struct rt_crux_capability *capability, intptr_t operation,
    struct rt_crux_shell_request *out);

/* Stores a request for any number of answers. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_capability_stream(struct rt_crux_capability *capability,
    intptr_t operation, struct rt_crux_stream *out);

/* Sends the app an event, which is taken. Returns 0, -ENOMEM or -EPIPE. */
OL_MUST_USE int rt_crux_capability_update_app(
    struct rt_crux_capability *capability, struct rt_crux_item event);

#endif
