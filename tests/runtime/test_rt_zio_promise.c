/* test_rt_zio_promise.c - the pool of one key, or who waits for it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_promise.h"

#include <errno.h>

#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

static void check_settled(int status)
{
    struct rt_zio_promise *const promise = rt_zio_promise_create(1);
    struct rt_wait waits[2];
    long wakes[2] = {0};
    int got = 1;
    for (int i = 0; i < 2; i++) {
        const struct rt_waker waker = rt_wakes_waker(&wakes[i]);
        rt_wait_init(&waits[i]);
        OL_CHECK_EQ(
            rt_zio_promise_poll(promise, &waits[i], &waker, &got), RT_PENDING);
    }
    OL_CHECK(rt_zio_promise_is_pending(promise));
    OL_CHECK_EQ(rt_zio_promise_waiting(promise), 2);

    rt_zio_promise_settle(promise, status);
    OL_CHECK_EQ(wakes[0] + wakes[1], 2);
    OL_CHECK_EQ(rt_zio_promise_waiting(promise), 0);
    OL_CHECK(!rt_zio_promise_is_pending(promise));
    const struct rt_waker nobody = {0};
    OL_CHECK_EQ(
        rt_zio_promise_poll(promise, &waits[0], &nobody, &got), RT_READY);
    OL_CHECK_EQ(got, status);
    rt_zio_promise_unref(promise);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(all_who_wait_are_woken_and_told_how_it_went)
{
    check_settled(0);
    check_settled(-EIO);
}

OL_CASE(who_leaves_is_not_woken)
{
    struct rt_zio_promise *const promise = rt_zio_promise_create(1);
    struct rt_wait wait;
    long wakes = 0;
    int got = 0;
    const struct rt_waker waker = rt_wakes_waker(&wakes);
    rt_wait_init(&wait);
    OL_CHECK_EQ(rt_zio_promise_poll(promise, &wait, &waker, &got), RT_PENDING);
    rt_zio_promise_leave(promise, &wait);
    OL_CHECK_EQ(rt_zio_promise_waiting(promise), 0);
    rt_zio_promise_settle(promise, 0);
    OL_CHECK_EQ(wakes, 0);
    OL_CHECK(!rt_zio_promise_pool(promise));
    rt_zio_promise_unref(promise);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(all_who_wait_are_woken_and_told_how_it_went)
OL_CASES_ENTRY(who_leaves_is_not_woken)
OL_CASES_END
