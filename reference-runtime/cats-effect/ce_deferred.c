/* ce_deferred.c - a value that is not there yet.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_deferred.h"

#include "reference-runtime/cats-effect/ce_await.h"

struct rt_ce_deferred {
    struct rt_object object;
    struct rt_ce_event event;
};

static void drop(struct rt_object *object)
{
    struct rt_ce_deferred *const deferred = (struct rt_ce_deferred *)object;
    rt_ce_event_deinit(&deferred->event);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_ce_deferred *const deferred =
        (const struct rt_ce_deferred *)object;
    rt_ce_event_each_edge(&deferred->event, visit, env);
}

/* Named as their edges are. */
static const struct rt_object_field deferred_fields[] = {
    {"stack.head", offsetof(struct rt_ce_deferred, event.stack.head),
        OL_FIELD_STRONG},
    {"map.entries", offsetof(struct rt_ce_deferred, event.map.entries.next),
        OL_FIELD_STRONG},
    {"map.newest", offsetof(struct rt_ce_deferred, event.map.entries.prev),
        OL_FIELD_WEAK},
    {NULL, 0, 0},
};

static const struct rt_object_type deferred_type = {
    .kind = RT_DEFERRED,
    .fields = deferred_fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_ce_deferred *rt_ce_deferred_create(
    const struct rt_ce_variant *variant)
{
    struct rt_ce_deferred *const deferred =
        rt_object_create(&deferred_type, sizeof *deferred);
    if (!deferred) return NULL;

    const struct rt_ce_event_rules rules = {
        .variant = variant,
        .packs = variant->pack != RT_CE_PACK_NONE,
        .clearing = variant->clears_on_complete ? RT_CE_CLEARS_IF_ALL_WENT_WELL
                                                : RT_CE_CLEARS_NEVER,
    };
    rt_ce_event_init(&deferred->event, &deferred->object, rules);
    return deferred;
}

struct rt_ce_deferred *rt_ce_deferred_ref(struct rt_ce_deferred *deferred)
{
    return rt_object_ref(&deferred->object);
}

void rt_ce_deferred_unref(struct rt_ce_deferred *deferred)
{
    if (deferred) rt_object_unref(&deferred->object);
}

struct rt_object *rt_ce_deferred_object(struct rt_ce_deferred *deferred)
{
    return &deferred->object;
}

int rt_ce_deferred_get(struct rt_ce_deferred *deferred,
    struct rt_ce_callback *callback, struct rt_ce_wait *wait_out)
{
    return rt_ce_event_wait(&deferred->event, callback, wait_out);
}

struct rt_future *rt_ce_deferred_await(struct rt_ce_deferred *deferred)
{
    return rt_ce_event_await(&deferred->event);
}

bool rt_ce_deferred_try_get(
    const struct rt_ce_deferred *deferred, intptr_t *value_out)
{
    return rt_ce_event_get(&deferred->event, value_out);
}

bool rt_ce_deferred_complete(struct rt_ce_deferred *deferred, intptr_t value,
    struct rt_ce_applied *applied_out)
{
    struct rt_ce_applied applied = {0};
    if (!rt_ce_event_set(&deferred->event, value, &applied)) return false;
    rt_object_end(&deferred->object, "completed");
    if (applied_out) *applied_out = applied;
    return true;
}

int rt_ce_deferred_clear_counter(const struct rt_ce_deferred *deferred)
{
    return rt_ce_event_clear_counter(&deferred->event);
}

struct rt_ce_event_counts rt_ce_deferred_counts(struct rt_ce_deferred *deferred)
{
    return rt_ce_event_counts(&deferred->event);
}
