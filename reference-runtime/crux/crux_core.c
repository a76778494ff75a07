/* crux_core.c - an app and the executor that runs its tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_core.h"

#include <errno.h>
#include <pthread.h>

struct rt_crux_core {
    struct rt_object object;
    struct rt_crux_capability *capability; /* owner */
    struct rt_crux_receiver requests;      /* owner */
    struct rt_crux_receiver events;        /* owner */
    struct rt_crux_executor *executor;     /* owner */

    pthread_mutex_t mutex; /* held by update; guards the app's model */
    struct rt_crux_app app;
};

/* The executor goes last: a task that owns itself must not be woken when it
 * is gone. */
static void drop_core(struct rt_object *object)
{
    struct rt_crux_core *const core = (struct rt_crux_core *)object;
    rt_crux_capability_unref(core->capability);
    rt_crux_receiver_drop(&core->requests);
    rt_crux_receiver_drop(&core->events);
    rt_crux_executor_destroy(core->executor);
    pthread_mutex_destroy(&core->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_core *const core = (const struct rt_crux_core *)object;
    visit(object, "capability", rt_crux_capability_object(core->capability),
        true, env);
    rt_crux_receiver_each_edge(&core->requests, object, visit, env);
    rt_crux_receiver_each_edge(&core->events, object, visit, env);
    visit(
        object, "executor", rt_crux_executor_object(core->executor), true, env);
}

static const struct rt_object_field core_fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_core, capability, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_core, requests.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_core, events.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_core, executor, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type core_type = {
    .kind = RT_CORE,
    .fields = core_fields,
    .drop = drop_core,
    .each_edge = each_edge,
};

/* Makes what the core runs on; what was made is in it even on failure. */
static int furnish(
    struct rt_crux_core *core, const struct rt_crux_variant *variant)
{
    struct rt_crux_spawner spawner = {0};
    struct rt_crux_sender shell = {0};
    struct rt_crux_sender events = {0};
    int err = rt_crux_executor_create(variant, &core->executor, &spawner);
    if (!err) err = rt_crux_channel_open(&shell, &core->requests);
    if (!err) err = rt_crux_channel_open(&events, &core->events);
    if (!err) {
        core->capability = rt_crux_capability_create(&spawner, &shell, &events);
        if (!core->capability) err = -ENOMEM;
    }
    rt_crux_sender_drop(&events);
    rt_crux_sender_drop(&shell);
    rt_crux_spawner_drop(&spawner);
    return err;
}

int rt_crux_core_create(const struct rt_crux_variant *variant,
    struct rt_crux_app app, struct rt_crux_core **out)
{
    struct rt_crux_core *const core =
        rt_object_create(&core_type, sizeof *core);
    if (!core) return -ENOMEM;
    pthread_mutex_init(&core->mutex, NULL);
    core->app = app;
    const int err = furnish(core, variant);
    if (err) {
        rt_object_unref(&core->object);
        return err;
    }
    *out = core;
    return 0;
}

void rt_crux_core_destroy(struct rt_crux_core *core)
{
    if (core) rt_object_unref(&core->object);
}

static void update(struct rt_crux_core *core, struct rt_crux_item event)
{
    pthread_mutex_lock(&core->mutex);
    core->app.update(core->app.model, event, core->capability);
    pthread_mutex_unlock(&core->mutex);
}

/* Runs until no task can go on and the app knows of every event. */
static void settle(struct rt_crux_core *core)
{
    struct rt_crux_item event;
    rt_crux_executor_run(core->executor);
    while (rt_crux_receiver_take(&core->events, &event) == 0) {
        update(core, event);
        rt_crux_executor_run(core->executor);
    }
}

void rt_crux_core_process(struct rt_crux_core *core, struct rt_crux_item event)
{
    update(core, event);
    settle(core);
}

int rt_crux_core_resolve(
    struct rt_crux_core *core, struct rt_crux_request *request, intptr_t value)
{
    const int err = rt_crux_request_resolve(request, value);
    settle(core);
    return err;
}

struct rt_crux_request *rt_crux_core_take(struct rt_crux_core *core)
{
    struct rt_crux_item item;
    if (rt_crux_receiver_take(&core->requests, &item) != 0) return NULL;
    return rt_crux_request_of(&item);
}

struct rt_crux_executor_counts rt_crux_core_counts(struct rt_crux_core *core)
{
    return rt_crux_executor_counts(core->executor);
}

const struct rt_object *rt_crux_core_object(const struct rt_crux_core *core)
{
    return &core->object;
}
