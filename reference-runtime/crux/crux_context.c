/* crux_context.c - what the tasks of a command can do to the outside.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_context.h"

#include <errno.h>

/* ---- The object ---- */

static void drop(struct rt_object *object)
{
    struct rt_crux_context *const context = (struct rt_crux_context *)object;
    rt_crux_sender_drop(&context->effects);
    rt_crux_sender_drop(&context->events);
    rt_crux_sender_drop(&context->spawned);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_context *const context =
        (const struct rt_crux_context *)object;
    rt_crux_sender_each_edge(&context->effects, object, visit, env);
    rt_crux_sender_each_edge(&context->events, object, visit, env);
    rt_crux_sender_each_edge(&context->spawned, object, visit, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_context, effects.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_context, events.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_context, spawned.channel, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_CONTEXT,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

static int open_ends(
    struct rt_crux_context *context, struct rt_crux_context_ends *out)
{
    int err = rt_crux_channel_open(&context->effects, &out->effects);
    if (!err) err = rt_crux_channel_open(&context->events, &out->events);
    if (!err) err = rt_crux_channel_open(&context->spawned, &out->spawned);
    return err;
}

struct rt_crux_context *rt_crux_context_create(
    const struct rt_crux_command_variant *variant,
    struct rt_crux_context_ends *out)
{
    struct rt_crux_context *const context =
        rt_object_create(&type, sizeof *context);
    if (!context) return NULL;
    context->variant = variant;
    struct rt_crux_context_ends ends = {0};
    if (open_ends(context, &ends) != 0) {
        rt_crux_context_ends_drop(&ends);
        rt_crux_context_unref(context);
        return NULL;
    }
    *out = ends;
    return context;
}

void rt_crux_context_ends_drop(struct rt_crux_context_ends *ends)
{
    rt_crux_receiver_drop(&ends->spawned);
    rt_crux_receiver_drop(&ends->events);
    rt_crux_receiver_drop(&ends->effects);
}

struct rt_crux_context *rt_crux_context_ref(struct rt_crux_context *context)
{
    return rt_object_ref(&context->object);
}

void rt_crux_context_unref(struct rt_crux_context *context)
{
    if (context) rt_object_unref(&context->object);
}

/* Acquire: what the others sent before they let go has arrived. */
bool rt_crux_context_is_alone(const struct rt_crux_context *context)
{
    return atomic_load_explicit(
               &context->object.strong, memory_order_acquire) == 1;
}

/* ---- Sending ---- */

int rt_crux_context_send_event(struct rt_crux_context *context, intptr_t event)
{
    const struct rt_crux_item item = {.value = event};
    return rt_crux_sender_send(&context->events, item);
}

int rt_crux_context_send_effect(
    struct rt_crux_context *context, struct rt_crux_effect *effect)
{
    const struct rt_crux_item item = {.object = &effect->object};
    return rt_crux_sender_send(&context->effects, item);
}

int rt_crux_context_notify(struct rt_crux_context *context, intptr_t operation)
{
    struct rt_crux_effect *const effect =
        rt_crux_effect_create(operation, (struct rt_crux_resolve){0});
    if (!effect) return -ENOMEM;
    return rt_crux_context_send_effect(context, effect);
}

struct rt_crux_join_handle *rt_crux_context_spawn(
    struct rt_crux_context *context, struct rt_future *future)
{
    struct rt_crux_command_task *const task =
        rt_crux_command_task_create(context->variant, future);
    if (!task) return NULL;
    struct rt_crux_join_handle *const handle =
        rt_crux_join_handle_ref(task->handle);
    const struct rt_crux_item item = {.object = &task->object};
    if (rt_crux_sender_send(&context->spawned, item) == -ENOMEM) {
        rt_crux_join_handle_unref(handle);
        return NULL;
    }
    return handle;
}
