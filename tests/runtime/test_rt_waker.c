/* test_rt_waker.c - wakers of objects and of other things.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/waker.h"

#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

/* ---- Wakers that are not objects: data is an int of who owns it ---- */

static void *clone_count(void *data)
{
    ++*(int *)data;
    return data;
}

static void wake_count(void *data)
{
    *(int *)data += 100;
}

static void drop_count(void *data)
{
    --*(int *)data;
}

static const struct rt_waker_type count_waker = {
    .wake = wake_count,
    .clone = clone_count,
    .drop = drop_count,
};

OL_CASE(nobody_can_be_woken_cloned_and_dropped)
{
    struct rt_waker nobody = {0};
    struct rt_waker clone = rt_waker_clone(&nobody);
    rt_waker_wake(&clone);
    rt_waker_fire(&clone);
    rt_waker_drop(&nobody);
    OL_CHECK(rt_waker_is_same(&nobody, &clone));
}

OL_CASE(a_type_with_clone_does_as_it_says)
{
    int count = 1;
    struct rt_waker waker = {&count_waker, &count};
    struct rt_waker clone = rt_waker_clone(&waker);
    OL_CHECK_EQ(count, 2);
    rt_waker_wake(&clone);
    OL_CHECK_EQ(count, 102);
    rt_waker_fire(&clone);
    OL_CHECK_EQ(count, 201);
    OL_CHECK(!clone.type);
    rt_waker_drop(&waker);
    OL_CHECK_EQ(count, 200);
    rt_waker_drop(&waker);
    OL_CHECK_EQ(count, 200);
}

OL_CASE(a_type_without_clone_owns_an_object)
{
    struct rt_bell *const bell = rt_bell_create();
    const struct rt_waker shown = rt_bell_waker(bell);
    struct rt_waker clone = rt_waker_clone(&shown);
    OL_CHECK_EQ(bell->object.strong, 2);
    rt_waker_wake(&clone);
    OL_CHECK_EQ(bell->rung, 1);
    OL_CHECK_EQ(bell->object.strong, 2);
    rt_waker_fire(&clone);
    OL_CHECK_EQ(bell->rung, 2);
    OL_CHECK_EQ(bell->object.strong, 1);
    rt_object_unref(&bell->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(to_replace_a_waker_by_its_own_makes_no_clone)
{
    struct rt_bell *const one = rt_bell_create();
    struct rt_bell *const other = rt_bell_create();
    const struct rt_waker shown = rt_bell_waker(one);
    const struct rt_waker shown_next = rt_bell_waker(other);
    struct rt_waker kept = {0};
    struct rt_waker replaced = rt_waker_replace(&kept, &shown);
    OL_CHECK(!replaced.type);
    replaced = rt_waker_replace(&kept, &shown);
    OL_CHECK(!replaced.type);
    OL_CHECK_EQ(one->object.strong, 2);

    replaced = rt_waker_replace(&kept, &shown_next);
    OL_CHECK(rt_waker_is_same(&replaced, &shown));
    OL_CHECK(rt_waker_is_same(&kept, &shown_next));
    OL_CHECK_EQ(one->object.strong, 2);
    rt_waker_drop(&replaced);
    rt_waker_drop(&kept);
    OL_CHECK_EQ(one->object.strong, 1);
    OL_CHECK_EQ(other->object.strong, 1);
    rt_object_unref(&one->object);
    rt_object_unref(&other->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void count_edge(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    OL_CHECK_TEXT(field, "waker");
    OL_CHECK(from == to);
    OL_CHECK(strong);
    ++*(int *)env;
}

OL_CASE(only_an_object_is_an_edge)
{
    int count = 1;
    int edges = 0;
    struct rt_bell *const bell = rt_bell_create();
    const struct rt_object *const from = &bell->object;
    const struct rt_waker of_object = rt_bell_waker(bell);
    const struct rt_waker of_int = {&count_waker, &count};
    const struct rt_waker nobody = {0};
    rt_waker_each_edge(&of_object, from, "waker", count_edge, &edges);
    OL_CHECK_EQ(edges, 1);
    rt_waker_each_edge(&of_int, from, "waker", count_edge, &edges);
    rt_waker_each_edge(&nobody, from, "waker", count_edge, &edges);
    OL_CHECK_EQ(edges, 1);
    rt_object_unref(&bell->object);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(nobody_can_be_woken_cloned_and_dropped)
OL_CASES_ENTRY(a_type_with_clone_does_as_it_says)
OL_CASES_ENTRY(a_type_without_clone_owns_an_object)
OL_CASES_ENTRY(to_replace_a_waker_by_its_own_makes_no_clone)
OL_CASES_ENTRY(only_an_object_is_an_edge)
OL_CASES_END
