/* proto_read.c - reads an item from a channel, as soon as there is one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_read.h"

#include <errno.h>

struct read {
    struct rt_future future;
    struct rt_proto_channel *channel; /* owner */
    struct rt_cancel_source *source;  /* owner, or NULL */
    struct rt_proto_wait wait;
    bool has_wait;
};

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct read *const read = (struct read *)future;
    for (;;) {
        if (!read->has_wait) {
            read->wait =
                rt_proto_channel_wait_to_read(read->channel, read->source);
            read->has_wait = true;
        }
        int result = 0;
        if (rt_proto_wait_poll(&read->wait, waker, &result) == RT_PENDING)
            return RT_PENDING;
        read->has_wait = false;
        if (result <= 0)
            return rt_future_finish(future, result ? result : -EPIPE, 0);
        struct rt_proto_item *const item = rt_proto_channel_read(read->channel);
        if (item) return rt_future_finish(future, 0, (intptr_t)item);
    }
}

static void drop(struct rt_object *object)
{
    struct read *const read = (struct read *)object;
    if (read->has_wait) rt_proto_wait_drop(&read->wait);
    rt_proto_channel_unref(read->channel);
    rt_cancel_unref(read->source);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct read *const read = (const struct read *)object;
    visit(object, "channel", rt_proto_channel_object(read->channel), true, env);
    if (read->source)
        visit(object, "source", rt_cancel_object(read->source), true, env);
    if (read->has_wait && read->wait.op) {
        visit(
            object, "wait", rt_proto_wait_op_object(read->wait.op), true, env);
    }
}

static const struct rt_future_type type = {
    .object = {.kind = RT_FUTURE, .drop = drop, .each_edge = each_edge},
    .poll = poll,
};

struct rt_future *rt_proto_read(
    struct rt_proto_channel *channel, struct rt_cancel_source *source)
{
    struct read *const read = rt_future_create(&type, sizeof *read);
    if (!read) return NULL;
    read->channel = rt_proto_channel_ref(channel);
    if (source) read->source = rt_cancel_ref(source);
    return &read->future;
}
