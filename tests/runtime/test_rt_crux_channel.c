/* test_rt_crux_channel.c - channels between counted ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_channel.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "tests/support/check.h"

struct fixture {
    struct rt_crux_sender sender;
    struct rt_crux_receiver receiver;
};

static struct fixture open_channel(void)
{
    struct fixture fixture = {0};
    OL_CHECK_EQ(rt_crux_channel_open(&fixture.sender, &fixture.receiver), 0);
    return fixture;
}

static void close_channel(struct fixture *fixture)
{
    rt_crux_sender_drop(&fixture->sender);
    rt_crux_receiver_drop(&fixture->receiver);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static int send(const struct rt_crux_sender *sender, intptr_t value)
{
    return rt_crux_sender_send(sender, (struct rt_crux_item){.value = value});
}

/* Returns the next number, or a negative errno. */
static intptr_t take(const struct rt_crux_receiver *receiver)
{
    struct rt_crux_item item = {0};
    const int err = rt_crux_receiver_take(receiver, &item);
    return err ? err : item.value;
}

/* ---- A waker that counts ---- */

struct bell {
    struct rt_object object;
    int rung;
};

static void ring(void *data)
{
    ((struct bell *)data)->rung++;
}

static const struct rt_object_type bell_type = {.kind = RT_PAYLOAD};
static const struct rt_waker_type bell_waker = {.wake = ring};

static struct bell *make_bell(void)
{
    struct bell *const bell = rt_object_create(&bell_type, sizeof *bell);
    OL_CHECK(bell);
    return bell;
}

/* ---- Cases ---- */

OL_CASE(what_is_sent_is_received_in_order)
{
    struct fixture fixture = open_channel();
    OL_CHECK_EQ(take(&fixture.receiver), -EAGAIN);
    for (intptr_t i = 1; i <= 100; i++)
        OL_CHECK_EQ(send(&fixture.sender, i), 0);
    OL_CHECK_EQ(rt_crux_receiver_count(&fixture.receiver), 100);
    OL_CHECK_EQ(rt_object_live(RT_MESSAGE), 100);
    for (intptr_t i = 1; i <= 100; i++)
        OL_CHECK_EQ(take(&fixture.receiver), i);
    OL_CHECK_EQ(take(&fixture.receiver), -EAGAIN);
    OL_CHECK_EQ(rt_object_live(RT_MESSAGE), 0);
    close_channel(&fixture);
}

static struct rt_crux_item add_env(void *env, struct rt_crux_item item)
{
    item.value += *(int *)env;
    return item;
}

static struct rt_crux_item times_ten(void *env, struct rt_crux_item item)
{
    (void)env;
    item.value *= 10;
    return item;
}

OL_CASE(a_mapped_sender_changes_what_it_sends)
{
    int one = 1;
    struct fixture fixture = open_channel();
    struct rt_crux_sender tens = {0};
    struct rt_crux_sender next_tens = {0};
    OL_CHECK_EQ(rt_crux_sender_map(&fixture.sender,
                    (struct rt_crux_map){.run = times_ten}, &tens),
        0);
    OL_CHECK_EQ(rt_crux_sender_map(
                    &tens, (struct rt_crux_map){add_env, &one}, &next_tens),
        0);
    struct rt_crux_sender clone = rt_crux_sender_clone(&next_tens);
    rt_crux_sender_drop(&tens);
    rt_crux_sender_drop(&next_tens);

    OL_CHECK_EQ(send(&fixture.sender, 4), 0);
    OL_CHECK_EQ(send(&clone, 4), 0);
    OL_CHECK_EQ(take(&fixture.receiver), 4);
    OL_CHECK_EQ(take(&fixture.receiver), 50);
    rt_crux_sender_drop(&clone);
    close_channel(&fixture);
}

