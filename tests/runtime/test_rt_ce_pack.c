/* test_rt_ce_pack.c - every interleaving of two that pack a callback stack.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_stack.h"
#include "reference-runtime/core/epoch.h"
#include "reference-runtime/core/explorer.h"
#include "reference-runtime/core/step.h"
#include "tests/support/check.h"

/* Two operations on one stack, and what their packs said. */
struct world {
    const struct rt_ce_variant *variant;
    struct rt_ce_stack stack;
    struct rt_ce_callback *callback;
    struct rt_ce_node *low;
    struct rt_ce_node *high;
    uint32_t counter; /* of cleared nodes, as a deferred keeps it */
    long packed;
    long most_packing; /* in any schedule */
    long faults;       /* schedules in which something else did not hold */
};

static void init(struct world *world)
{
    rt_ce_stack_init(&world->stack, world->variant);
    world->callback = rt_ce_callback_create((struct rt_ce_callback_fn){0});
    world->counter = 0;
    world->packed = 0;
}

static struct rt_ce_node *push(struct world *world)
{
    struct rt_ce_node *handle = NULL;
    if (rt_ce_stack_push(&world->stack, world->callback, &handle))
        world->faults++;
    return handle;
}

/* What holds at any quiet point, whatever came before. */
static void check_counts(struct world *world)
{
    const struct rt_ce_stack_counts counts = rt_ce_stack_counts(&world->stack);
    const long uncounted = counts.packed + counts.bottoms - counts.unlinked;
    const bool is_locked = world->variant->pack == RT_CE_PACK_LOCK;
    if (counts.pushed != counts.unlinked + counts.cut + counts.linked)
        world->faults++;
    if (is_locked ? uncounted != 0 : uncounted < 0) world->faults++;
    if (counts.packing_peak > world->most_packing)
        world->most_packing = counts.packing_peak;
}

/* Unmakes the world. */
static void deinit(struct world *world)
{
    rt_ce_stack_deinit(&world->stack);
    rt_ce_callback_unref(world->callback);
    if (rt_epoch_quiesce() > 0 || rt_object_live_all() > 0) world->faults++;
}

/* Packs what is left, and judges: how many packs say they took. */
static long drain(void *env)
{
    struct world *const world = env;
    check_counts(world);
    const long packed = world->packed + rt_ce_stack_pack(&world->stack, 1);
    check_counts(world);
    if (rt_ce_stack_counts(&world->stack).linked_cleared > 0) world->faults++;
    deinit(world);
    return packed;
}

static struct rt_explorer_result explore(
    const struct rt_explorer_program *program)
{
    struct rt_explorer_result result;
    OL_CHECK_EQ(rt_explorer_explore(program, 1000000, &result), 0);
    const struct world *const world = program->env;
    OL_CHECK_EQ(world->faults, 0);
    OL_CHECK_EQ(
        world->most_packing, world->variant->pack == RT_CE_PACK_LOCK ? 1 : 2);
    OL_CHECK_EQ(rt_object_live_all(), 0);
    return result;
}

/* ---- A live node on a cleared one: one packs, one clears and packs ---- */

static void begin_two(void *env)
{
    struct world *const world = env;
    init(world);
    world->low = push(world);
    rt_ce_stack_clear(&world->stack, world->low);
    rt_ce_node_unref(world->low);
    world->high = push(world);
}

static void pack_two(size_t operation, void *env)
{
    struct world *const world = env;
    if (operation == 1) {
        rt_ce_stack_clear(&world->stack, world->high);
        rt_ce_node_unref(world->high);
    }
    world->packed += rt_ce_stack_pack(&world->stack, 1);
}

static struct rt_explorer_result explore_two(const char *variant)
{
    struct world world = {.variant = rt_ce_variant_find(variant)};
    return explore(&(const struct rt_explorer_program){
        .operations = 2,
        .begin = begin_two,
        .run = pack_two,
        .end = drain,
        .env = &world,
    });
}

OL_CASE(one_too_few_is_counted_by_3_5_2)
{
    const struct rt_explorer_result result = explore_two("ce-3.5.2");
    OL_CHECK_EQ(result.schedules, 1380);
    OL_CHECK_EQ(rt_explorer_count(&result, 0), 35);
    OL_CHECK_EQ(rt_explorer_count(&result, 1), 1345);
}

OL_CASE(one_too_many_is_counted_once_the_count_is_right)
{
    const struct rt_explorer_result result = explore_two("ce-pr3936");
    OL_CHECK_EQ(result.schedules, 1380);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 920);
    OL_CHECK_EQ(rt_explorer_count(&result, 3), 460);
}

OL_CASE(under_the_lock_the_count_is_exact)
{
    struct rt_explorer_result result = explore_two("ce-3.5.3");
    OL_CHECK_EQ(result.schedules, 33);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 33);
    result = explore_two("ce-3.5.4");
    OL_CHECK_EQ(result.schedules, 33);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 33);
}

/* ---- Upstream's test: each pushes, clears its own, packs ---- */

static void begin_empty(void *env)
{
    init(env);
}

static void push_clear_pack(size_t operation, void *env)
{
    struct world *const world = env;
    (void)operation;
    struct rt_ce_node *const node = push(world);
    rt_ce_stack_clear(&world->stack, node);
    rt_ce_node_unref(node);
    world->packed += rt_ce_stack_pack(&world->stack, 1);
}

static struct rt_explorer_result explore_upstream(const char *variant)
{
    struct world world = {.variant = rt_ce_variant_find(variant)};
    return explore(&(const struct rt_explorer_program){
        .operations = 2,
        .begin = begin_empty,
        .run = push_clear_pack,
        .end = drain,
        .env = &world,
    });
}

OL_CASE(upstream_s_test_fails_in_every_schedule_of_3_5_2)
{
    const struct rt_explorer_result result = explore_upstream("ce-3.5.2");
    OL_CHECK_EQ(result.schedules, 45072);
    OL_CHECK_EQ(rt_explorer_count(&result, 0), 866);
    OL_CHECK_EQ(rt_explorer_count(&result, 1), 44206);
}

OL_CASE(upstream_s_test_fails_in_some_schedules_of_pr3936)
{
    const struct rt_explorer_result result = explore_upstream("ce-pr3936");
    OL_CHECK_EQ(result.schedules, 45072);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 34952);
    OL_CHECK_EQ(rt_explorer_count(&result, 3), 10120);
}

OL_CASE(upstream_s_test_passes_in_every_schedule_under_the_lock)
{
    struct rt_explorer_result result = explore_upstream("ce-3.5.3");
    OL_CHECK_EQ(result.schedules, 4134);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 4134);
    result = explore_upstream("ce-3.5.4");
    OL_CHECK_EQ(result.schedules, 4134);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 4134);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(one_too_few_is_counted_by_3_5_2)
OL_CASES_ENTRY(one_too_many_is_counted_once_the_count_is_right)
OL_CASES_ENTRY(under_the_lock_the_count_is_exact)
OL_CASES_ENTRY(upstream_s_test_fails_in_every_schedule_of_3_5_2)
OL_CASES_ENTRY(upstream_s_test_fails_in_some_schedules_of_pr3936)
OL_CASES_ENTRY(upstream_s_test_passes_in_every_schedule_under_the_lock)
OL_CASES_END
