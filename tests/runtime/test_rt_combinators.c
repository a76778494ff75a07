/* test_rt_combinators.c - race, join and select.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/combinators.h"

#include <errno.h>

#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

enum {
    PARTS = 3
};

/* Signals, a future of each, and who is woken. */
struct scene {
    struct rt_signal *signals[PARTS];
    struct rt_future *parts[PARTS];
    struct rt_bell *bell;
};

static void set_up(struct scene *scene)
{
    for (unsigned i = 0; i < PARTS; i++) {
        scene->signals[i] = rt_signal_create();
        scene->parts[i] = rt_signal_wait(scene->signals[i]);
    }
    scene->bell = rt_bell_create();
}

static void tear_down(struct scene *scene)
{
    for (unsigned i = 0; i < PARTS; i++)
        rt_signal_unref(scene->signals[i]);
    OL_CHECK_EQ(scene->bell->object.strong, 1);
    rt_object_unref(&scene->bell->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static enum rt_poll poll(struct scene *scene, struct rt_future *future)
{
    const struct rt_waker waker = rt_bell_waker(scene->bell);
    return rt_future_poll(future, &waker);
}

static unsigned drops(const struct scene *scene)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < PARTS; i++)
        sum += scene->signals[i]->drops;
    return sum;
}

/* ---- Race ---- */

OL_CASE(a_race_is_as_the_first_that_is_ready)
{
    struct scene scene;
    set_up(&scene);
    struct rt_future *const race = rt_race(scene.parts, PARTS);
    OL_CHECK_EQ(poll(&scene, race), RT_PENDING);
    OL_CHECK_EQ(scene.bell->object.strong, 1 + PARTS);
    rt_signal_set(scene.signals[1], -EPIPE, 5);
    OL_CHECK_EQ(scene.bell->rung, 1);
    OL_CHECK_EQ(drops(&scene), 0);
    OL_CHECK_EQ(poll(&scene, race), RT_READY);
    OL_CHECK_EQ(race->status, -EPIPE);
    OL_CHECK_EQ(race->value, 5);
    OL_CHECK_EQ(rt_race_winner(race), 1);
    OL_CHECK_EQ(scene.signals[0]->drops, 1);
    OL_CHECK_EQ(scene.signals[2]->drops, 1);
    OL_CHECK_EQ(scene.signals[1]->drops, 0);
    rt_future_drop(race);
    OL_CHECK_EQ(drops(&scene), 3);
    tear_down(&scene);
}

OL_CASE(of_two_that_are_ready_the_earlier_in_place_wins)
{
    struct scene scene;
    set_up(&scene);
    struct rt_future *const race = rt_race(scene.parts, PARTS);
    OL_CHECK_EQ(poll(&scene, race), RT_PENDING);
    rt_signal_set(scene.signals[2], 0, 2);
    rt_signal_set(scene.signals[0], 0, 0);
    OL_CHECK_EQ(poll(&scene, race), RT_READY);
    OL_CHECK_EQ(rt_race_winner(race), 0);
    OL_CHECK_EQ(scene.signals[1]->polls, 1);
    rt_future_drop(race);
    tear_down(&scene);
}

OL_CASE(a_race_that_is_dropped_drops_its_parts)
{
    struct scene scene;
    set_up(&scene);
    struct rt_future *const race = rt_race(scene.parts, PARTS);
    OL_CHECK_EQ(poll(&scene, race), RT_PENDING);
    rt_future_drop(race);
    OL_CHECK_EQ(drops(&scene), 3);
    rt_signal_set(scene.signals[0], 0, 0);
    OL_CHECK_EQ(scene.bell->rung, 0);
    tear_down(&scene);
}

/* ---- Join ---- */

OL_CASE(a_join_is_ready_when_all_are)
{
    struct scene scene;
    set_up(&scene);
    struct rt_future *const join = rt_join(scene.parts, PARTS);
    for (unsigned i = 0; i < PARTS; i++) {
        OL_CHECK_EQ(poll(&scene, join), RT_PENDING);
        rt_signal_set(scene.signals[i], 0, 10 + (intptr_t)i);
    }
    OL_CHECK_EQ(poll(&scene, join), RT_READY);
    OL_CHECK_EQ(join->status, 0);
    for (unsigned i = 0; i < PARTS; i++) {
        /* One that is ready is not asked again. */
        OL_CHECK_EQ(scene.signals[i]->polls, i + 2);
        OL_CHECK_EQ(rt_join_part(join, i)->value, 10 + (intptr_t)i);
    }
    rt_future_drop(join);
    OL_CHECK_EQ(drops(&scene), 3);
    tear_down(&scene);
}

