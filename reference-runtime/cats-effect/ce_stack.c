/* ce_stack.c - callbacks that wait for one event, the newest first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_stack.h"

#include <assert.h>
#include <errno.h>

#include "reference-runtime/cats-effect/ce_node.h"
#include "reference-runtime/cats-effect/ce_pack.h"
#include "reference-runtime/core/step.h"

static void count(atomic_long *tally)
{
    atomic_fetch_add_explicit(tally, 1, memory_order_relaxed);
}

void rt_ce_stack_init(
    struct rt_ce_stack *stack, const struct rt_ce_variant *variant)
{
    assert(!variant->is_map);
    *stack = (struct rt_ce_stack){.variant = variant, .may_pack = true};
}

void rt_ce_stack_set_root(
    struct rt_ce_stack *stack, struct rt_ce_callback *root)
{
    if (root) rt_ce_callback_ref(root);
    rt_ce_callback_unref(
        atomic_exchange_explicit(&stack->root, root, memory_order_acq_rel));
}

void rt_ce_stack_deinit(struct rt_ce_stack *stack)
{
    rt_ce_stack_set_root(stack, NULL);
    rt_ce_node_unref(rt_ce_node_take(&stack->head));
}

/* Has the head link to `node`, once. What the head owned passes to `next`.
 * Who pushes holds the node that it has read: were that to go, and another to
 * come in its place in memory, the swap would take it for the same. */
static bool try_push(struct rt_ce_stack *stack, struct rt_ce_node *node)
{
    rt_step(RT_CE_STEP_PUSH_READ);
    struct rt_ce_node *const head = rt_ce_node_get(&stack->head);
    struct rt_ce_node *expected = head;
    atomic_store_explicit(&node->next, head, memory_order_relaxed);
    rt_step(RT_CE_STEP_PUSH_CAS);
    /* Release: pairs with rt_ce_node_get. */
    const bool is_pushed = atomic_compare_exchange_strong_explicit(&stack->head,
        &expected, node, memory_order_acq_rel, memory_order_relaxed);
    rt_ce_node_unref(head);
    return is_pushed;
}

int rt_ce_stack_push(struct rt_ce_stack *stack, struct rt_ce_callback *callback,
    struct rt_ce_node **handle_out)
{
    struct rt_ce_node *const node = rt_ce_node_create(callback);
    if (!node) return -ENOMEM;

    rt_ce_node_ref(node); /* for the head */
    while (!try_push(stack, node))
        continue;
    count(&stack->tally.pushed);
    *handle_out = node;
    return 0;
}

bool rt_ce_stack_clear(struct rt_ce_stack *stack, struct rt_ce_node *node)
{
    (void)stack;
    rt_step(RT_CE_STEP_CLEAR_STORE);
    rt_object_end(&node->object, "cleared");
    rt_ce_node_clear(node);
    return false;
}

long rt_ce_stack_pack(struct rt_ce_stack *stack, int32_t bound)
{
    return rt_ce_pack(stack, bound);
}

/* ---- Apply ---- */

static void call(_Atomic(struct rt_ce_callback *) *place, intptr_t value,
    struct rt_ce_applied *applied)
{
    struct rt_ce_callback *const callback = rt_ce_callback_get(place);
    if (!callback) return;
    if (rt_ce_callback_fire(callback, value, &applied->error)) applied->fired++;
    rt_ce_callback_unref(callback);
}

static void count_cut(struct rt_ce_stack *stack, struct rt_ce_node *node)
{
    if (!atomic_exchange_explicit(&node->is_out, true, memory_order_relaxed))
        count(&stack->tally.cut);
}

/* Calls node by node, and takes each apart when that is done. A node that is
 * not called, as one before it failed, is taken apart all the same. */
static void apply_and_tear_down(
    struct rt_ce_stack *stack, intptr_t value, struct rt_ce_applied *applied)
{
    rt_step(RT_CE_STEP_APPLY_HEAD);
    struct rt_ce_node *node = rt_ce_node_get(&stack->head);
    while (node) {
        rt_step(RT_CE_STEP_APPLY_READ);
        if (!applied->error) call(&node->callback, value, applied);
        rt_object_end(&node->object, "applied");
        rt_ce_node_clear(node);
        struct rt_ce_node *const next = rt_ce_node_take(&node->next);
        count_cut(stack, node);
        rt_ce_node_unref(node);
        node = next;
    }
    rt_ce_stack_clear_all(stack);
}

static void apply_and_keep(
    struct rt_ce_stack *stack, intptr_t value, struct rt_ce_applied *applied)
{
    rt_step(RT_CE_STEP_APPLY_HEAD);
    struct rt_ce_node *node = rt_ce_node_get(&stack->head);
    while (node && !applied->error) {
        rt_step(RT_CE_STEP_APPLY_READ);
        call(&node->callback, value, applied);
        struct rt_ce_node *const next = rt_ce_node_get(&node->next);
        rt_object_end(&node->object, "applied");
        rt_ce_node_unref(node);
        node = next;
    }
    rt_ce_node_unref(node);
}

struct rt_ce_applied rt_ce_stack_apply(
    struct rt_ce_stack *stack, intptr_t value)
{
    struct rt_ce_applied applied = {0};
    call(&stack->root, value, &applied);
    if (stack->variant->tears_down) {
        apply_and_tear_down(stack, value, &applied);
    } else if (!applied.error) {
        apply_and_keep(stack, value, &applied);
    }
    return applied;
}

void rt_ce_stack_clear_all(struct rt_ce_stack *stack)
{
    if (stack->variant->clears_root) rt_ce_stack_set_root(stack, NULL);
    rt_step(RT_CE_STEP_CLEAR_ALL_STORE);
    struct rt_ce_node *node = rt_ce_node_take(&stack->head);
    while (node) {
        count_cut(stack, node);
        struct rt_ce_node *const next = rt_ce_node_get(&node->next);
        rt_ce_node_unref(node);
        node = next;
    }
}

/* ---- Truth ---- */

static long read_tally(const atomic_long *tally)
{
    return atomic_load_explicit(tally, memory_order_relaxed);
}

struct rt_ce_stack_counts rt_ce_stack_counts(const struct rt_ce_stack *stack)
{
    struct rt_ce_stack_counts counts = {
        .pushed = read_tally(&stack->tally.pushed),
        .unlinked = read_tally(&stack->tally.unlinked),
        .cut = read_tally(&stack->tally.cut),
        .packs = read_tally(&stack->tally.packs),
        .packed = read_tally(&stack->tally.packed),
        .bottoms = read_tally(&stack->tally.bottoms),
        .locked_out = read_tally(&stack->tally.locked_out),
        .packing_peak = read_tally(&stack->tally.packing_peak),
    };
    const struct rt_ce_node *node = atomic_load(&stack->head);
    for (; node; node = atomic_load(&node->next)) {
        counts.linked++;
        counts.linked_cleared += rt_ce_node_is_cleared(node);
        counts.relinked += atomic_load(&node->is_out);
    }
    counts.unlinked -= counts.relinked;
    return counts;
}

void rt_ce_stack_each_edge(const struct rt_ce_stack *stack,
    const struct rt_object *holder, rt_object_edge_fn visit, void *env)
{
    struct rt_ce_callback *const root = atomic_load(&stack->root);
    const struct rt_ce_node *const head = atomic_load(&stack->head);
    if (root)
        visit(holder, "stack.root", rt_ce_callback_object(root), true, env);
    if (head) visit(holder, "stack.head", &head->object, true, env);
}
