/* test_rt_crux_command_edges.c - who keeps whom in a command, by the true
 * edges: no object keeps itself, and the wakers of joins hang where they do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_command.h"
#include "reference-runtime/crux/crux_command_waker.h"
#include "reference-runtime/crux/crux_compose.h"
#include "reference-runtime/run/crux_held.h"
#include "reference-runtime/run/reach.h"
#include "tests/support/check.h"

static const char *const versions[] = {
    "0.11.0", "0.13.0", "pr423", "0.19.0", "0.20.0", "strict"};

enum {
    VERSIONS = sizeof versions / sizeof versions[0]
};

static long count_from(const struct rt_object *root, enum rt_object_kind kind)
{
    struct rt_reach reach;
    OL_CHECK_EQ(rt_reach_walk(root, &reach), 0);
    const long count = rt_reach_count(&reach, kind);
    rt_reach_deinit(&reach);
    return count;
}

static bool is_on_cycle(const struct rt_object *object)
{
    char text[512];
    struct rt_reach reach;
    OL_CHECK_EQ(rt_reach_walk(object, &reach), 0);
    const bool is = rt_reach_cycle(&reach, text, sizeof text);
    rt_reach_deinit(&reach);
    return is;
}

/* Returns how many objects that `root` keeps are on a cycle, or wakers from
 * which a task is reached. */
static long count_wrong(const struct rt_object *root)
{
    long wrong = 0;
    struct rt_reach reach;
    OL_CHECK_EQ(rt_reach_walk(root, &reach), 0);
    for (size_t i = 0; i < reach.count; i++) {
        const struct rt_object *const object = reach.steps[i].object;
        wrong += is_on_cycle(object);
        if (object->type->kind == RT_WAKER)
            wrong += count_from(object, RT_TASK);
    }
    rt_reach_deinit(&reach);
    return wrong;
}

/* A root that hosts a command of two tasks: one asks the shell, the other
 * waits for the first. */
struct world {
    struct rt_crux_command *root;
    struct rt_crux_command *hosted; /* borrowed */
    struct rt_crux_effect *effect;
};

static void open_world(struct world *world, const char *version)
{
    const struct rt_crux_command_variant *const variant =
        rt_crux_command_variant_find(version);
    world->root = rt_crux_command_create(variant);
    world->hosted = rt_crux_command_create(variant);
    OL_CHECK(world->root && world->hosted);
    struct rt_crux_context *const context =
        rt_crux_command_context(world->hosted);
    struct rt_crux_join_handle *const handle =
        rt_crux_context_spawn(context, rt_crux_held_create(context, 1, 8));
    OL_CHECK(handle);
    OL_CHECK_EQ(
        rt_crux_command_spawn(world->hosted, rt_crux_join_handle_await(handle)),
        0);
    rt_crux_join_handle_unref(handle);
    OL_CHECK_EQ(rt_crux_compose_and(world->root, world->hosted), 0);
}

static void run_world(struct world *world)
{
    world->effect = rt_crux_command_take_effect(world->root);
    OL_CHECK(world->effect);
}

static void close_world(struct world *world)
{
    rt_crux_effect_unref(world->effect);
    rt_crux_command_unref(world->root);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(no_object_of_a_suspended_command_keeps_itself)
{
    for (int i = 0; i < VERSIONS; i++) {
        struct world world = {0};
        open_world(&world, versions[i]);
        run_world(&world);
        const struct rt_object *const root = rt_crux_command_object(world.root);
        OL_CHECK_EQ(count_from(root, RT_TASK), 3);
        OL_CHECK_EQ(count_from(root, RT_PAYLOAD), 1);
        OL_CHECK_EQ(count_from(root, RT_COMMAND), 2);
        OL_CHECK_EQ(count_from(root, RT_WAKER), rt_object_live(RT_WAKER));
        OL_CHECK_EQ(count_wrong(root), 0);
        close_world(&world);
    }
}

/* context -> channel -> message -> task -> … -> context: up to the next run,
 * and no longer than the command. */
OL_CASE(a_task_that_is_not_spawned_yet_keeps_itself)
{
    for (int i = 0; i < VERSIONS; i++) {
        struct world world = {0};
        open_world(&world, versions[i]);
        OL_CHECK(is_on_cycle(&rt_crux_command_context(world.hosted)->object));
        run_world(&world);
        OL_CHECK(!is_on_cycle(&rt_crux_command_context(world.hosted)->object));
        close_world(&world);

        open_world(&world, versions[i]);
        world.effect = NULL;
        close_world(&world);
    }
}

/* The shell's side reaches the channel of the answers, and the waker in it:
 * not the task that it wakes. */
OL_CASE(an_effect_keeps_no_task)
{
    for (int i = 0; i < VERSIONS; i++) {
        struct world world = {0};
        open_world(&world, versions[i]);
        run_world(&world);
        OL_CHECK_EQ(count_from(&world.effect->object, RT_WAKER), 2);
        OL_CHECK_EQ(count_from(&world.effect->object, RT_TASK), 0);
        OL_CHECK_EQ(count_from(&world.effect->object, RT_PAYLOAD), 0);
        close_world(&world);
    }
}

/* Each poll of a join with another waker. */
static void poll_join(
    struct rt_future *join, struct rt_crux_atomic_waker *host, int polls)
{
    struct rt_crux_sender ready;
    struct rt_crux_receiver numbers;
    OL_CHECK_EQ(rt_crux_channel_open(&ready, &numbers), 0);
    for (int i = 0; i < polls; i++) {
        struct rt_crux_command_waker *const waker =
            rt_crux_command_waker_create(&ready, host);
        OL_CHECK(waker);
        const struct rt_waker shown = rt_crux_command_waker_borrow(waker);
        OL_CHECK_EQ(rt_future_poll(join, &shown), RT_PENDING);
        rt_crux_command_waker_unref(waker);
    }
    rt_crux_sender_drop(&ready);
    rt_crux_receiver_drop(&numbers);
}

static void check_join(const char *version, long by_handle, long by_join)
{
    struct rt_crux_join_handle *const handle =
        rt_crux_join_handle_create(rt_crux_command_variant_find(version));
    struct rt_crux_atomic_waker *const host = rt_crux_atomic_waker_create();
    OL_CHECK(handle && host);
    struct rt_future *const join = rt_crux_join_handle_await(handle);
    OL_CHECK(join);
    poll_join(join, host, 10);
    OL_CHECK_EQ(
        count_from(rt_crux_join_handle_object(handle), RT_WAKER), by_handle);
    OL_CHECK_EQ(count_from(&join->object, RT_WAKER), by_join);
    rt_future_drop(join);
    OL_CHECK_EQ(rt_object_live(RT_WAKER), by_handle);
    rt_crux_join_handle_leave(handle);
    rt_crux_atomic_waker_unref(host);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* Upstream they hang in a channel of the task's, also when the join is long
 * gone; strictly, one is the join's own. */
OL_CASE(the_wakers_of_a_join_hang_where_its_version_says)
{
    check_join("0.11.0", 10, 10);
    check_join("0.19.0", 10, 10);
    check_join("strict", 0, 1);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(no_object_of_a_suspended_command_keeps_itself)
OL_CASES_ENTRY(a_task_that_is_not_spawned_yet_keeps_itself)
OL_CASES_ENTRY(an_effect_keeps_no_task)
OL_CASES_ENTRY(the_wakers_of_a_join_hang_where_its_version_says)
OL_CASES_END
