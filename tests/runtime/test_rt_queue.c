/* test_rt_queue.c - the bounded queue and its takers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "reference-runtime/core/payload.h"
#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

struct waiter {
    struct rt_future *take;
    long wakes;
    struct rt_waker waker;
};

/* Stands in line. */
static void begin(struct waiter *waiter, struct rt_queue *queue)
{
    waiter->take = rt_queue_take(queue);
    waiter->wakes = 0;
    waiter->waker = rt_wakes_waker(&waiter->wakes);
    OL_CHECK_EQ(rt_future_poll(waiter->take, &waiter->waker), RT_PENDING);
}

/* Returns what it has got, or NULL, and its future. */
static const struct rt_object *end(struct waiter *waiter, int status)
{
    OL_CHECK_EQ(rt_future_poll(waiter->take, &waiter->waker), RT_READY);
    OL_CHECK_EQ(waiter->take->status, status);
    struct rt_object *const got = (struct rt_object *)waiter->take->value;
    rt_future_drop(waiter->take);
    rt_object_unref(got);
    return got;
}

/* Offers an object. Returns it, the queue's. */
static const struct rt_object *offer(struct rt_queue *queue)
{
    struct rt_payload *const payload = rt_payload_create(1);
    OL_CHECK_EQ(rt_queue_offer(queue, &payload->object), 0);
    return &payload->object;
}

static void check_take(struct rt_queue *queue, const struct rt_object *expected)
{
    struct rt_object *const got = rt_queue_poll(queue);
    OL_CHECK(got == expected);
    rt_object_unref(got);
}

/* ---- Cases ---- */

