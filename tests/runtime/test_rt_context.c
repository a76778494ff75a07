/* test_rt_context.c - what is cancelled, who is told, who stays.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/context.h"

#include <errno.h>
#include <pthread.h>

#include "tests/support/check.h"

static void count_call(void *env)
{
    int *const calls = env;
    (*calls)++;
}

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

OL_CASE(a_watcher_is_called_once_or_at_once_or_never)
{
    int calls = 0;
    struct rt_context_watcher watcher = {
        .cancelled = count_call, .env = &calls};
    struct rt_context *const context = rt_context_create(NULL);
    OL_CHECK(context);

    OL_CHECK_EQ(rt_context_watch(context, &watcher), 0);
    rt_context_unwatch(context, &watcher);
    OL_CHECK_EQ(rt_context_watch(context, &watcher), 0);
    rt_context_cancel(context, -ECANCELED);
    rt_context_cancel(context, -ECANCELED);
    OL_CHECK_EQ(calls, 1);

    OL_CHECK_EQ(rt_context_watch(context, &watcher), 0);
    OL_CHECK_EQ(calls, 2);
    rt_context_unwatch(context, &watcher);
    rt_context_unref(context);
    OL_CHECK_EQ(rt_object_live_all(), 0);
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
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, make_children, root), 0);
    rt_context_cancel(root, -ECANCELED);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    OL_CHECK_EQ(rt_object_live(RT_CONTEXT), 1);
    rt_context_unref(root);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(cancelling_reaches_all_below_and_keeps_the_first_cause)
OL_CASES_ENTRY(a_child_that_nobody_cancels_stays_with_its_parent)
OL_CASES_ENTRY(a_child_of_a_cancelled_parent_is_born_cancelled)
OL_CASES_ENTRY(a_watcher_is_called_once_or_at_once_or_never)
OL_CASES_ENTRY(children_come_while_the_parent_is_cancelled)
OL_CASES_END
