/* crux_capability.c - what the tasks of an app may do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_capability.h"

#include <errno.h>

/* Constant once made. */
struct rt_crux_capability {
    struct rt_object object;
    struct rt_crux_spawner spawner; /* owner */
    struct rt_crux_sender shell;    /* owner */
    struct rt_crux_sender events;   /* owner */
};

static void drop_capability(struct rt_object *object)
{
    struct rt_crux_capability *const capability =
        (struct rt_crux_capability *)object;
    rt_crux_sender_drop(&capability->events);
    rt_crux_sender_drop(&capability->shell);
    rt_crux_spawner_drop(&capability->spawner);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_capability *const capability =
        (const struct rt_crux_capability *)object;
    rt_crux_sender_each_edge(&capability->spawner.sender, object, visit, env);
    rt_crux_sender_each_edge(&capability->shell, object, visit, env);
    rt_crux_sender_each_edge(&capability->events, object, visit, env);
}

static const struct rt_object_field capability_fields[] = {
    RT_OBJECT_FIELD(
        struct rt_crux_capability, spawner.sender.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_capability, shell.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_capability, events.channel, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type capability_type = {
    .kind = RT_CAPABILITY,
    .fields = capability_fields,
    .drop = drop_capability,
    .each_edge = each_edge,
};

struct rt_crux_capability *rt_crux_capability_create(
    const struct rt_crux_spawner *spawner, const struct rt_crux_sender *shell,
    const struct rt_crux_sender *events)
{
    struct rt_crux_capability *const capability =
        rt_object_create(&capability_type, sizeof *capability);
    if (!capability) return NULL;
    capability->spawner = rt_crux_spawner_clone(spawner);
    capability->shell = rt_crux_sender_clone(shell);
    capability->events = rt_crux_sender_clone(events);
    return capability;
}

struct rt_crux_capability *rt_crux_capability_ref(
    struct rt_crux_capability *capability)
{
    return rt_object_ref(&capability->object);
}

void rt_crux_capability_unref(struct rt_crux_capability *capability)
{
    if (capability) rt_object_unref(&capability->object);
}

const struct rt_object *rt_crux_capability_object(
    const struct rt_crux_capability *capability)
{
    return &capability->object;
}

int rt_crux_capability_spawn(
    struct rt_crux_capability *capability, struct rt_future *future)
{
    return rt_crux_spawner_spawn(&capability->spawner, future);
}

int rt_crux_capability_notify(
    struct rt_crux_capability *capability, intptr_t operation)
{
    struct rt_crux_request *const request = rt_crux_request_notify(operation);
    if (!request) return -ENOMEM;
    return rt_crux_sender_send(&capability->shell,
        (struct rt_crux_item){.object = rt_crux_request_object(request)});
}

int rt_crux_capability_request(struct rt_crux_capability *capability,
    intptr_t operation, struct rt_crux_shell_request *out)
{
    return rt_crux_shell_request_open(
        capability->spawner.variant, &capability->shell, operation, out);
}

int rt_crux_capability_stream(struct rt_crux_capability *capability,
    intptr_t operation, struct rt_crux_stream *out)
{
    return rt_crux_stream_open(
        capability->spawner.variant, &capability->shell, operation, out);
}

int rt_crux_capability_update_app(
    struct rt_crux_capability *capability, struct rt_crux_item event)
{
    return rt_crux_sender_send(&capability->events, event);
}
