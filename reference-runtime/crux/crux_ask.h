/* crux_ask.h - a question to the shell, and the way back of the answers.
 *
 * Shape:     the effect to be sent, and the receiver of what its resolve
 *            sends. Nothing is sent before the first poll.
 * Ownership: embedded in a request or a stream, which polls it.
 * Threads:   one at a time.
 * Errors:    -ENOMEM; -EPIPE: the shell has let go, no answer will come.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_ASK_H
#define OL_RUNTIME_CRUX_ASK_H

#include "reference-runtime/crux/crux_context.h"

struct rt_crux_ask {
    struct rt_crux_context *context; /* owner of a reference */
    struct rt_crux_effect *unsent;   /* owner; NULL once sent */
    struct rt_crux_receiver answers; /* owner */
};

/* Makes the question. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_ask_init(struct rt_crux_ask *ask,
    struct rt_crux_context *context, intptr_t operation,
    enum rt_crux_answers answers);

/* Gives up the question; one of all zeros is fine. */
void rt_crux_ask_deinit(struct rt_crux_ask *ask);

/* Asks whether there is an answer: RT_READY with 0 and the value, or with an
 * error. While pending it keeps a clone of the waker. */
OL_MUST_USE enum rt_poll rt_crux_ask_poll(struct rt_crux_ask *ask,
    const struct rt_waker *waker, intptr_t *value_out, int *err_out);

/* Visits what it points at, on behalf of its holder. */
void rt_crux_ask_each_edge(const struct rt_crux_ask *ask,
    const struct rt_object *from, rt_object_edge_fn visit, void *env);

#endif
