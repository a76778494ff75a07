/* crux_listener.c - a future that listens to the shell until it is done.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_listener.h"

struct listener {
    struct rt_future future;
    struct rt_crux_stream stream; /* owner */
    long *events;                 /* borrowed */
};

static void drop_listener(struct rt_object *object)
{
    rt_crux_stream_drop(&((struct listener *)object)->stream);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    rt_crux_stream_each_edge(
        &((const struct listener *)object)->stream, object, visit, env);
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct listener *const listener = (struct listener *)future;
    intptr_t answer = 0;
    int err = 0;
    for (;;) {
        if (rt_crux_stream_poll_next(&listener->stream, waker, &answer, &err) ==
            RT_PENDING)
            return RT_PENDING;
        if (err || answer == RT_CRUX_DONE) break;
        ++*listener->events;
    }
    rt_crux_stream_drop(&listener->stream);
    return rt_future_finish(future, err, answer);
}

static const struct rt_object_field listener_fields[] = {
    RT_OBJECT_FIELD(struct listener, stream.state, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct listener, events, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_future_type listener_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = listener_fields,
            .drop = drop_listener,
            .each_edge = each_edge,
        },
    .poll = poll,
};

struct rt_future *rt_crux_listener(const struct rt_crux_variant *variant,
    const struct rt_crux_sender *shell, long *events)
{
    struct listener *const listener =
        rt_future_create(&listener_type, sizeof *listener);
    if (!listener) return NULL;
    listener->events = events;
    if (rt_crux_stream_open(variant, shell, 0, &listener->stream) == 0)
        return &listener->future;
    rt_future_drop(&listener->future);
    return NULL;
}