OL_CASE(when_the_last_receiver_goes_so_do_all_messages)
{
    struct fixture fixture = open_channel();
    struct bell *const bell = make_bell();
    struct rt_crux_receiver clone = rt_crux_receiver_clone(&fixture.receiver);
    for (int i = 0; i < 3; i++) {
        const struct rt_crux_item item = {
            .object = rt_object_ref(&bell->object),
            .waker = {&bell_waker, rt_object_ref(&bell->object)},
        };
        OL_CHECK_EQ(rt_crux_sender_send(&fixture.sender, item), 0);
    }
    OL_CHECK_EQ(bell->object.strong, 7);
    rt_crux_receiver_drop(&fixture.receiver);
    OL_CHECK_EQ(rt_crux_receiver_count(&clone), 3);
    rt_crux_receiver_drop(&clone);
    OL_CHECK_EQ(bell->object.strong, 1);
    OL_CHECK_EQ(rt_object_live(RT_MESSAGE), 0);
    OL_CHECK_EQ(rt_object_live(RT_CHANNEL), 1);

    const struct rt_crux_item late = {.object = rt_object_ref(&bell->object)};
    OL_CHECK_EQ(rt_crux_sender_send(&fixture.sender, late), -EPIPE);
    OL_CHECK_EQ(bell->object.strong, 1);
    rt_object_unref(&bell->object);
    close_channel(&fixture);
}

/* An object that itself holds a sender into the channel it is sent through,
 * as a task does. */
struct loop {
    struct rt_object object;
    struct rt_crux_sender sender;
};

static void drop_loop(struct rt_object *object)
{
    rt_crux_sender_drop(&((struct loop *)object)->sender);
}

static const struct rt_object_type loop_type = {
    .kind = RT_TASK,
    .drop = drop_loop,
};

OL_CASE(messages_that_hold_senders_go_with_the_last_receiver)
{
    struct fixture fixture = open_channel();
    for (int i = 0; i < 10; i++) {
        struct loop *const loop = rt_object_create(&loop_type, sizeof *loop);
        OL_CHECK(loop);
        loop->sender = rt_crux_sender_clone(&fixture.sender);
        const struct rt_crux_item item = {.object = &loop->object};
        OL_CHECK_EQ(rt_crux_sender_send(&fixture.sender, item), 0);
    }
    rt_crux_sender_drop(&fixture.sender);
    OL_CHECK_EQ(rt_object_live(RT_CHANNEL), 1);
    close_channel(&fixture);
}

OL_CASE(without_senders_nothing_will_come)
{
    struct fixture fixture = open_channel();
    struct rt_crux_sender clone = rt_crux_sender_clone(&fixture.sender);
    OL_CHECK_EQ(send(&clone, 7), 0);
    rt_crux_sender_drop(&fixture.sender);
    rt_crux_sender_drop(&clone);
    OL_CHECK_EQ(take(&fixture.receiver), 7);
    OL_CHECK_EQ(take(&fixture.receiver), -EPIPE);
    close_channel(&fixture);
}

OL_CASE(who_waits_is_woken_by_a_message_and_by_the_last_sender)
{
    struct fixture fixture = open_channel();
    struct bell *const bell = make_bell();
    const struct rt_waker waker = {&bell_waker, bell};
    struct rt_crux_item item = {0};
    int err = 1;
    for (int i = 0; i < 3; i++) {
        OL_CHECK_EQ(
            rt_crux_receiver_poll(&fixture.receiver, &waker, &item, &err),
            RT_PENDING);
    }
    OL_CHECK_EQ(bell->object.strong, 2);
    OL_CHECK_EQ(send(&fixture.sender, 9), 0);
    OL_CHECK_EQ(bell->rung, 1);
    OL_CHECK_EQ(bell->object.strong, 1);
    OL_CHECK_EQ(rt_crux_receiver_poll(&fixture.receiver, &waker, &item, &err),
        RT_READY);
    OL_CHECK_EQ(err, 0);
    OL_CHECK_EQ(item.value, 9);

    OL_CHECK_EQ(rt_crux_receiver_poll(&fixture.receiver, &waker, &item, &err),
        RT_PENDING);
    rt_crux_sender_drop(&fixture.sender);
    OL_CHECK_EQ(bell->rung, 2);
    OL_CHECK_EQ(rt_crux_receiver_poll(&fixture.receiver, &waker, &item, &err),
        RT_READY);
    OL_CHECK_EQ(err, -EPIPE);
    rt_object_unref(&bell->object);
    close_channel(&fixture);
}

