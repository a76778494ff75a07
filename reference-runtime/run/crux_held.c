/* crux_held.c - a task that holds a payload while it waits for the shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_held.h"

#include "reference-runtime/crux/crux_command_request.h"

struct held {
    struct rt_future future;
    struct rt_payload *payload; /* owner of a reference */
    struct rt_future *request;  /* owner */
};

static void drop(struct rt_object *object)
{
    struct held *const held = (struct held *)object;
    rt_future_drop(held->request);
    rt_payload_unref(held->payload);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct held *const held = (const struct held *)object;
    visit(object, "request", &held->request->object, true, env);
    visit(object, "payload", &held->payload->object, true, env);
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    const struct held *const held = (const struct held *)future;
    if (rt_future_poll(held->request, waker) == RT_PENDING) return RT_PENDING;
    return rt_future_finish(
        future, held->request->status, held->request->value);
}

static const struct rt_future_type type = {
    .object = {.kind = RT_FUTURE, .drop = drop, .each_edge = each_edge},
    .poll = poll,
};

struct rt_future *rt_crux_held_create(
    struct rt_crux_context *context, intptr_t operation, size_t payload_bytes)
{
    struct held *const held = rt_future_create(&type, sizeof *held);
    if (!held) return NULL;
    held->payload = rt_payload_create(payload_bytes);
    held->request = rt_crux_command_request_create(context, operation);
    if (held->payload && held->request) return &held->future;
    rt_future_drop(&held->future);
    return NULL;
}

struct rt_crux_command *rt_crux_held_command(
    const struct rt_crux_command_variant *variant, intptr_t operation,
    size_t payload_bytes)
{
    struct rt_crux_command *const command = rt_crux_command_create(variant);
    if (!command) return NULL;
    struct rt_crux_context *const context = rt_crux_command_context(command);
    if (rt_crux_command_spawn(command,
            rt_crux_held_create(context, operation, payload_bytes)) == 0)
        return command;
    rt_crux_command_unref(command);
    return NULL;
}
