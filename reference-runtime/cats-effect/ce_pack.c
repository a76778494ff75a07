/* ce_pack.c - taking cleared nodes out of a stack, in three ways.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_pack.h"

#include "reference-runtime/core/step.h"

/* Where a pack stands; it owns a reference to each of its nodes. */
struct walk {
    struct rt_ce_stack *stack;
    struct rt_ce_node *parent; /* the last live one; NULL: the head is it */
    struct rt_ce_node *node;   /* looked at; NULL: past the bottom */
    int64_t bound;             /* a long list may take it below INT32_MIN */
    long removed;
};

static void end_walk(struct walk *walk)
{
    rt_ce_node_unref(walk->parent);
    rt_ce_node_unref(walk->node);
}

/* Steps down; the node that was looked at is live. Returns false, and leaves
 * the walk as it is, if the bound is used up or that was the bottom. */
static bool pass(struct walk *walk, struct rt_ce_node *next)
{
    if (!next || walk->bound <= 0) {
        rt_ce_node_unref(next);
        return false;
    }
    walk->bound--;
    rt_ce_node_unref(walk->parent);
    walk->parent = walk->node;
    walk->node = next;
    return true;
}

/* Steps down; the node that was looked at is out of the list. */
static void leave_behind(struct walk *walk, struct rt_ce_node *next)
{
    if (!atomic_exchange_explicit(
            &walk->node->is_out, true, memory_order_relaxed))
        atomic_fetch_add_explicit(
            &walk->stack->tally.unlinked, 1, memory_order_relaxed);
    walk->bound--;
    rt_ce_node_unref(walk->node);
    walk->node = next;
}

/* ---- By compare and swap ---- */

static bool unlink_by_cas(struct walk *walk, struct rt_ce_node *next)
{
    _Atomic(struct rt_ce_node *) *const slot =
        walk->parent ? &walk->parent->next : &walk->stack->head;
    rt_step(RT_CE_STEP_PACK_UNLINK);
    if (!rt_ce_node_swing(slot, walk->node, next)) {
        /* Another pack is here: let it. */
        rt_ce_node_unref(next);
        return false;
    }
    if (next || walk->stack->variant->counts_bottom) {
        walk->removed++;
    } else {
        atomic_fetch_add_explicit(
            &walk->stack->tally.bottoms, 1, memory_order_relaxed);
    }
    leave_behind(walk, next);
    return true;
}

static void walk_by_cas(struct walk *walk)
{
    bool goes_on = true;
    while (walk->node && goes_on) {
        rt_step(RT_CE_STEP_PACK_READ_CB);
        const bool is_cleared = rt_ce_node_is_cleared(walk->node);
        rt_step(RT_CE_STEP_PACK_READ_NEXT);
        struct rt_ce_node *const next = rt_ce_node_get(&walk->node->next);
        goes_on = is_cleared ? unlink_by_cas(walk, next) : pass(walk, next);
    }
}

/* ---- Under the lock ---- */

static void unlink_counted(struct walk *walk, struct rt_ce_node *next)
{
    walk->removed++;
    leave_behind(walk, next);
}

/* The head is for all to write: it was pushed on while we were to take out
 * its node. If that is right below what is the head now, it is like any other
 * node; else it stays, and we go on below it. */
static bool step_off_head(struct walk *walk, struct rt_ce_node *next)
{
    rt_step(RT_CE_STEP_PACK_READ_HEAD);
    struct rt_ce_node *const head = rt_ce_node_get(&walk->stack->head);
    if (head &&
        atomic_load_explicit(&head->next, memory_order_relaxed) == walk->node) {
        rt_ce_node_unref(next);
        walk->parent = head;
        return true;
    }
    rt_ce_node_unref(head);
    if (!next) return false;
    walk->bound--;
    walk->parent = walk->node;
    walk->node = next;
    return true;
}

/* Takes cleared nodes off the top. Returns whether there is more to do below
 * a parent. */
static bool walk_head(struct walk *walk)
{
    while (walk->node) {
        struct rt_ce_node *const next = rt_ce_node_get(&walk->node->next);
        rt_step(RT_CE_STEP_PACK_READ_CB);
        if (!rt_ce_node_is_cleared(walk->node)) return pass(walk, next);
        rt_step(RT_CE_STEP_PACK_UNLINK);
        if (!rt_ce_node_swing(&walk->stack->head, walk->node, next))
            return step_off_head(walk, next);
        unlink_counted(walk, next);
    }
    return false;
}

/* Of those who pack, only who has the lock writes these links, so no step
 * comes between reading and writing one. Apply may take them apart meanwhile:
 * it is an exchange that gives back whatever the link was. */
static void walk_tail(struct walk *walk)
{
    bool goes_on = true;
    while (walk->node && goes_on) {
        struct rt_ce_node *const next = rt_ce_node_get(&walk->node->next);
        rt_step(RT_CE_STEP_PACK_READ_CB);
        if (rt_ce_node_is_cleared(walk->node)) {
            rt_ce_node_link(&walk->parent->next, next);
            unlink_counted(walk, next);
        } else {
            goes_on = pass(walk, next);
        }
    }
}

/* ---- All ways ---- */

static void begin_walk(struct walk *walk)
{
    struct rt_ce_stack_tally *const tally = &walk->stack->tally;
    const long packing =
        atomic_fetch_add_explicit(&tally->packing, 1, memory_order_relaxed) + 1;
    long peak =
        atomic_load_explicit(&tally->packing_peak, memory_order_relaxed);
    while (packing > peak) {
        if (atomic_compare_exchange_weak_explicit(&tally->packing_peak, &peak,
                packing, memory_order_relaxed, memory_order_relaxed))
            break;
    }
    rt_step(RT_CE_STEP_PACK_READ_HEAD);
    walk->node = rt_ce_node_get(&walk->stack->head);
}

static long count_walk(struct walk *walk)
{
    struct rt_ce_stack_tally *const tally = &walk->stack->tally;
    end_walk(walk);
    atomic_fetch_sub_explicit(&tally->packing, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&tally->packs, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(
        &tally->packed, walk->removed, memory_order_relaxed);
    return walk->removed;
}

static long pack_by_cas(struct walk *walk)
{
    begin_walk(walk);
    walk_by_cas(walk);
    return count_walk(walk);
}

static long pack_under_lock(struct walk *walk)
{
    struct rt_ce_stack *const stack = walk->stack;
    rt_step(RT_CE_STEP_PACK_LOCK);
    bool may_pack = true;
    /* Acquire: pairs with the release below, of who had the lock before: all
     * its links are seen. */
    if (!atomic_compare_exchange_strong_explicit(&stack->may_pack, &may_pack,
            false, memory_order_acquire, memory_order_relaxed)) {
        atomic_fetch_add_explicit(
            &stack->tally.locked_out, 1, memory_order_relaxed);
        return 0;
    }
    begin_walk(walk);
    if (walk_head(walk)) walk_tail(walk);
    const long removed = count_walk(walk);
    rt_step(RT_CE_STEP_PACK_UNLOCK);
    atomic_store_explicit(&stack->may_pack, true, memory_order_release);
    return removed;
}

long rt_ce_pack(struct rt_ce_stack *stack, int32_t bound)
{
    struct walk walk = {.stack = stack, .bound = bound};
    switch (stack->variant->pack) {
    case RT_CE_PACK_CAS:
        return pack_by_cas(&walk);
    case RT_CE_PACK_LOCK:
        return pack_under_lock(&walk);
    case RT_CE_PACK_NONE:
        break;
    }
    return 0;
}