OL_CASE(a_waker_goes_with_the_last_receiver_unwoken)
{
    struct fixture fixture = open_channel();
    struct bell *const bell = make_bell();
    const struct rt_waker waker = {&bell_waker, bell};
    struct rt_crux_item item = {0};
    int err = 0;
    OL_CHECK_EQ(rt_crux_receiver_poll(&fixture.receiver, &waker, &item, &err),
        RT_PENDING);
    rt_crux_receiver_drop(&fixture.receiver);
    OL_CHECK_EQ(bell->rung, 0);
    OL_CHECK_EQ(bell->object.strong, 1);
    rt_object_unref(&bell->object);
    close_channel(&fixture);
}

/* ---- Threads ---- */

enum {
    THREADS = 8,
    MESSAGES = 20000
};

static void *send_many(void *arg)
{
    struct rt_crux_sender *const sender = arg;
    intptr_t failed = 0;
    for (intptr_t i = 1; i <= MESSAGES; i++)
        failed += send(sender, i) != 0;
    rt_crux_sender_drop(sender);
    return (void *)failed;
}

/* Returns the sum of what came until no more could. */
static void *receive_many(void *arg)
{
    struct rt_crux_receiver *const receiver = arg;
    intptr_t sum = 0;
    for (;;) {
        const intptr_t value = take(receiver);
        if (value == -EPIPE) break;
        if (value > 0) sum += value;
        if (value < 0) sched_yield();
    }
    rt_crux_receiver_drop(receiver);
    return (void *)sum;
}

OL_CASE(eight_senders_and_eight_receivers_lose_nothing)
{
    struct fixture fixture = open_channel();
    struct rt_crux_sender senders[THREADS];
    struct rt_crux_receiver receivers[THREADS];
    pthread_t threads[2 * THREADS];
    for (int i = 0; i < THREADS; i++) {
        senders[i] = rt_crux_sender_clone(&fixture.sender);
        receivers[i] = rt_crux_receiver_clone(&fixture.receiver);
    }
    rt_crux_sender_drop(&fixture.sender);
    rt_crux_receiver_drop(&fixture.receiver);
    for (int i = 0; i < THREADS; i++) {
        OL_CHECK_EQ(
            pthread_create(&threads[i], NULL, receive_many, &receivers[i]), 0);
        OL_CHECK_EQ(
            pthread_create(&threads[THREADS + i], NULL, send_many, &senders[i]),
            0);
    }
    intptr_t sum = 0;
    for (int i = 0; i < 2 * THREADS; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        if (i < THREADS) {
            sum += (intptr_t)result;
        } else {
            OL_CHECK_EQ((intptr_t)result, 0);
        }
    }
    OL_CHECK_EQ(sum, (intptr_t)THREADS * MESSAGES * (MESSAGES + 1) / 2);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_receiver_that_goes_early_leaves_nothing_behind)
{
    for (int round = 0; round < 200; round++) {
        struct fixture fixture = open_channel();
        struct rt_crux_sender sender = rt_crux_sender_clone(&fixture.sender);
        pthread_t thread;
        OL_CHECK_EQ(pthread_create(&thread, NULL, send_many, &sender), 0);
        while (take(&fixture.receiver) < 100)
            sched_yield();
        rt_crux_receiver_drop(&fixture.receiver);
        void *failed = NULL;
        pthread_join(thread, &failed);
        OL_CHECK((intptr_t)failed <= MESSAGES - 100);
        close_channel(&fixture);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(what_is_sent_is_received_in_order)
OL_CASES_ENTRY(a_mapped_sender_changes_what_it_sends)
OL_CASES_ENTRY(when_the_last_receiver_goes_so_do_all_messages)
OL_CASES_ENTRY(messages_that_hold_senders_go_with_the_last_receiver)
OL_CASES_ENTRY(without_senders_nothing_will_come)
OL_CASES_ENTRY(who_waits_is_woken_by_a_message_and_by_the_last_sender)
OL_CASES_ENTRY(a_waker_goes_with_the_last_receiver_unwoken)
OL_CASES_ENTRY(eight_senders_and_eight_receivers_lose_nothing)
OL_CASES_ENTRY(a_receiver_that_goes_early_leaves_nothing_behind)
OL_CASES_END
