/* test_rt_wait_list.c - who waits, and in which order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/wait_list.h"

#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

enum {
    WAITS = 3
};

struct scene {
    struct rt_wait_list list;
    struct rt_wait waits[WAITS];
    struct rt_bell *bells[WAITS];
};

static void add(struct scene *scene, unsigned wait, unsigned bell)
{
    const struct rt_waker shown = rt_bell_waker(scene->bells[bell]);
    struct rt_waker replaced =
        rt_wait_list_add(&scene->list, &scene->waits[wait], &shown);
    rt_waker_drop(&replaced);
}

static void set_up(struct scene *scene)
{
    rt_wait_list_init(&scene->list);
    for (unsigned i = 0; i < WAITS; i++) {
        scene->bells[i] = rt_bell_create();
        rt_wait_init(&scene->waits[i]);
        add(scene, i, i);
    }
}

static void tear_down(struct scene *scene)
{
    for (unsigned i = 0; i < WAITS; i++) {
        struct rt_waker waker = rt_wait_remove(&scene->waits[i]);
        rt_waker_drop(&waker);
        rt_object_unref(&scene->bells[i]->object);
    }
    OL_CHECK_EQ(scene->list.count, 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* Takes one out. Returns which. */
static unsigned take(struct scene *scene)
{
    struct rt_wait *const wait = rt_wait_list_take(&scene->list);
    OL_CHECK(wait);
    OL_CHECK(!wait->list);
    rt_waker_fire(&wait->waker);
    return (unsigned)(wait - scene->waits);
}

OL_CASE(the_oldest_is_taken_first)
{
    struct scene scene;
    set_up(&scene);
    OL_CHECK_EQ(scene.list.count, 3);
    OL_CHECK_EQ(take(&scene), 0);
    OL_CHECK_EQ(take(&scene), 1);
    OL_CHECK_EQ(take(&scene), 2);
    OL_CHECK(!rt_wait_list_take(&scene.list));
    for (unsigned i = 0; i < WAITS; i++)
        OL_CHECK_EQ(scene.bells[i]->rung, 1);
    tear_down(&scene);
}

OL_CASE(one_that_waits_again_keeps_its_place_with_the_new_waker)
{
    struct scene scene;
    set_up(&scene);
    add(&scene, 0, 2);
    OL_CHECK_EQ(scene.list.count, 3);
    OL_CHECK_EQ(scene.bells[0]->object.strong, 1);
    OL_CHECK_EQ(take(&scene), 0);
    OL_CHECK_EQ(scene.bells[0]->rung, 0);
    OL_CHECK_EQ(scene.bells[2]->rung, 1);
    tear_down(&scene);
}

OL_CASE(one_that_was_taken_waits_at_the_end)
{
    struct scene scene;
    set_up(&scene);
    OL_CHECK_EQ(take(&scene), 0);
    add(&scene, 0, 0);
    OL_CHECK_EQ(take(&scene), 1);
    OL_CHECK_EQ(take(&scene), 2);
    OL_CHECK_EQ(take(&scene), 0);
    tear_down(&scene);
}

OL_CASE(one_that_leaves_is_passed_over_and_gives_its_waker)
{
    struct scene scene;
    set_up(&scene);
    struct rt_waker waker = rt_wait_remove(&scene.waits[0]);
    OL_CHECK(waker.data == scene.bells[0]);
    rt_waker_drop(&waker);
    waker = rt_wait_remove(&scene.waits[0]);
    OL_CHECK(!waker.type);
    OL_CHECK_EQ(scene.list.count, 2);
    OL_CHECK_EQ(take(&scene), 1);
    OL_CHECK_EQ(scene.bells[0]->rung, 0);
    tear_down(&scene);
}

OL_CASE(one_that_leaves_under_a_lock_drops_its_waker)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    struct scene scene;
    set_up(&scene);
    rt_wait_leave(&scene.waits[1], &mutex);
    OL_CHECK_EQ(scene.bells[1]->object.strong, 1);
    OL_CHECK_EQ(scene.bells[1]->rung, 0);
    OL_CHECK_EQ(scene.list.count, 2);
    rt_wait_leave(&scene.waits[1], &mutex);
    OL_CHECK_EQ(pthread_mutex_trylock(&mutex), 0);
    pthread_mutex_unlock(&mutex);
    OL_CHECK_EQ(take(&scene), 0);
    OL_CHECK_EQ(take(&scene), 2);
    tear_down(&scene);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(the_oldest_is_taken_first)
OL_CASES_ENTRY(one_that_waits_again_keeps_its_place_with_the_new_waker)
OL_CASES_ENTRY(one_that_was_taken_waits_at_the_end)
OL_CASES_ENTRY(one_that_leaves_is_passed_over_and_gives_its_waker)
OL_CASES_ENTRY(one_that_leaves_under_a_lock_drops_its_waker)
OL_CASES_END
