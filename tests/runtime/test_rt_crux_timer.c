/* test_rt_crux_timer.c - timers that the shell keeps; slabs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_timer.h"

#include <errno.h>

#include "reference-runtime/crux/crux_executor.h"
#include "reference-runtime/crux/crux_slab.h"
#include "tests/support/check.h"

/* ---- Timers ---- */

struct world {
    struct rt_crux_executor *executor;
    struct rt_crux_spawner spawner;
    struct rt_crux_sender to_shell;
    struct rt_crux_receiver asked;
    struct rt_crux_capability *capability;
    struct rt_crux_timer *timer;
    struct rt_future *wait;
};

static void open_world(struct world *world, const char *variant)
{
    const struct rt_crux_time_variant *const time =
        rt_crux_time_variant_find(variant);
    OL_CHECK(time);
    *world = (struct world){0};
    OL_CHECK_EQ(rt_crux_executor_create(rt_crux_variant_find("0.9.1"),
                    &world->executor, &world->spawner),
        0);
    OL_CHECK_EQ(rt_crux_channel_open(&world->to_shell, &world->asked), 0);
    world->capability = rt_crux_capability_create(
        &world->spawner, &world->to_shell, &world->to_shell);
    OL_CHECK(world->capability);
    world->timer = rt_crux_timer_create(time, world->capability, 21);
    OL_CHECK(world->timer);
    /* The test keeps the future too, to see how it ends. */
    world->wait = rt_crux_timer_await(world->timer);
    OL_CHECK(world->wait);
    rt_object_ref(&world->wait->object);
    OL_CHECK_EQ(rt_crux_spawner_spawn(&world->spawner, world->wait), 0);
}

static void close_world(struct world *world)
{
    rt_crux_executor_destroy(world->executor);
    rt_crux_spawner_drop(&world->spawner);
    rt_object_unref(&world->wait->object);
    rt_crux_timer_unref(world->timer);
    rt_crux_capability_unref(world->capability);
    rt_crux_sender_drop(&world->to_shell);
    rt_crux_receiver_drop(&world->asked);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static struct rt_crux_request *take(
    struct world *world, enum rt_crux_timer_verb verb)
{
    struct rt_crux_item item = {0};
    OL_CHECK_EQ(rt_crux_receiver_take(&world->asked, &item), 0);
    struct rt_crux_request *const request = rt_crux_request_of(&item);
    OL_CHECK_EQ(
        rt_crux_request_operation(request), rt_crux_timer_operation(verb, 21));
    return request;
}

static void check_arrival(const char *variant)
{
    struct world world;
    open_world(&world, variant);
    OL_CHECK_EQ(rt_crux_receiver_count(&world.asked), 0);
    rt_crux_executor_run(world.executor);
    struct rt_crux_request *const request = take(&world, RT_CRUX_TIMER_NOTIFY);
    OL_CHECK_EQ(world.wait->state, RT_PENDING);
    OL_CHECK_EQ(rt_crux_request_resolve(request, 5), 0);
    rt_crux_executor_run(world.executor);
    OL_CHECK_EQ(world.wait->state, RT_READY);
    OL_CHECK_EQ(world.wait->status, 0);
    OL_CHECK_EQ(world.wait->value, 5);
    rt_crux_request_drop(request);
    close_world(&world);
}

OL_CASE(a_timer_ends_when_the_shell_says_so)
{
    check_arrival("time-0.6.0");
    check_arrival("time-0.7.0");
}

static void check_clear(const char *variant, bool ends)
{
    struct world world;
    open_world(&world, variant);
    rt_crux_executor_run(world.executor);
    rt_crux_request_drop(take(&world, RT_CRUX_TIMER_NOTIFY));
    OL_CHECK_EQ(rt_crux_timer_clear(world.timer), 0);
    rt_crux_request_drop(take(&world, RT_CRUX_TIMER_CLEAR));
    rt_crux_executor_run(world.executor);
    OL_CHECK_EQ(world.wait->state, ends ? RT_READY : RT_PENDING);
    OL_CHECK_EQ(world.wait->status, ends ? -ECANCELED : 0);
    close_world(&world);
}

OL_CASE(a_timer_that_is_cleared_ends_from_0_7_0_on)
{
    check_clear("time-0.6.0", false);
    check_clear("time-0.7.0", true);
}

OL_CASE(a_timer_cleared_before_its_first_poll_never_starts)
{
    struct world world;
    open_world(&world, "time-0.7.0");
    OL_CHECK_EQ(rt_crux_timer_clear(world.timer), 0);
    rt_crux_executor_run(world.executor);
    OL_CHECK_EQ(world.wait->status, -ECANCELED);
    rt_crux_request_drop(take(&world, RT_CRUX_TIMER_CLEAR));
    OL_CHECK_EQ(rt_crux_receiver_count(&world.asked), 0);
    close_world(&world);
}

/* ---- Slabs ---- */

enum {
    ENTRIES = 1000
};

OL_CASE(a_slab_numbers_from_0_and_uses_numbers_again)
{
    static int entries[ENTRIES];
    struct rt_crux_slab slab;
    rt_crux_slab_init(&slab);
    for (uint32_t i = 0; i < ENTRIES; i++) {
        OL_CHECK_EQ(rt_crux_slab_reserve(&slab), 0);
        OL_CHECK_EQ(rt_crux_slab_insert(&slab, &entries[i]), i);
    }
    OL_CHECK(rt_crux_slab_get(&slab, 7) == &entries[7]);
    OL_CHECK(rt_crux_slab_remove(&slab, 7) == &entries[7]);
    OL_CHECK(rt_crux_slab_remove(&slab, 900) == &entries[900]);
    OL_CHECK(!rt_crux_slab_get(&slab, 7));
    OL_CHECK(!rt_crux_slab_remove(&slab, 7));
    OL_CHECK(!rt_crux_slab_get(&slab, ENTRIES));
    OL_CHECK_EQ(rt_crux_slab_deinit(&slab), -EBUSY);
    OL_CHECK_EQ(rt_crux_slab_insert(&slab, &entries[0]), 900);
    OL_CHECK_EQ(rt_crux_slab_insert(&slab, &entries[0]), 7);
    OL_CHECK_EQ(slab.count, ENTRIES);
    OL_CHECK_EQ(slab.used, ENTRIES);
    for (uint32_t i = 0; i < ENTRIES; i++)
        OL_CHECK(rt_crux_slab_remove(&slab, i));
    OL_CHECK_EQ(rt_crux_slab_deinit(&slab), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_timer_ends_when_the_shell_says_so)
OL_CASES_ENTRY(a_timer_that_is_cleared_ends_from_0_7_0_on)
OL_CASES_ENTRY(a_timer_cleared_before_its_first_poll_never_starts)
OL_CASES_ENTRY(a_slab_numbers_from_0_and_uses_numbers_again)
OL_CASES_END
