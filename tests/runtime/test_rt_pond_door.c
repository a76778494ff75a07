/* test_rt_pond_door.c - who is let in, and when.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_door.h"

#include <errno.h>

#include "tests/runtime/rt_fixture.h"
#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

enum {
    WAITS = 3
};

struct scene {
    struct rt_pond *pond;
    struct rt_bell *bell;
    struct rt_future *waits[WAITS];
};

static enum rt_poll poll(struct scene *scene, unsigned wait)
{
    const struct rt_waker waker = rt_bell_waker(scene->bell);
    return rt_future_poll(scene->waits[wait], &waker);
}

static void set_up(struct scene *scene, const char *variant)
{
    scene->pond = rt_fixture_pond(variant, 1);
    scene->bell = rt_bell_create();
    for (unsigned i = 0; i < WAITS; i++) {
        scene->waits[i] = rt_pond_door_wait(scene->pond);
        OL_CHECK_EQ(poll(scene, i), RT_PENDING);
    }
    OL_CHECK_EQ(rt_pond_counts(scene->pond).blocked, WAITS);
}

static void tear_down(struct scene *scene)
{
    for (unsigned i = 0; i < WAITS; i++)
        rt_future_drop(scene->waits[i]);
    OL_CHECK_EQ(rt_pond_destroy(scene->pond), 0);
    rt_object_unref(&scene->bell->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void signal_door(struct rt_pond *pond)
{
    pthread_mutex_lock(&pond->mutex);
    struct rt_waker waker = rt_pond_door_signal(pond);
    pthread_mutex_unlock(&pond->mutex);
    rt_waker_fire(&waker);
}

OL_CASE(a_signal_lets_the_oldest_in_and_nobody_else)
{
    struct scene scene;
    set_up(&scene, "v2.7.0");
    signal_door(scene.pond);
    OL_CHECK_EQ(scene.bell->rung, 1);
    OL_CHECK_EQ(rt_pond_counts(scene.pond).blocked, 2);
    OL_CHECK_EQ(poll(&scene, 1), RT_PENDING);
    OL_CHECK_EQ(poll(&scene, 0), RT_READY);
    OL_CHECK_EQ(scene.waits[0]->status, 0);
    tear_down(&scene);
}

OL_CASE(who_was_called_and_leaves_calls_the_next)
{
    struct scene scene;
    set_up(&scene, "v2.7.0");
    signal_door(scene.pond);
    rt_future_drop(scene.waits[0]);
    scene.waits[0] = NULL;
    OL_CHECK_EQ(scene.bell->rung, 2);
    OL_CHECK_EQ(poll(&scene, 2), RT_PENDING);
    OL_CHECK_EQ(poll(&scene, 1), RT_READY);
    tear_down(&scene);
}

OL_CASE(a_signal_that_meets_nobody_is_kept_or_lost)
{
    static const char *const variants[] = {"v2.3.1", "v2.3.2"};
    for (unsigned i = 0; i < 2; i++) {
        struct scene scene;
        set_up(&scene, variants[i]);
        for (unsigned wait = 0; wait < WAITS; wait++)
            rt_future_drop(scene.waits[wait]);
        signal_door(scene.pond);
        signal_door(scene.pond);
        for (unsigned wait = 0; wait < WAITS; wait++)
            scene.waits[wait] = rt_pond_door_wait(scene.pond);
        /* One at the most, however many there were. */
        OL_CHECK_EQ(poll(&scene, 0), i == 0 ? RT_PENDING : RT_READY);
        OL_CHECK_EQ(poll(&scene, 1), RT_PENDING);
        tear_down(&scene);
    }
}

OL_CASE(a_pool_that_stops_sends_all_away)
{
    struct scene scene;
    set_up(&scene, "v2.7.0");
    rt_pond_door_shake(scene.pond);
    OL_CHECK_EQ(scene.bell->rung, 3);
    for (unsigned i = 0; i < WAITS; i++)
        OL_CHECK_EQ(poll(&scene, i), RT_PENDING);
    rt_pond_stop(scene.pond);
    OL_CHECK_EQ(scene.bell->rung, 6);
    for (unsigned i = 0; i < WAITS; i++) {
        OL_CHECK_EQ(poll(&scene, i), RT_READY);
        OL_CHECK_EQ(scene.waits[i]->status, -ESHUTDOWN);
    }
    tear_down(&scene);
}

OL_CASE(a_pool_that_is_cancelled_sends_all_away)
{
    struct scene scene;
    set_up(&scene, "v2.7.0");
    rt_context_cancel(rt_pond_context(scene.pond), -EPIPE);
    OL_CHECK_EQ(scene.bell->rung, 3);
    for (unsigned i = 0; i < WAITS; i++) {
        OL_CHECK_EQ(poll(&scene, i), RT_READY);
        OL_CHECK_EQ(scene.waits[i]->status, -EPIPE);
    }
    tear_down(&scene);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_signal_lets_the_oldest_in_and_nobody_else)
OL_CASES_ENTRY(who_was_called_and_leaves_calls_the_next)
OL_CASES_ENTRY(a_signal_that_meets_nobody_is_kept_or_lost)
OL_CASES_ENTRY(a_pool_that_stops_sends_all_away)
OL_CASES_ENTRY(a_pool_that_is_cancelled_sends_all_away)
OL_CASES_END
