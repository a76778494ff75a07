/* test_rt_future.c - the simplest futures, and threads that wait for one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/future.h"

#include <errno.h>

#include "tests/runtime/rt_fixture.h"
#include "tests/runtime/rt_probe.h"
#include "tests/runtime/rt_threads.h"
#include "tests/support/check.h"

static enum rt_poll poll(struct rt_future *future, struct rt_bell *bell)
{
    const struct rt_waker waker = rt_bell_waker(bell);
    return rt_future_poll(future, &waker);
}

OL_CASE(a_ready_one_is_ready_at_its_first_poll)
{
    struct rt_bell *const bell = rt_bell_create();
    struct rt_future *const future = rt_future_ready(-EPIPE, 42);
    OL_CHECK_EQ(future->state, RT_PENDING);
    OL_CHECK_EQ(poll(future, bell), RT_READY);
    OL_CHECK_EQ(future->state, RT_READY);
    OL_CHECK_EQ(future->status, -EPIPE);
    OL_CHECK_EQ(future->value, 42);
    rt_future_drop(future);
    rt_object_unref(&bell->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(one_that_never_is_keeps_no_waker)
{
    struct rt_bell *const bell = rt_bell_create();
    struct rt_future *const future = rt_future_never();
    OL_CHECK_EQ(poll(future, bell), RT_PENDING);
    OL_CHECK_EQ(poll(future, bell), RT_PENDING);
    OL_CHECK_EQ(bell->object.strong, 1);
    rt_future_drop(future);
    rt_object_unref(&bell->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_yield_wakes_at_once_and_is_ready_at_its_second_poll)
{
    struct rt_bell *const bell = rt_bell_create();
    struct rt_future *const future = rt_future_yield();
    OL_CHECK_EQ(poll(future, bell), RT_PENDING);
    OL_CHECK_EQ(bell->rung, 1);
    OL_CHECK_EQ(poll(future, bell), RT_READY);
    OL_CHECK_EQ(bell->rung, 1);
    rt_future_drop(future);
    rt_object_unref(&bell->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(one_that_is_dropped_while_it_waits_waits_no_more)
{
    struct rt_bell *const bell = rt_bell_create();
    struct rt_signal *const signal = rt_signal_create();
    struct rt_future *const future = rt_signal_wait(signal);
    OL_CHECK_EQ(poll(future, bell), RT_PENDING);
    OL_CHECK_EQ(bell->object.strong, 2);
    rt_future_drop(future);
    OL_CHECK_EQ(bell->object.strong, 1);
    rt_signal_set(signal, 0, 0);
    OL_CHECK_EQ(bell->rung, 0);
    rt_object_unref(&bell->object);
    rt_signal_unref(signal);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(no_future_can_be_dropped)
{
    rt_future_drop(NULL);
}

/* ---- Threads ---- */

enum {
    THREADS = 8,
    ROUNDS = 2000
};

static void *wait_for_it(void *arg)
{
    struct rt_signal *const signal = arg;
    struct rt_future *const future = rt_signal_wait(signal);
    const int status = rt_future_block_on(future);
    const intptr_t value = future->value;
    rt_future_drop(future);
    return (void *)(value + status);
}

OL_CASE(threads_sleep_until_it_is_done_and_not_longer)
{
    const double end = rt_fixture_seconds() + RT_THREADS_CASE_MS / 1e3;
    while (rt_fixture_seconds() < end) {
        struct rt_signal *const signal = rt_signal_create();
        pthread_t threads[THREADS];
        for (unsigned i = 0; i < THREADS; i++)
            pthread_create(&threads[i], NULL, wait_for_it, signal);
        rt_signal_shake(signal);
        rt_signal_set(signal, -1, 43);
        for (unsigned i = 0; i < THREADS; i++) {
            void *result = NULL;
            pthread_join(threads[i], &result);
            OL_CHECK_EQ((intptr_t)result, 42);
        }
        rt_signal_unref(signal);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

OL_CASE(a_wake_during_the_poll_keeps_the_thread_awake)
{
    struct rt_future *const future = rt_future_yield();
    OL_CHECK_EQ(rt_future_block_on(future), 0);
    rt_future_drop(future);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_thread_polls_once_a_wake)
{
    struct rt_signal *const signal = rt_signal_create();
    pthread_t thread;
    pthread_create(&thread, NULL, wait_for_it, signal);
    while (signal->polls < 1)
        rt_fixture_sleep_ms(1);
    rt_fixture_sleep_ms(5);
    rt_signal_shake(signal);
    rt_fixture_sleep_ms(20);
    OL_CHECK(signal->polls <= 2);
    rt_signal_set(signal, 0, 42);
    void *result = NULL;
    pthread_join(thread, &result);
    OL_CHECK_EQ((intptr_t)result, 42);
    OL_CHECK(signal->polls <= 3);
    rt_signal_unref(signal);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* Two signals, answered in turn: a wake that is lost hangs, one that is
 * early polls once more. */
struct game {
    struct rt_signal *ping[ROUNDS];
    struct rt_signal *pong[ROUNDS];
};

static void wait_for(struct rt_signal *signal)
{
    struct rt_future *const future = rt_signal_wait(signal);
    OL_CHECK_EQ(rt_future_block_on(future), 0);
    rt_future_drop(future);
}

static void *answer(void *arg)
{
    const struct game *const game = arg;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct rt_future *const future = rt_signal_wait(game->ping[i]);
        (void)rt_future_block_on(future);
        rt_future_drop(future);
        rt_signal_set(game->pong[i], 0, 0);
    }
    return NULL;
}

OL_CASE(no_wake_is_lost_between_a_poll_and_the_sleep)
{
    static struct game game;
    for (unsigned i = 0; i < ROUNDS; i++) {
        game.ping[i] = rt_signal_create();
        game.pong[i] = rt_signal_create();
    }
    pthread_t thread;
    pthread_create(&thread, NULL, answer, &game);
    for (unsigned i = 0; i < ROUNDS; i++) {
        rt_signal_set(game.ping[i], 0, 0);
        wait_for(game.pong[i]);
    }
    pthread_join(thread, NULL);
    for (unsigned i = 0; i < ROUNDS; i++) {
        rt_signal_unref(game.ping[i]);
        rt_signal_unref(game.pong[i]);
    }
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_ready_one_is_ready_at_its_first_poll)
OL_CASES_ENTRY(one_that_never_is_keeps_no_waker)
OL_CASES_ENTRY(a_yield_wakes_at_once_and_is_ready_at_its_second_poll)
OL_CASES_ENTRY(one_that_is_dropped_while_it_waits_waits_no_more)
OL_CASES_ENTRY(no_future_can_be_dropped)
OL_CASES_ENTRY(threads_sleep_until_it_is_done_and_not_longer)
OL_CASES_ENTRY(a_wake_during_the_poll_keeps_the_thread_awake)
OL_CASES_ENTRY(a_thread_polls_once_a_wake)
OL_CASES_ENTRY(no_wake_is_lost_between_a_poll_and_the_sleep)
OL_CASES_END
