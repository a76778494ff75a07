/* ce_node.c - a node of the stack, and the places that link to one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_node.h"

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_ce_node *const node = (const struct rt_ce_node *)object;
    struct rt_ce_callback *const callback = atomic_load(&node->callback);
    const struct rt_ce_node *const next = atomic_load(&node->next);
    if (callback)
        visit(object, "callback", rt_ce_callback_object(callback), true, env);
    if (next) visit(object, "next", &next->object, true, env);
}

static const struct rt_object_field node_fields[] = {
    RT_OBJECT_FIELD(struct rt_ce_node, callback, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_ce_node, next, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_ce_node, retired.next, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type node_type = {
    .kind = RT_STACK_NODE,
    .fields = node_fields,
    .each_edge = each_edge,
};

struct rt_ce_node *rt_ce_node_create(struct rt_ce_callback *callback)
{
    struct rt_ce_node *const node = rt_object_create(&node_type, sizeof *node);
    if (node) atomic_init(&node->callback, rt_ce_callback_ref(callback));
    return node;
}

struct rt_ce_node *rt_ce_node_ref(struct rt_ce_node *node)
{
    return rt_object_ref(&node->object);
}

static void reclaim(struct rt_epoch_retired *retired)
{
    char *const block = (char *)retired;
    rt_object_unref_weak(
        (void *)(block - offsetof(struct rt_ce_node, retired)));
}

void rt_ce_node_unref(struct rt_ce_node *node)
{
    /* Relaxed: the last holder has seen what all others wrote. */
    while (node && rt_object_unref_last(&node->object)) {
        struct rt_ce_node *const next =
            atomic_load_explicit(&node->next, memory_order_relaxed);
        rt_ce_callback_unref(
            atomic_load_explicit(&node->callback, memory_order_relaxed));
        rt_epoch_retire(&node->retired, reclaim);
        node = next;
    }
}

struct rt_object *rt_ce_node_object(struct rt_ce_node *node)
{
    return &node->object;
}

bool rt_ce_node_is_cleared(const struct rt_ce_node *node)
{
    /* Acquire: pairs with the exchange in clear, as upstream's fences do. */
    return !atomic_load_explicit(&node->callback, memory_order_acquire);
}

void rt_ce_node_clear(struct rt_ce_node *node)
{
    /* One exchange: of several who clear, one gives the reference back. */
    struct rt_ce_callback *const callback =
        atomic_exchange_explicit(&node->callback, NULL, memory_order_acq_rel);
    rt_ce_callback_unref(callback);
}

struct rt_ce_node *rt_ce_node_get(_Atomic(struct rt_ce_node *) *slot)
{
    /* Inside only until the reference is ours: nobody ever sleeps there. */
    const unsigned long entered = rt_epoch_enter();
    struct rt_ce_node *node = NULL;
    do {
        /* Acquire: pairs with the release of push, swing and link. A node
         * whose last reference is gone has left the slot by now. */
        node = atomic_load_explicit(slot, memory_order_acquire);
    } while (node && !rt_object_upgrade(&node->object));
    rt_epoch_leave(entered);
    return node;
}

bool rt_ce_node_swing(_Atomic(struct rt_ce_node *) *slot,
    struct rt_ce_node *expected, struct rt_ce_node *next)
{
    struct rt_ce_node *linked = expected;
    if (next) rt_ce_node_ref(next);
    if (!atomic_compare_exchange_strong_explicit(
            slot, &linked, next, memory_order_acq_rel, memory_order_relaxed)) {
        rt_ce_node_unref(next);
        return false;
    }
    rt_ce_node_unref(expected);
    return true;
}

void rt_ce_node_link(
    _Atomic(struct rt_ce_node *) *slot, struct rt_ce_node *next)
{
    if (next) rt_ce_node_ref(next);
    rt_ce_node_unref(
        atomic_exchange_explicit(slot, next, memory_order_acq_rel));
}

struct rt_ce_node *rt_ce_node_take(_Atomic(struct rt_ce_node *) *slot)
{
    return atomic_exchange_explicit(slot, NULL, memory_order_acq_rel);
}
