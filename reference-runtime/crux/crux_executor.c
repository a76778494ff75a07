/* crux_executor.c - polls the futures that were spawned, when they are woken.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_executor.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include "reference-runtime/crux/crux_slots.h"
#include "reference-runtime/crux/crux_task.h"

struct rt_crux_executor {
    struct rt_object object;
    const struct rt_crux_variant *variant; /* borrowed, static */
    struct rt_crux_receiver spawned;       /* owner; of tasks or futures */

    /* All zero where tasks own themselves. */
    struct rt_crux_receiver woken;      /* owner; of numbers */
    struct rt_crux_sender woken_sender; /* owner */
    struct rt_crux_slots slots;
};

/* The queues go first: what the futures wake as they go is not kept. */
static void drop_executor(struct rt_object *object)
{
    struct rt_crux_executor *const executor = (struct rt_crux_executor *)object;
    rt_crux_receiver_drop(&executor->spawned);
    rt_crux_receiver_drop(&executor->woken);
    rt_crux_sender_drop(&executor->woken_sender);
    rt_crux_slots_deinit(&executor->slots);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_executor *const executor =
        (const struct rt_crux_executor *)object;
    rt_crux_receiver_each_edge(&executor->spawned, object, visit, env);
    rt_crux_receiver_each_edge(&executor->woken, object, visit, env);
    rt_crux_sender_each_edge(&executor->woken_sender, object, visit, env);
    rt_crux_slots_each_edge(&executor->slots, visit, env);
}

static const struct rt_object_field executor_fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_executor, spawned.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_executor, woken.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(
        struct rt_crux_executor, woken_sender.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_executor, slots.slot, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type executor_type = {
    .kind = RT_EXECUTOR,
    .fields = executor_fields,
    .drop = drop_executor,
    .each_edge = each_edge,
};

int rt_crux_executor_create(const struct rt_crux_variant *variant,
    struct rt_crux_executor **out, struct rt_crux_spawner *spawner_out)
{
    struct rt_crux_executor *const executor =
        rt_object_create(&executor_type, sizeof *executor);
    if (!executor) return -ENOMEM;
    executor->variant = variant;
    rt_crux_slots_init(
        &executor->slots, &executor->object, variant->frees_slots);

    struct rt_crux_sender sender;
    int err = rt_crux_channel_open(&sender, &executor->spawned);
    if (err) goto fail_spawned;
    if (variant->wakes_by_id)
        err = rt_crux_channel_open(&executor->woken_sender, &executor->woken);
    if (err) goto fail_woken;

    *out = executor;
    *spawner_out = (struct rt_crux_spawner){variant, sender};
    return 0;

fail_woken:
    rt_crux_sender_drop(&sender);
fail_spawned:
    rt_object_unref(&executor->object);
    return err;
}

void rt_crux_executor_destroy(struct rt_crux_executor *executor)
{
    if (executor) rt_object_unref(&executor->object);
}

/* ---- Tasks that own themselves ---- */

static void run_tasks(struct rt_crux_executor *executor)
{
    struct rt_crux_item item;
    while (rt_crux_receiver_take(&executor->spawned, &item) == 0) {
        rt_crux_task_run((struct rt_crux_task *)item.object);
        rt_object_unref(item.object);
    }
}

/* ---- Tasks in slots ---- */

static bool start_futures(struct rt_crux_executor *executor)
{
    bool started = false;
    struct rt_crux_item item;
    while (rt_crux_receiver_take(&executor->spawned, &item) == 0) {
        struct rt_future *const future = (struct rt_future *)item.object;
        uint32_t id = 0;
        if (rt_crux_slots_insert(&executor->slots, future, &id) != 0) abort();
        rt_crux_slots_run(&executor->slots, id, &executor->woken_sender);
        started = true;
    }
    return started;
}

/* What another thread polls just now is put back, for whoever comes first:
 * it may have been woken after that thread looked. */
static bool serve_wakes(struct rt_crux_executor *executor)
{
    bool served = false;
    struct rt_crux_item item;
    while (rt_crux_receiver_take(&executor->woken, &item) == 0) {
        const enum rt_crux_run run = rt_crux_slots_run(
            &executor->slots, (uint32_t)item.value, &executor->woken_sender);
        if (run == RT_CRUX_UNAVAILABLE) {
            if (rt_crux_sender_send(&executor->woken_sender, item) != 0)
                abort();
            sched_yield();
        } else if (run != RT_CRUX_MISSING) {
            served = true;
        }
    }
    return served;
}

void rt_crux_executor_run(struct rt_crux_executor *executor)
{
    if (!executor->variant->wakes_by_id) {
        run_tasks(executor);
        return;
    }
    for (bool worked = true; worked;) {
        worked = start_futures(executor);
        worked = serve_wakes(executor) || worked;
    }
}

/* ---- What there is ---- */

struct rt_crux_executor_counts rt_crux_executor_counts(
    struct rt_crux_executor *executor)
{
    const bool by_id = executor->variant->wakes_by_id;
    return (struct rt_crux_executor_counts){
        .spawned = rt_crux_receiver_count(&executor->spawned),
        .woken = by_id ? rt_crux_receiver_count(&executor->woken) : 0,
        .slots = rt_crux_slots_count(&executor->slots),
    };
}

const struct rt_object *rt_crux_executor_object(
    const struct rt_crux_executor *executor)
{
    return &executor->object;
}
