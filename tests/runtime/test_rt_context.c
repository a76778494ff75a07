/* test_rt_context.c - what is cancelled, who is told, who stays.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/context.h"

#include <errno.h>
#include <pthread.h>

#include "tests/runtime/rt_fixture.h"
#include "tests/runtime/rt_probe.h"
#include "tests/runtime/rt_threads.h"
#include "tests/support/check.h"

OL_CASE(cancelling_reaches_all_below_and_keeps_the_first_cause)
{
    struct rt_context *const root = rt_context_create(NULL);
    struct rt_context *const child = rt_context_create(root);
    struct rt_context *const grandchild = rt_context_create(child);
    struct rt_context *const other = rt_context_create(root);
    OL_CHECK(root && child && grandchild && other);

    rt_context_cancel(child, -EPIPE);
    rt_context_cancel(root, -ECANCELED);
    OL_CHECK_EQ(rt_context_cause(child), -EPIPE);
    OL_CHECK_EQ(rt_context_cause(grandchild), -EPIPE);
    OL_CHECK_EQ(rt_context_cause(other), -ECANCELED);

    rt_context_unref(root);
    rt_context_unref(child);
    rt_context_unref(grandchild);
    rt_context_unref(other);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_child_that_nobody_cancels_stays_with_its_parent)
{
    struct rt_context *const root = rt_context_create(NULL);
    OL_CHECK(root);
    for (int i = 0; i < 10; i++)
        rt_context_unref(rt_context_create(root));
    OL_CHECK_EQ(rt_object_live(RT_CONTEXT), 11);
    rt_context_cancel(root, -ECANCELED);
    OL_CHECK_EQ(rt_object_live(RT_CONTEXT), 1);
    rt_context_unref(root);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_child_of_a_cancelled_parent_is_born_cancelled)
{
    struct rt_context *const root = rt_context_create(NULL);
    OL_CHECK(root);
    rt_context_cancel(root, -EPIPE);
    struct rt_context *const child = rt_context_create(root);
    OL_CHECK(child);
    OL_CHECK_EQ(rt_context_cause(child), -EPIPE);
    rt_context_unref(child);
    rt_context_unref(root);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* Polls once more, or for the first time. */
static enum rt_poll poll(struct rt_future *future, struct rt_bell *bell)
{
    const struct rt_waker waker = rt_bell_waker(bell);
    return rt_future_poll(future, &waker);
}

OL_CASE(who_waits_is_woken_once_or_need_not_wait_or_has_left)
{
    struct rt_bell *const bell = rt_bell_create();
    struct rt_context *const root = rt_context_create(NULL);
    struct rt_context *const child = rt_context_create(root);
    struct rt_future *const left = rt_context_done(child);
    struct rt_future *const done = rt_context_done(child);
    OL_CHECK_EQ(rt_object_live(RT_DONE), 1);
    OL_CHECK_EQ(poll(left, bell), RT_PENDING);
    OL_CHECK_EQ(poll(done, bell), RT_PENDING);
    rt_future_drop(left);

    rt_context_cancel(root, -EPIPE);
    rt_context_cancel(root, -ECANCELED);
    OL_CHECK_EQ(bell->rung, 1);
    OL_CHECK_EQ(poll(done, bell), RT_READY);
    OL_CHECK_EQ(done->status, -EPIPE);

    struct rt_future *const late = rt_context_done(child);
    OL_CHECK_EQ(poll(late, bell), RT_READY);
    OL_CHECK_EQ(late->status, -EPIPE);
    rt_future_drop(late);
    rt_future_drop(done);
    rt_context_unref(child);
    rt_context_unref(root);
    rt_object_unref(&bell->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void *clone_maker(void *data)
{
    return data;
}

/* Takes the lock of the tree. */
static void make_child(void *data)
{
    rt_context_unref(rt_context_create(data));
}

static const struct rt_waker_type maker_type = {
    .clone = clone_maker, .wake = make_child, .drop = make_child};

/* If it were woken under the lock, it would never get any further. */
OL_CASE(who_is_woken_may_use_the_context)
{
    struct rt_context *const root = rt_context_create(NULL);
    struct rt_future *const done = rt_context_done(root);
    const struct rt_waker waker = {&maker_type, root};
    OL_CHECK(root && done);
    OL_CHECK_EQ(rt_future_poll(done, &waker), RT_PENDING);
    const long made = rt_object_census(RT_CONTEXT).total;
    rt_context_cancel(root, -EPIPE);
    OL_CHECK_EQ(rt_object_census(RT_CONTEXT).total, made + 2);
    rt_future_drop(done);
    rt_context_unref(root);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void *wait_for_cancel(void *arg)
{
    struct rt_future *const done = rt_context_done(arg);
    const int status = rt_future_block_on(done);
    rt_future_drop(done);
    return (void *)(intptr_t)status;
}

OL_CASE(threads_that_wait_are_woken_by_a_cancel_far_above)
{
    const double end = rt_fixture_seconds() + RT_THREADS_CASE_MS / 1e3;
    while (rt_fixture_seconds() < end) {
        struct rt_context *const root = rt_context_create(NULL);
        struct rt_context *const child = rt_context_create(root);
        pthread_t threads[8];
        for (int i = 0; i < 8; i++)
            pthread_create(&threads[i], NULL, wait_for_cancel, child);
        rt_context_cancel(root, -EPIPE);
        for (int i = 0; i < 8; i++) {
            void *status = NULL;
            pthread_join(threads[i], &status);
            OL_CHECK_EQ((intptr_t)status, -EPIPE);
        }
        rt_context_unref(child);
        rt_context_unref(root);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

static void *make_children(void *arg)
{
    for (int i = 0; i < 2000; i++) {
        struct rt_context *const child = rt_context_create(arg);
        if (i % 2) rt_context_cancel(child, -EPIPE);
        rt_context_unref(child);
    }
    return NULL;
}

OL_CASE(children_come_while_the_parent_is_cancelled)
{
    struct rt_context *const root = rt_context_create(NULL);
    OL_CHECK(root);
    pthread_t threads[8];
    for (int i = 0; i < 8; i++)
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, make_children, root), 0);
    rt_context_cancel(root, -ECANCELED);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    OL_CHECK_EQ(rt_object_live(RT_CONTEXT), 1);
    rt_context_unref(root);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(cancelling_reaches_all_below_and_keeps_the_first_cause)
OL_CASES_ENTRY(a_child_that_nobody_cancels_stays_with_its_parent)
OL_CASES_ENTRY(a_child_of_a_cancelled_parent_is_born_cancelled)
OL_CASES_ENTRY(who_waits_is_woken_once_or_need_not_wait_or_has_left)
OL_CASES_ENTRY(who_is_woken_may_use_the_context)
OL_CASES_ENTRY(threads_that_wait_are_woken_by_a_cancel_far_above)
OL_CASES_ENTRY(children_come_while_the_parent_is_cancelled)
OL_CASES_END
