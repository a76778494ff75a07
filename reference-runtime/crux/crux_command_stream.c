/* crux_command_stream.c - waits for the shell's answers, one after another.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_command_stream.h"

#include "reference-runtime/crux/crux_ask.h"

/* ---- The stream ---- */

struct rt_crux_command_stream {
    struct rt_object object;
    struct rt_crux_ask ask;
};

static void drop_stream(struct rt_object *object)
{
    rt_crux_ask_deinit(&((struct rt_crux_command_stream *)object)->ask);
}

static void each_stream_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_command_stream *const stream =
        (const struct rt_crux_command_stream *)object;
    rt_crux_ask_each_edge(&stream->ask, object, visit, env);
}

static const struct rt_object_type stream_type = {
    .kind = RT_FUTURE,
    .drop = drop_stream,
    .each_edge = each_stream_edge,
};

struct rt_crux_command_stream *rt_crux_command_stream_create(
    struct rt_crux_context *context, intptr_t operation)
{
    struct rt_crux_command_stream *const stream =
        rt_object_create(&stream_type, sizeof *stream);
    if (!stream) return NULL;
    if (rt_crux_ask_init(&stream->ask, context, operation, RT_CRUX_MANY)) {
        rt_object_unref(&stream->object);
        return NULL;
    }
    return stream;
}

void rt_crux_command_stream_unref(struct rt_crux_command_stream *stream)
{
    if (stream) rt_object_unref(&stream->object);
}

/* ---- Its next value ---- */

struct next {
    struct rt_future future;
    struct rt_crux_command_stream *stream; /* owner of a reference */
};

static void drop_next(struct rt_object *object)
{
    rt_crux_command_stream_unref(((struct next *)object)->stream);
}

static void each_next_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct next *const next = (const struct next *)object;
    visit(object, "stream", &next->stream->object, true, env);
}

static enum rt_poll poll_next(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct next *const next = (struct next *)future;
    int err = 0;
    intptr_t value = 0;
    if (rt_crux_ask_poll(&next->stream->ask, waker, &value, &err) == RT_PENDING)
        return RT_PENDING;
    return rt_future_finish(future, err, value);
}

static const struct rt_future_type next_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .drop = drop_next,
            .each_edge = each_next_edge,
        },
    .poll = poll_next,
};

struct rt_future *rt_crux_command_stream_next(
    struct rt_crux_command_stream *stream)
{
    struct next *const next = rt_future_create(&next_type, sizeof *next);
    if (!next) return NULL;
    next->stream = rt_object_ref(&stream->object);
    return &next->future;
}
