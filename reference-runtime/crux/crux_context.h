/* crux_context.h - what the tasks of a command can do to the outside.
 *
 * Shape:     three senders: of effects to the shell, of events to the app, of
 *            tasks to the command itself.
 * Ownership: counted. The command holds one reference, each future that may
 *            still use it another: while there are such the command is not
 *            done (0.16.1, #423).
 * Threads:   all calls from any thread.
 * Errors:    -ENOMEM; -EPIPE: the command is gone.
 * Source:    crux_core's CommandContext, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_CONTEXT_H
#define OL_RUNTIME_CRUX_CONTEXT_H

#include "reference-runtime/crux/crux_command_task.h"
#include "reference-runtime/crux/crux_effect.h"

/* The fields are for the command. */
struct rt_crux_context {
    struct rt_object object;
    const struct rt_crux_command_variant *variant; /* borrowed */
    struct rt_crux_sender effects;                 /* owner */
    struct rt_crux_sender events;                  /* owner */
    struct rt_crux_sender spawned;                 /* owner */
};

/* The other ends. */
struct rt_crux_context_ends {
    struct rt_crux_receiver effects; /* of struct rt_crux_effect */
    struct rt_crux_receiver events;  /* of values */
    struct rt_crux_receiver spawned; /* of struct rt_crux_command_task */
};

/* Makes a context and stores the other ends. Returns NULL if there is no
 * memory. */
OL_MUST_USE struct rt_crux_context *rt_crux_context_create(
    const struct rt_crux_command_variant *variant,
    struct rt_crux_context_ends *out);

/* Gives the other ends back. */
void rt_crux_context_ends_drop(struct rt_crux_context_ends *ends);

/* Takes one more reference. Returns the context. */
struct rt_crux_context *rt_crux_context_ref(struct rt_crux_context *context);

/* Gives a reference back; NULL is fine. */
void rt_crux_context_unref(struct rt_crux_context *context);

/* Returns whether nobody but the command holds it. */
bool rt_crux_context_is_alone(const struct rt_crux_context *context);

/* Sends an event to the app. Returns 0 or a negative errno. */
OL_MUST_USE int rt_crux_context_send_event(
    struct rt_crux_context *context, intptr_t event);

/* Asks for something that nobody will answer. Returns 0 or a negative
 * errno. */
OL_MUST_USE int rt_crux_context_notify(
    struct rt_crux_context *context, intptr_t operation);

/* Sends an effect; takes it, in any case. Returns 0 or a negative errno. */
OL_MUST_USE int rt_crux_context_send_effect(
    struct rt_crux_context *context, struct rt_crux_effect *effect);

/* Has the command run one more task; takes the future, in any case; NULL is
 * no memory. Returns a handle, or NULL. */
OL_MUST_USE struct rt_crux_join_handle *rt_crux_context_spawn(
    struct rt_crux_context *context, struct rt_future *future);

#endif
