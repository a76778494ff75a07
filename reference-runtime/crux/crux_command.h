/* crux_command.h - tasks that run together, and what they ask and say.
 *
 * Shape:     spawned tasks -> slab of tasks <- numbers of those that are
 *            ready; effects and events come out. A task that is pending, that
 *            nobody could wake and that nobody has woken, is evicted: so the
 *            shell cancels a task by letting go of its request. A command may
 *            host others (crux_host.h).
 * Ownership: counted. The command owns its tasks and what they sent. Who is
 *            given an effect owns it.
 * Threads:   one at a time for each command; its wakers, handles, effects
 *            and contexts are for any thread.
 * Errors:    create and spawn return NULL when there is no memory. After
 *            -ENOMEM run can be called again; a task that there was no place
 *            for is dropped.
 * Source:    crux_core's Command, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_H
#define OL_RUNTIME_CRUX_COMMAND_H

#include "reference-runtime/crux/crux_abort_handle.h"
#include "reference-runtime/crux/crux_context.h"

struct rt_crux_command;

/* What became of its tasks, and what is waiting. */
struct rt_crux_command_counts {
    size_t tasks;     /* that are not done */
    size_t slots;     /* that the slab of tasks ever used */
    size_t unspawned; /* in the queue of spawned ones */
    size_t effects;
    size_t events;
    size_t completed;
    size_t evicted;
    size_t aborted;
};

/* Makes a command without tasks. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_crux_command *rt_crux_command_create(
    const struct rt_crux_command_variant *variant);

/* Gives it back, with its tasks; NULL is fine. */
void rt_crux_command_unref(struct rt_crux_command *command);

/* Returns its header. */
const struct rt_object *rt_crux_command_object(
    const struct rt_crux_command *command);

const struct rt_crux_command_variant *rt_crux_command_variant(
    const struct rt_crux_command *command);

/* Returns the context for its tasks, borrowed. */
struct rt_crux_context *rt_crux_command_context(
    struct rt_crux_command *command);

/* Adds a task; takes the future, in any case; NULL is no memory. Returns 0 or
 * -ENOMEM. For a handle, spawn from the context. */
OL_MUST_USE int rt_crux_command_spawn(
    struct rt_crux_command *command, struct rt_future *future);

/* Returns a handle to abort it. */
struct rt_crux_abort_handle *rt_crux_command_abort_handle(
    struct rt_crux_command *command);

/* Runs tasks until none is ready. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_command_run(struct rt_crux_command *command);

/* Runs, and takes the effect that was sent first. Returns it, or NULL. */
OL_MUST_USE struct rt_crux_effect *rt_crux_command_take_effect(
    struct rt_crux_command *command);

/* Runs, and takes the event that was sent first. Returns whether there was
 * one. */
OL_MUST_USE bool rt_crux_command_take_event(
    struct rt_crux_command *command, intptr_t *out);

/* Runs, and returns whether nothing will ever come again. */
bool rt_crux_command_is_done(struct rt_crux_command *command);

/* Runs, and hands out what was sent, events first. RT_READY: with 0 an effect
 * or an event, with -EPIPE the end, with -ENOMEM no more than that. While
 * pending it keeps a clone of the waker. */
OL_MUST_USE enum rt_poll rt_crux_command_poll(struct rt_crux_command *command,
    const struct rt_waker *waker, struct rt_crux_item *out, int *err_out);

/* Returns the counts, as of the last run. */
struct rt_crux_command_counts rt_crux_command_counts(
    const struct rt_crux_command *command);

#endif