OL_CASE(objects_come_out_in_the_order_they_went_in)
{
    struct rt_queue *const queue = rt_queue_create(3);
    for (int round = 0; round < 5; round++) {
        const struct rt_object *const first = offer(queue);
        const struct rt_object *const second = offer(queue);
        OL_CHECK_EQ(rt_queue_length(queue), 2);
        check_take(queue, first);
        check_take(queue, second);
    }
    OL_CHECK(!rt_queue_poll(queue));
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_full_queue_takes_no_more_and_gives_all_back)
{
    struct rt_queue *const queue = rt_queue_create(2);
    offer(queue);
    offer(queue);
    struct rt_payload *const payload = rt_payload_create(1);
    OL_CHECK_EQ(rt_queue_offer(queue, &payload->object), -EAGAIN);
    rt_payload_unref(payload);
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(an_offer_goes_to_the_taker_that_waits_longest)
{
    struct rt_queue *const queue = rt_queue_create(2);
    struct waiter one;
    struct waiter two;
    begin(&one, queue);
    begin(&two, queue);
    OL_CHECK_EQ(rt_future_poll(one.take, &one.waker), RT_PENDING);
    OL_CHECK_EQ(rt_queue_takers(queue), 2);

    const struct rt_object *const first = offer(queue);
    OL_CHECK_EQ(one.wakes, 1);
    OL_CHECK_EQ(two.wakes, 0);
    OL_CHECK_EQ(rt_queue_takers(queue), 1);
    OL_CHECK_EQ(rt_queue_length(queue), 0);
    const struct rt_object *const second = offer(queue);
    OL_CHECK(end(&two, 0) == second);
    OL_CHECK(end(&one, 0) == first);
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_taker_that_goes_leaves_the_line)
{
    struct rt_queue *const queue = rt_queue_create(2);
    struct waiter one;
    struct waiter two;
    begin(&one, queue);
    begin(&two, queue);
    rt_future_drop(one.take);
    OL_CHECK_EQ(rt_queue_takers(queue), 1);
    const struct rt_object *const only = offer(queue);
    OL_CHECK(end(&two, 0) == only);
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_taker_that_goes_hands_on_what_it_was_given)
{
    struct rt_queue *const queue = rt_queue_create(2);
    struct waiter one;
    struct waiter two;
    begin(&one, queue);
    begin(&two, queue);
    const struct rt_object *const only = offer(queue);
    rt_future_drop(one.take);
    OL_CHECK_EQ(two.wakes, 1);
    OL_CHECK(end(&two, 0) == only);
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(what_nobody_else_wants_goes_back_in_front)
{
    struct rt_queue *const queue = rt_queue_create(2);
    struct waiter one;
    begin(&one, queue);
    const struct rt_object *const first = offer(queue);
    const struct rt_object *const second = offer(queue);
    struct rt_payload *const third = rt_payload_create(1);
    OL_CHECK_EQ(rt_queue_offer(queue, &third->object), -EAGAIN);
    rt_payload_unref(third);
    rt_future_drop(one.take);
    OL_CHECK_EQ(rt_queue_length(queue), 2);
    check_take(queue, first);
    check_take(queue, second);
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_shutdown_interrupts_takers_and_who_comes_later)
{
    struct rt_queue *const queue = rt_queue_create(2);
    struct waiter one;
    struct waiter handed;
    begin(&handed, queue);
    begin(&one, queue);
    struct rt_future *const ended = rt_queue_await_shutdown(queue);
    long wakes = 0;
    const struct rt_waker waker = rt_wakes_waker(&wakes);
    OL_CHECK_EQ(rt_future_poll(ended, &waker), RT_PENDING);
    offer(queue);

    rt_queue_shutdown(queue);
    rt_queue_shutdown(queue);
    OL_CHECK(rt_queue_is_shut_down(queue));
    OL_CHECK_EQ(wakes, 1);
    OL_CHECK_EQ(rt_future_poll(ended, &waker), RT_READY);
    OL_CHECK_EQ(one.wakes, 1);
    OL_CHECK(!end(&one, -EINTR));
    OL_CHECK(end(&handed, 0)); // what was handed over is its own

    struct rt_payload *const late = rt_payload_create(1);
    OL_CHECK_EQ(rt_queue_offer(queue, &late->object), -EINTR);
    rt_payload_unref(late);
    struct rt_future *const take = rt_queue_take(queue);
    OL_CHECK_EQ(rt_future_poll(take, &waker), RT_READY);
    OL_CHECK_EQ(take->status, -EINTR);
    rt_future_drop(take);
    rt_future_drop(ended);
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(what_was_handed_over_is_given_back_if_its_taker_goes_after_the_end)
{
    struct rt_queue *const queue = rt_queue_create(2);
    struct waiter one;
    begin(&one, queue);
    offer(queue);
    rt_queue_shutdown(queue);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 1);
    rt_future_drop(one.take);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_shutdown_gives_back_what_is_queued)
{
    struct rt_queue *const queue = rt_queue_create(2);
    offer(queue);
    offer(queue);
    rt_queue_shutdown(queue);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Edges ---- */

OL_CASE(a_queue_points_at_what_is_queued_and_a_taker_at_what_it_has)
{
    struct rt_queue *const queue = rt_queue_create(3);
    struct waiter one;
    begin(&one, queue);
    const struct rt_object *const first = offer(queue);
    offer(queue);
    const struct rt_object *const last = offer(queue);
    const struct rt_object *const taker = &one.take->object;
    OL_CHECK_EQ(rt_edges_of(rt_queue_object(queue), "ring").count, 2);
    OL_CHECK(rt_edges_of(rt_queue_object(queue), "ring").to == last);
    OL_CHECK(rt_edges_of(taker, "queue").to == rt_queue_object(queue));
    OL_CHECK(rt_edges_of(taker, "object").to == first);
    OL_CHECK(end(&one, 0) == first);
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Threads ---- */

enum {
    SIDES = 4, /* so many give, as many take */
    OBJECTS = 2000
};

static void *give(void *env)
{
    struct rt_queue *const queue = env;
    for (int i = 0; i < OBJECTS; i++) {
        struct rt_payload *const payload = rt_payload_create(1);
        if (!payload) abort();
        while (rt_queue_offer(queue, &payload->object) == -EAGAIN) {
        }
    }
    return NULL;
}

/* Takes, now and then gives up a take before it is polled again. */
static void *take_all(void *env)
{
    struct rt_queue *const queue = env;
    long taken = 0;
    unsigned turn = 0;
    for (;;) {
        struct rt_future *const take = rt_queue_take(queue);
        const struct rt_waker nobody = {0};
        const bool gives_up = ++turn % 3 == 0;
        if (gives_up && rt_future_poll(take, &nobody) == RT_PENDING) {
            rt_future_drop(take);
            continue;
        }
        const int status =
            take->state == RT_READY ? take->status : rt_future_block_on(take);
        rt_object_unref((struct rt_object *)take->value);
        rt_future_drop(take);
        if (status != 0) return (void *)taken;
        taken++;
    }
}

OL_CASE(threads_lose_nothing_and_double_nothing)
{
    struct rt_queue *const queue = rt_queue_create(8);
    const long before = rt_object_live(RT_PAYLOAD);
    pthread_t givers[SIDES];
    pthread_t takers[SIDES];
    for (size_t i = 0; i < SIDES; i++) {
        OL_CHECK_EQ(pthread_create(&takers[i], NULL, take_all, queue), 0);
        OL_CHECK_EQ(pthread_create(&givers[i], NULL, give, queue), 0);
    }
    for (size_t i = 0; i < SIDES; i++)
        OL_CHECK_EQ(pthread_join(givers[i], NULL), 0);
    while (rt_object_live(RT_PAYLOAD) > before) {
    }
    rt_queue_shutdown(queue);

    long taken = 0;
    for (size_t i = 0; i < SIDES; i++) {
        void *by_one = NULL;
        OL_CHECK_EQ(pthread_join(takers[i], &by_one), 0);
        taken += (long)by_one;
    }
    OL_CHECK_EQ(taken, (long)SIDES * OBJECTS);
    rt_queue_unref(queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(objects_come_out_in_the_order_they_went_in)
OL_CASES_ENTRY(a_full_queue_takes_no_more_and_gives_all_back)
OL_CASES_ENTRY(an_offer_goes_to_the_taker_that_waits_longest)
OL_CASES_ENTRY(a_taker_that_goes_leaves_the_line)
OL_CASES_ENTRY(a_taker_that_goes_hands_on_what_it_was_given)
OL_CASES_ENTRY(what_nobody_else_wants_goes_back_in_front)
OL_CASES_ENTRY(a_shutdown_interrupts_takers_and_who_comes_later)
OL_CASES_ENTRY(
    what_was_handed_over_is_given_back_if_its_taker_goes_after_the_end)
OL_CASES_ENTRY(a_shutdown_gives_back_what_is_queued)
OL_CASES_ENTRY(a_queue_points_at_what_is_queued_and_a_taker_at_what_it_has)
OL_CASES_ENTRY(threads_lose_nothing_and_double_nothing)
OL_CASES_END
