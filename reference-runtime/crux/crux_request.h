/* crux_request.h - what a task asks of the shell.
 *
 * Shape:     two sides of one state. The task polls a *shell request*, which
 *            holds the state; its first poll sends the *request* to the
 *            shell, which resolves it, or just forgets it.
 *            A request does not keep the state; up to 0.2.0 it did, so that
 *            one that was never polled kept itself: state -> unsent request
 *            -> state.
 * Units:     operations and answers are numbers that task and shell agree on.
 * Ownership: a request is counted and the shell's. A shell request is its
 *            holder's, who drops it, answered or not.
 * Threads:   a shell request in one hand at a time. A request by one thread
 *            at a time.
 * Errors:    as each call says.
 * Source:    crux_core 0.9.0, core/request.rs, capability/shell_request.rs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_REQUEST_H
#define OL_RUNTIME_CRUX_REQUEST_H

#include "reference-runtime/crux/crux_channel.h"
#include "reference-runtime/crux/crux_variant.h"

/* Steps (core/step.h). */
#define RT_CRUX_STEP_UPGRADE "request: hold the state, if it is still there"
#define RT_CRUX_STEP_GIVE_UP "shell request: let go of the state"

/* ---- The shell's side ---- */

struct rt_crux_request;
struct rt_crux_state;

/* Makes a request that nobody waits for. Returns NULL if there is no
 * memory. */
OL_MUST_USE struct rt_crux_request *rt_crux_request_notify(intptr_t operation);

/* Makes one that answers that state: once, or as often as one likes by the
 * sender, which is taken. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_crux_request *rt_crux_request_create(
    const struct rt_crux_variant *variant, intptr_t operation,
    struct rt_crux_state *state, struct rt_crux_sender answers);

/* Returns its header. */
struct rt_object *rt_crux_request_object(struct rt_crux_request *request);

/* Returns the request that came as an item through a shell's channel. */
struct rt_crux_request *rt_crux_request_of(const struct rt_crux_item *item);

intptr_t rt_crux_request_operation(const struct rt_crux_request *request);

/* Answers, and wakes who waits; nothing happens if nobody does any more.
 * Returns 0; -EALREADY if no answer is due; for a stream also -EPIPE, if
 * nobody listens, or -ENOMEM. */
OL_MUST_USE int rt_crux_request_resolve(
    struct rt_crux_request *request, intptr_t value);

/* Forgets it; NULL is fine. */
void rt_crux_request_drop(struct rt_crux_request *request);

/* ---- The task's side ---- */

/* All zero: none. */
struct rt_crux_shell_request {
    struct rt_crux_state *state; /* owner */
};

/* Stores a request that its first poll will send to the shell. Returns 0 or
 * -ENOMEM. */
OL_MUST_USE int rt_crux_shell_request_open(
    const struct rt_crux_variant *variant, const struct rt_crux_sender *shell,
    intptr_t operation, struct rt_crux_shell_request *out);

/* Returns RT_READY and stores 0 and the answer, or -EPIPE if there is no
 * shell, or -ENOMEM; or RT_PENDING. */
OL_MUST_USE enum rt_poll rt_crux_shell_request_poll(
    const struct rt_crux_shell_request *request, const struct rt_waker *waker,
    intptr_t *value_out, int *err_out);

/* Gives it back and leaves none; none is fine. */
void rt_crux_shell_request_drop(struct rt_crux_shell_request *request);

/* Visits what it points at, on behalf of its holder. */
void rt_crux_shell_request_each_edge(
    const struct rt_crux_shell_request *request, const struct rt_object *from,
    rt_object_edge_fn visit, void *env);

#endif
