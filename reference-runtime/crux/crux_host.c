/* crux_host.c - a command as a task of another.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_host.h"

#include <errno.h>

struct host {
    struct rt_future future;
    struct rt_crux_context *context; /* owner of a reference */
    struct rt_crux_command *hosted;  /* owner */
};

static void drop(struct rt_object *object)
{
    struct host *const host = (struct host *)object;
    rt_crux_command_unref(host->hosted);
    rt_crux_context_unref(host->context);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct host *const host = (const struct host *)object;
    visit(object, "context", &host->context->object, true, env);
    visit(object, "hosted", rt_crux_command_object(host->hosted), true, env);
}

/* Nobody is left to hear of it where the hosting command is gone. */
static int send_on(struct host *host, struct rt_crux_item item)
{
    const struct rt_crux_sender *const sender =
        item.object ? &host->context->effects : &host->context->events;
    const int err = rt_crux_sender_send(sender, item);
    return err == -EPIPE ? 0 : err;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct host *const host = (struct host *)future;
    for (;;) {
        int err = 0;
        struct rt_crux_item item = {0};
        if (rt_crux_command_poll(host->hosted, waker, &item, &err) ==
            RT_PENDING)
            return RT_PENDING;
        if (!err) err = send_on(host, item);
        if (err) return rt_future_finish(future, err == -EPIPE ? 0 : err, 0);
    }
}

static const struct rt_future_type type = {
    .object = {.kind = RT_FUTURE, .drop = drop, .each_edge = each_edge},
    .poll = poll,
};

struct rt_future *rt_crux_host_create(
    struct rt_crux_context *context, struct rt_crux_command *hosted)
{
    if (!hosted) return NULL;
    struct host *const host = rt_future_create(&type, sizeof *host);
    if (!host) {
        rt_crux_command_unref(hosted);
        return NULL;
    }
    host->context = rt_crux_context_ref(context);
    host->hosted = hosted;
    return &host->future;
}
