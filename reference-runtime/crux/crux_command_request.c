/* crux_command_request.c - waits for one answer of the shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_command_request.h"

#include <errno.h>

#include "reference-runtime/crux/crux_ask.h"

struct request {
    struct rt_future future;
    struct rt_crux_ask ask;
};

static void drop(struct rt_object *object)
{
    rt_crux_ask_deinit(&((struct request *)object)->ask);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    rt_crux_ask_each_edge(
        &((const struct request *)object)->ask, object, visit, env);
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct request *const request = (struct request *)future;
    int err = 0;
    intptr_t value = 0;
    if (rt_crux_ask_poll(&request->ask, waker, &value, &err) == RT_PENDING)
        return RT_PENDING;
    if (err == -EPIPE) return RT_PENDING;
    return rt_future_finish(future, err, value);
}

static const struct rt_future_type type = {
    .object = {.kind = RT_FUTURE, .drop = drop, .each_edge = each_edge},
    .poll = poll,
};

struct rt_future *rt_crux_command_request_create(
    struct rt_crux_context *context, intptr_t operation)
{
    struct request *const request = rt_future_create(&type, sizeof *request);
    if (!request) return NULL;
    if (rt_crux_ask_init(&request->ask, context, operation, RT_CRUX_ONCE)) {
        rt_future_drop(&request->future);
        return NULL;
    }
    return &request->future;
}
