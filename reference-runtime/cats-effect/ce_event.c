/* ce_event.c - a value that comes once, and who waits for it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_event.h"

#include <assert.h>
#include <errno.h>

#include "reference-runtime/cats-effect/ce_node.h"
#include "reference-runtime/core/step.h"

void rt_ce_event_init(struct rt_ce_event *event, struct rt_object *holder,
    struct rt_ce_event_rules rules)
{
    event->holder = holder;
    event->rules = rules;
    atomic_init(&event->value, RT_CE_UNSET);
    atomic_init(&event->clear_counter, 0);
    if (rules.variant->is_map) {
        rt_ce_idmap_init(&event->map);
    } else {
        rt_ce_stack_init(&event->stack, rules.variant);
    }
}

void rt_ce_event_deinit(struct rt_ce_event *event)
{
    if (event->rules.variant->is_map) {
        rt_ce_idmap_deinit(&event->map);
    } else {
        rt_ce_stack_deinit(&event->stack);
    }
}

bool rt_ce_event_get(const struct rt_ce_event *event, intptr_t *value_out)
{
    /* Acquire: pairs with the exchange in set. */
    const intptr_t value =
        atomic_load_explicit(&event->value, memory_order_acquire);
    if (value == RT_CE_UNSET) return false;
    *value_out = value;
    return true;
}

static bool is_set(const struct rt_ce_event *event)
{
    intptr_t value = 0;
    return rt_ce_event_get(event, &value);
}

/* ---- Clearing ---- */

int rt_ce_event_clear_counter(const struct rt_ce_event *event)
{
    return (int32_t)atomic_load_explicit(
        &event->clear_counter, memory_order_relaxed);
}

/* Adds one and packs when it is time: at 0 and at each single bit, of which
 * INT_MIN is one. */
static void count_cleared(struct rt_ce_event *event)
{
    rt_step(RT_CE_STEP_COUNT_ADD);
    const unsigned count = 1 + atomic_fetch_add_explicit(&event->clear_counter,
                                   1, memory_order_acq_rel);
    if ((count & (count - 1)) == 0) {
        const long packed = rt_ce_stack_pack(&event->stack, (int32_t)count);
        rt_step(RT_CE_STEP_COUNT_SUBTRACT);
        atomic_fetch_sub_explicit(
            &event->clear_counter, (unsigned)packed, memory_order_acq_rel);
    }
    ol_counter(
        event->holder, "clear_counter", rt_ce_event_clear_counter(event));
}

static void clear(struct rt_ce_event *event, struct rt_ce_node *node)
{
    const bool is_out = rt_ce_stack_clear(&event->stack, node);
    if (event->rules.packs && !is_out) count_cleared(event);
}

/* Cancels the callback of a node and clears that. Returns whether it was in
 * time. */
static bool cancel_node(struct rt_ce_event *event, struct rt_ce_node *node)
{
    struct rt_ce_callback *const callback = rt_ce_callback_get(&node->callback);
    const bool in_time = callback && rt_ce_callback_cancel(callback);
    rt_ce_callback_unref(callback);
    if (in_time) clear(event, node);
    return in_time;
}

static bool cancel_entry(struct rt_ce_event *event, struct rt_ce_entry *entry)
{
    struct rt_ce_callback *const callback =
        rt_ce_idmap_remove(&event->map, entry);
    const bool in_time = callback && rt_ce_callback_cancel(callback);
    rt_ce_callback_unref(callback);
    return in_time;
}

/* ---- Waiting ---- */

/* Whoever set it in between may have called all before this push. Returns
 * whether that is so: the node is cleared then, and the value there. If the
 * push was seen, the value comes that way. */
static bool is_late(struct rt_ce_event *event, struct rt_ce_node *node)
{
    rt_step(RT_CE_STEP_GET_RECHECK);
    return is_set(event) && cancel_node(event, node);
}

int rt_ce_event_wait(struct rt_ce_event *event, struct rt_ce_callback *callback,
    struct rt_ce_wait *wait_out)
{
    rt_step(RT_CE_STEP_GET_CHECK);
    if (is_set(event)) return RT_CE_READY;

    struct rt_ce_wait wait = {.event = event};
    const int err = event->rules.variant->is_map
                        ? rt_ce_idmap_add(&event->map, callback, &wait.entry)
                        : rt_ce_stack_push(&event->stack, callback, &wait.node);
    if (err == -EALREADY) return RT_CE_READY; /* a map that is closed */
    if (err) return err;
    if (wait.node && is_late(event, wait.node)) {
        rt_ce_wait_drop(&wait);
        return RT_CE_READY;
    }
    *wait_out = wait;
    return RT_CE_PARKED;
}

bool rt_ce_wait_cancel(struct rt_ce_wait *wait)
{
    rt_step(RT_CE_STEP_CANCEL);
    const bool in_time = wait->node ? cancel_node(wait->event, wait->node)
                                    : cancel_entry(wait->event, wait->entry);
    rt_ce_wait_drop(wait);
    return in_time;
}

void rt_ce_wait_drop(struct rt_ce_wait *wait)
{
    rt_ce_node_unref(wait->node);
    rt_ce_entry_unref(wait->entry);
    *wait = (struct rt_ce_wait){.event = NULL};
}

/* ---- Setting ---- */

static struct rt_ce_applied apply(struct rt_ce_event *event, intptr_t value)
{
    if (event->rules.variant->is_map)
        return rt_ce_idmap_fire(&event->map, value);
    const struct rt_ce_applied applied =
        rt_ce_stack_apply(&event->stack, value);
    if (event->rules.clearing == RT_CE_CLEARS_ALWAYS ||
        (event->rules.clearing == RT_CE_CLEARS_IF_ALL_WENT_WELL &&
            !applied.error))
        rt_ce_stack_clear_all(&event->stack);
    return applied;
}

bool rt_ce_event_set(struct rt_ce_event *event, intptr_t value,
    struct rt_ce_applied *applied_out)
{
    assert(value != RT_CE_UNSET);
    intptr_t unset = RT_CE_UNSET;
    rt_step(RT_CE_STEP_SET);
    /* Release: pairs with rt_ce_event_get. */
    if (!atomic_compare_exchange_strong_explicit(&event->value, &unset, value,
            memory_order_acq_rel, memory_order_relaxed))
        return false;
    *applied_out = apply(event, value);
    return true;
}

/* ---- Truth ---- */

struct rt_ce_event_counts rt_ce_event_counts(struct rt_ce_event *event)
{
    if (event->rules.variant->is_map) {
        const long count = rt_ce_idmap_count(&event->map);
        return (struct rt_ce_event_counts){.stack.linked = count};
    }
    return (struct rt_ce_event_counts){
        .clear_counter = rt_ce_event_clear_counter(event),
        .stack = rt_ce_stack_counts(&event->stack),
    };
}

void rt_ce_event_each_edge(
    const struct rt_ce_event *event, rt_object_edge_fn visit, void *env)
{
    if (event->rules.variant->is_map) {
        rt_ce_idmap_each_edge(&event->map, event->holder, visit, env);
    } else {
        rt_ce_stack_each_edge(&event->stack, event->holder, visit, env);
    }
}
