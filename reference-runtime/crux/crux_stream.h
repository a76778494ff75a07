/* crux_stream.h - what a task asks of the shell, to be told more than once.
 *
 * Shape:     as crux_request.h, but the two sides also share a channel, of
 *            the answers that the task has not looked at yet.
 * Ownership: a stream is its holder's, who drops it, ended or not. After
 *            that the shell's resolve fails.
 * Threads:   a stream in one hand at a time.
 * Errors:    as each call says.
 * Source:    crux_core 0.9.0, capability/shell_stream.rs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_STREAM_H
#define OL_RUNTIME_CRUX_STREAM_H

#include "reference-runtime/crux/crux_request.h"

/* All zero: none. */
struct rt_crux_stream {
    struct rt_crux_state *state; /* owner */
};

/* Stores a stream; its first poll will send the request to the shell. Returns
 * 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_stream_open(const struct rt_crux_variant *variant,
    const struct rt_crux_sender *shell, intptr_t operation,
    struct rt_crux_stream *out);

/* Returns RT_READY and stores 0 and the next answer, or -EPIPE if the shell
 * has let go of the request, or there is none, or -ENOMEM; or RT_PENDING. */
OL_MUST_USE enum rt_poll rt_crux_stream_poll_next(
    const struct rt_crux_stream *stream, const struct rt_waker *waker,
    intptr_t *value_out, int *err_out);

/* Gives it back and leaves none; none is fine. */
void rt_crux_stream_drop(struct rt_crux_stream *stream);

/* Visits what it points at, on behalf of its holder. */
void rt_crux_stream_each_edge(const struct rt_crux_stream *stream,
    const struct rt_object *from, rt_object_edge_fn visit, void *env);

#endif
