/* test_rt_pond_future.c - the composite future.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_future.h"

#include <errno.h>

#include "tests/runtime/rt_fixture.h"
#include "tests/support/check.h"

static const struct rt_object_type owner_type = {.kind = RT_GROUP};

struct fixture {
    struct rt_object *owner;
    struct rt_context *parent;
    struct rt_pond_future future;
};

static void init(struct fixture *fixture)
{
    fixture->owner = rt_object_create(&owner_type, sizeof *fixture->owner);
    fixture->parent = rt_context_create(NULL);
    OL_CHECK(fixture->owner && fixture->parent);
    struct rt_context *const context = rt_context_create(fixture->parent);
    OL_CHECK(context);
    rt_pond_future_init(&fixture->future, fixture->owner, context);
}

static void deinit(struct fixture *fixture)
{
    OL_CHECK_EQ(rt_pond_future_deinit(&fixture->future), 0);
    rt_context_cancel(fixture->parent, -ECANCELED);
    rt_context_unref(fixture->parent);
    rt_object_unref(fixture->owner);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(values_come_in_the_order_of_their_indices)
{
    struct fixture fixture;
    long values[3] = {0};
    init(&fixture);
    rt_pond_future_resolve(&fixture.future, 2, 0, 30);
    rt_pond_future_resolve(&fixture.future, 0, 0, 10);
    rt_pond_future_resolve(&fixture.future, 1, 0, 20);
    OL_CHECK_EQ(rt_pond_future_wait(&fixture.future, 3), 0);
    rt_pond_future_values(&fixture.future, 3, values);
    OL_CHECK_EQ(values[0], 10);
    OL_CHECK_EQ(values[1], 20);
    OL_CHECK_EQ(values[2], 30);
    deinit(&fixture);
}

OL_CASE(the_first_error_ends_the_wait_and_cancels)
{
    struct fixture fixture;
    init(&fixture);
    rt_pond_future_resolve(&fixture.future, 0, 0, 10);
    rt_pond_future_resolve(&fixture.future, 1, -EIO, 0);
    rt_pond_future_resolve(&fixture.future, 2, -EPERM, 0);
    OL_CHECK_EQ(rt_pond_future_wait(&fixture.future, 3), -EIO);
    OL_CHECK_EQ(rt_context_cause(fixture.future.context), -EIO);
    OL_CHECK_EQ(rt_context_cause(fixture.parent), 0);
    deinit(&fixture);
}

OL_CASE(a_cancelled_parent_ends_the_wait_with_its_cause)
{
    struct fixture fixture;
    init(&fixture);
    rt_context_cancel(fixture.parent, -EPIPE);
    OL_CHECK_EQ(rt_pond_future_wait(&fixture.future, 1), -EPIPE);
    deinit(&fixture);
}

OL_CASE(enough_results_count_even_if_cancelled_later)
{
    struct fixture fixture;
    init(&fixture);
    rt_pond_future_resolve(&fixture.future, 0, 0, 10);
    rt_pond_future_cancel(&fixture.future, -ECANCELED);
    OL_CHECK_EQ(rt_pond_future_wait(&fixture.future, 1), 0);
    OL_CHECK_EQ(rt_pond_future_wait(&fixture.future, 2), -ECANCELED);
    deinit(&fixture);
}

OL_CASE(what_comes_after_a_cancel_is_dropped)
{
    struct fixture fixture;
    init(&fixture);
    rt_pond_future_cancel(&fixture.future, -ECANCELED);
    rt_pond_future_resolve(&fixture.future, 0, 0, 10);
    OL_CHECK_EQ(rt_pond_future_count(&fixture.future), 0);
    OL_CHECK_EQ(rt_object_live(RT_RESULT), 0);
    deinit(&fixture);
}

OL_CASE(one_can_wait_again_for_more)
{
    struct fixture fixture;
    init(&fixture);
    OL_CHECK_EQ(rt_pond_future_wait(&fixture.future, 0), 0);
    for (size_t count = 1; count <= 20; count++) {
        rt_pond_future_resolve(&fixture.future, count - 1, 0, 1);
        OL_CHECK_EQ(rt_pond_future_wait(&fixture.future, count), 0);
    }
    OL_CHECK_EQ(rt_object_live(RT_RESULT), 20);
    deinit(&fixture);
}

struct waiter {
    struct rt_pond_future *future;
    size_t count;
    int err;
    pthread_t thread;
};

static void *wait_for_it(void *arg)
{
    struct waiter *const waiter = arg;
    waiter->err = rt_pond_future_wait(waiter->future, waiter->count);
    return NULL;
}

static void start(struct waiter *waiter)
{
    OL_CHECK_EQ(pthread_create(&waiter->thread, NULL, wait_for_it, waiter), 0);
}

static void await_waiters(struct rt_pond_future *future, size_t count)
{
    for (;;) {
        if (rt_pond_future_waiters(future) == count) return;
        rt_fixture_sleep_ms(1);
    }
}

OL_CASE(who_waits_first_is_woken_by_its_own_count)
{
    struct fixture fixture;
    init(&fixture);
    struct waiter one = {.future = &fixture.future, .count = 1, .err = 1};
    struct waiter two = {.future = &fixture.future, .count = 2, .err = 1};
    start(&one);
    start(&two);
    await_waiters(&fixture.future, 2);
    OL_CHECK_EQ(rt_pond_future_deinit(&fixture.future), -EBUSY);

    rt_pond_future_resolve(&fixture.future, 0, 0, 1);
    pthread_join(one.thread, NULL);
    OL_CHECK_EQ(one.err, 0);
    await_waiters(&fixture.future, 1);
    rt_pond_future_resolve(&fixture.future, 1, 0, 1);
    pthread_join(two.thread, NULL);
    OL_CHECK_EQ(two.err, 0);
    deinit(&fixture);
}

OL_CASE(all_whose_count_is_reached_are_woken)
{
    enum {
        WAITERS = 5
    };
    struct fixture fixture;
    struct waiter waiters[WAITERS];
    init(&fixture);
    for (int i = 0; i < WAITERS; i++) {
        waiters[i] =
            (struct waiter){.future = &fixture.future, .count = 1, .err = 1};
        start(&waiters[i]);
    }
    await_waiters(&fixture.future, WAITERS);
    rt_pond_future_resolve(&fixture.future, 0, 0, 1);
    for (int i = 0; i < WAITERS; i++) {
        pthread_join(waiters[i].thread, NULL);
        OL_CHECK_EQ(waiters[i].err, 0);
    }
    deinit(&fixture);
}

OL_CASE(who_waits_is_woken_by_a_cancel)
{
    struct fixture fixture;
    init(&fixture);
    struct waiter waiter = {.future = &fixture.future, .count = 1};
    start(&waiter);
    await_waiters(&fixture.future, 1);
    rt_context_cancel(fixture.parent, -ESHUTDOWN);
    pthread_join(waiter.thread, NULL);
    OL_CHECK_EQ(waiter.err, -ESHUTDOWN);
    deinit(&fixture);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(values_come_in_the_order_of_their_indices)
OL_CASES_ENTRY(the_first_error_ends_the_wait_and_cancels)
OL_CASES_ENTRY(a_cancelled_parent_ends_the_wait_with_its_cause)
OL_CASES_ENTRY(enough_results_count_even_if_cancelled_later)
OL_CASES_ENTRY(what_comes_after_a_cancel_is_dropped)
OL_CASES_ENTRY(one_can_wait_again_for_more)
OL_CASES_ENTRY(who_waits_first_is_woken_by_its_own_count)
OL_CASES_ENTRY(all_whose_count_is_reached_are_woken)
OL_CASES_ENTRY(who_waits_is_woken_by_a_cancel)
OL_CASES_END
