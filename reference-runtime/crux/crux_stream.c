/* crux_stream.c - what a task asks of the shell, to be told more than once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_stream.h"

#include <errno.h>

#include "reference-runtime/crux/crux_state.h"

int rt_crux_stream_open(const struct rt_crux_variant *variant,
    const struct rt_crux_sender *shell, intptr_t operation,
    struct rt_crux_stream *out)
{
    struct rt_crux_sender sender;
    struct rt_crux_receiver receiver;
    int err = rt_crux_channel_open(&sender, &receiver);
    if (err) return err;
    struct rt_crux_state *const state = rt_crux_state_create(receiver);
    if (!state) {
        rt_crux_sender_drop(&sender);
        return -ENOMEM;
    }
    struct rt_crux_request *const request =
        rt_crux_request_create(variant, operation, state, sender);
    if (!request) {
        rt_object_unref(rt_crux_state_object(state));
        return -ENOMEM;
    }
    rt_crux_state_arm(state, shell,
        (struct rt_crux_item){.object = rt_crux_request_object(request)});
    out->state = state;
    return 0;
}

enum rt_poll rt_crux_stream_poll_next(const struct rt_crux_stream *stream,
    const struct rt_waker *waker, intptr_t *value_out, int *err_out)
{
    return rt_crux_state_poll(stream->state, waker, value_out, err_out);
}

void rt_crux_stream_drop(struct rt_crux_stream *stream)
{
    struct rt_crux_state *const state = stream->state;
    stream->state = NULL;
    if (state) rt_object_unref(rt_crux_state_object(state));
}

void rt_crux_stream_each_edge(const struct rt_crux_stream *stream,
    const struct rt_object *from, rt_object_edge_fn visit, void *env)
{
    if (stream->state) {
        visit(from, "stream.state", rt_crux_state_object(stream->state), true,
            env);
    }
}