OL_CASE(a_join_fails_with_the_first_that_fails)
{
    struct scene scene;
    set_up(&scene);
    struct rt_future *const join = rt_join(scene.parts, PARTS);
    OL_CHECK_EQ(poll(&scene, join), RT_PENDING);
    rt_signal_set(scene.signals[0], 0, 0);
    rt_signal_set(scene.signals[1], -EPIPE, 0);
    OL_CHECK_EQ(poll(&scene, join), RT_READY);
    OL_CHECK_EQ(join->status, -EPIPE);
    OL_CHECK_EQ(scene.signals[0]->drops, 1);
    OL_CHECK_EQ(scene.signals[1]->drops, 0);
    OL_CHECK_EQ(scene.signals[2]->drops, 1);
    OL_CHECK(!rt_join_part(join, 2));
    rt_future_drop(join);
    tear_down(&scene);
}

OL_CASE(a_join_of_nothing_is_ready)
{
    struct rt_bell *const bell = rt_bell_create();
    const struct rt_waker waker = rt_bell_waker(bell);
    struct rt_future *const join = rt_join(NULL, 0);
    OL_CHECK_EQ(rt_future_poll(join, &waker), RT_READY);
    rt_future_drop(join);
    rt_object_unref(&bell->object);
}

/* ---- Select ---- */

OL_CASE(a_select_tells_which_and_leaves_the_others_waiting)
{
    struct scene scene;
    set_up(&scene);
    struct rt_future *select = rt_select(scene.parts, PARTS);
    OL_CHECK_EQ(poll(&scene, select), RT_PENDING);
    rt_signal_set(scene.signals[2], -EPIPE, 0);
    OL_CHECK_EQ(poll(&scene, select), RT_READY);
    OL_CHECK_EQ(select->value, 2);
    OL_CHECK_EQ(select->status, -EPIPE);
    rt_future_drop(select);
    OL_CHECK_EQ(drops(&scene), 0);
    OL_CHECK_EQ(scene.bell->object.strong, 1 + 2);

    select = rt_select(scene.parts, PARTS);
    OL_CHECK_EQ(poll(&scene, select), RT_PENDING);
    OL_CHECK_EQ(scene.signals[2]->polls, 2);
    rt_signal_set(scene.signals[0], 0, 0);
    OL_CHECK_EQ(poll(&scene, select), RT_READY);
    OL_CHECK_EQ(select->value, 0);
    OL_CHECK_EQ(select->status, 0);
    rt_future_drop(select);

    for (unsigned i = 0; i < PARTS; i++)
        rt_future_drop(scene.parts[i]);
    tear_down(&scene);
}

/* ---- Making them ---- */

OL_CASE(without_a_part_what_was_to_be_taken_is_dropped)
{
    struct scene scene;
    set_up(&scene);
    OL_CHECK(!rt_race((struct rt_future *[]){scene.parts[0], NULL}, 2));
    OL_CHECK_EQ(scene.signals[0]->drops, 1);
    OL_CHECK(!rt_join((struct rt_future *[]){NULL, scene.parts[1]}, 2));
    OL_CHECK_EQ(scene.signals[1]->drops, 1);
    OL_CHECK(!rt_select((struct rt_future *[]){scene.parts[2], NULL}, 2));
    OL_CHECK_EQ(scene.signals[2]->drops, 0);
    rt_future_drop(scene.parts[2]);
    tear_down(&scene);
}

struct edges {
    unsigned strong;
    unsigned weak;
};

static void count_edge(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    (void)from, (void)to;
    struct edges *const edges = env;
    OL_CHECK_TEXT(field, "part");
    if (strong) edges->strong++;
    if (!strong) edges->weak++;
}

OL_CASE(race_and_join_own_their_parts_and_select_does_not)
{
    struct scene scene;
    struct edges edges = {0};
    set_up(&scene);
    struct rt_future *const select = rt_select(scene.parts, PARTS);
    rt_object_each_edge(&select->object, count_edge, &edges);
    OL_CHECK_EQ(edges.weak, 3);
    OL_CHECK_EQ(edges.strong, 0);
    rt_future_drop(select);

    struct rt_future *const race = rt_race(scene.parts, PARTS);
    rt_signal_set(scene.signals[0], 0, 0);
    OL_CHECK_EQ(poll(&scene, race), RT_READY);
    rt_object_each_edge(&race->object, count_edge, &edges);
    OL_CHECK_EQ(edges.strong, 1);
    rt_future_drop(race);
    tear_down(&scene);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_race_is_as_the_first_that_is_ready)
OL_CASES_ENTRY(of_two_that_are_ready_the_earlier_in_place_wins)
OL_CASES_ENTRY(a_race_that_is_dropped_drops_its_parts)
OL_CASES_ENTRY(a_join_is_ready_when_all_are)
OL_CASES_ENTRY(a_join_fails_with_the_first_that_fails)
OL_CASES_ENTRY(a_join_of_nothing_is_ready)
OL_CASES_ENTRY(a_select_tells_which_and_leaves_the_others_waiting)
OL_CASES_ENTRY(without_a_part_what_was_to_be_taken_is_dropped)
OL_CASES_ENTRY(race_and_join_own_their_parts_and_select_does_not)
OL_CASES_END
