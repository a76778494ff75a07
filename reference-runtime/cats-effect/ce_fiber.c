/* ce_fiber.c - something that runs, seen by who waits for its end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_fiber.h"

#include <assert.h>

#include "reference-runtime/cats-effect/ce_await.h"

struct rt_ce_fiber {
    struct rt_object object;
    struct rt_ce_event event;
};

static void drop(struct rt_object *object)
{
    struct rt_ce_fiber *const fiber = (struct rt_ce_fiber *)object;
    rt_ce_event_deinit(&fiber->event);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_ce_fiber *const fiber = (const struct rt_ce_fiber *)object;
    rt_ce_event_each_edge(&fiber->event, visit, env);
}

/* Named as their edges are. */
static const struct rt_object_field fiber_fields[] = {
    {"stack.root", offsetof(struct rt_ce_fiber, event.stack.root),
        OL_FIELD_STRONG},
    {"stack.head", offsetof(struct rt_ce_fiber, event.stack.head),
        OL_FIELD_STRONG},
    {NULL, 0, 0},
};

static const struct rt_object_type fiber_type = {
    .kind = RT_FIBER,
    .fields = fiber_fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_ce_fiber *rt_ce_fiber_create(
    const struct rt_ce_variant *variant, const struct rt_ce_join_variant *join)
{
    assert(!variant->is_map);
    struct rt_ce_fiber *const fiber =
        rt_object_create(&fiber_type, sizeof *fiber);
    if (!fiber) return NULL;

    /* Until it was calling itself that took the stack apart, the fiber did
     * so afterwards, come what may. */
    const struct rt_ce_event_rules rules = {
        .variant = variant,
        .packs = join->packs,
        .clearing =
            variant->tears_down ? RT_CE_CLEARS_NEVER : RT_CE_CLEARS_ALWAYS,
    };
    rt_ce_event_init(&fiber->event, &fiber->object, rules);
    return fiber;
}

struct rt_ce_fiber *rt_ce_fiber_ref(struct rt_ce_fiber *fiber)
{
    return rt_object_ref(&fiber->object);
}

void rt_ce_fiber_unref(struct rt_ce_fiber *fiber)
{
    if (fiber) rt_object_unref(&fiber->object);
}

struct rt_object *rt_ce_fiber_object(struct rt_ce_fiber *fiber)
{
    return &fiber->object;
}

void rt_ce_fiber_set_listener(
    struct rt_ce_fiber *fiber, struct rt_ce_callback *callback)
{
    rt_ce_stack_set_root(&fiber->event.stack, callback);
}

int rt_ce_fiber_join(struct rt_ce_fiber *fiber, struct rt_ce_callback *callback,
    struct rt_ce_wait *wait_out)
{
    return rt_ce_event_wait(&fiber->event, callback, wait_out);
}

struct rt_future *rt_ce_fiber_await(struct rt_ce_fiber *fiber)
{
    return rt_ce_event_await(&fiber->event);
}

bool rt_ce_fiber_outcome(const struct rt_ce_fiber *fiber, intptr_t *value_out)
{
    return rt_ce_event_get(&fiber->event, value_out);
}

bool rt_ce_fiber_done(struct rt_ce_fiber *fiber, intptr_t outcome,
    struct rt_ce_applied *applied_out)
{
    struct rt_ce_applied applied = {0};
    if (!rt_ce_event_set(&fiber->event, outcome, &applied)) return false;
    rt_object_end(&fiber->object, "completed");
    if (applied_out) *applied_out = applied;
    return true;
}

struct rt_ce_event_counts rt_ce_fiber_counts(struct rt_ce_fiber *fiber)
{
    return rt_ce_event_counts(&fiber->event);
}
