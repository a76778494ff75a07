/* crux_state.h - what both sides of a request to the shell share.
 *
 * Shape:     the task's side polls: state -> the request that is sent at the
 *            first poll; state -> waker of who polled. The shell's side
 *            answers: once, or, where there is a channel for them, often.
 * Ownership: counted; the task's side holds it. The state owns the waker, and
 *            with it what that keeps alive.
 * Threads:   poll by one thread at a time, all else by any. Requests are sent,
 *            wakers fired and dropped outside of the lock.
 * Errors:    as each call says.
 * Source:    crux_core 0.9.0, capability/shell_request.rs, shell_stream.rs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_STATE_H
#define OL_RUNTIME_CRUX_STATE_H

#include "reference-runtime/crux/crux_channel.h"

/* Steps (core/step.h). */
#define RT_CRUX_STEP_ASK    "state: send the request, if that is to be done"
#define RT_CRUX_STEP_LOOK   "state: take the answer, or keep the waker"
#define RT_CRUX_STEP_ANSWER "state: put the answer there"
#define RT_CRUX_STEP_WAKE   "state: take the waker"

struct rt_crux_state;

/* Makes a state; `answers` is taken, none is for one answer. Returns NULL if
 * there is no memory. */
OL_MUST_USE struct rt_crux_state *rt_crux_state_create(
    struct rt_crux_receiver answers);

/* Returns its header, which its references are counted in. */
struct rt_object *rt_crux_state_object(struct rt_crux_state *state);

/* Before the first poll: has that poll send the item, which is taken. */
void rt_crux_state_arm(struct rt_crux_state *state,
    const struct rt_crux_sender *shell, struct rt_crux_item item);

/* Sends what is to be sent. Returns RT_READY and stores 0 and the answer, or
 * a negative errno: -EPIPE if there is no shell, or there are no more answers;
 * -ENOMEM. Or returns RT_PENDING, having kept a clone of the waker. */
OL_MUST_USE enum rt_poll rt_crux_state_poll(struct rt_crux_state *state,
    const struct rt_waker *waker, intptr_t *value_out, int *err_out);

/* Gives the one answer, and wakes who waits for it. */
void rt_crux_state_answer(struct rt_crux_state *state, intptr_t value);

/* Wakes who waits, to look for answers in the channel. */
void rt_crux_state_wake(struct rt_crux_state *state);

#endif
