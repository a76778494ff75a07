/* test_rt_proto_channel.c - the contract of channels, on one thread.
 *
 * The cases are those of the tests of System.Threading.Channels, in our own
 * words, for every kind of channel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_channel.h"

#include <errno.h>

#include "reference-runtime/core/step.h"
#include "tests/runtime/rt_proto_fixture.h"
#include "tests/support/check.h"

static const char *const kinds[] = {"net9", "net10", "single-reader"};

/* Runs a case for every kind. */
static void for_every_kind(void (*check)(struct rt_proto_channel *channel))
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct rt_proto_channel *const channel =
            rt_proto_fixture_channel(kinds[i]);
        check(channel);
        rt_proto_channel_unref(channel);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

static struct rt_proto_wait wait_for(
    struct rt_proto_channel *channel, struct rt_cancel_source *source)
{
    return rt_proto_channel_wait_to_read(channel, source);
}

static void check_result(struct rt_proto_wait *wait, int result)
{
    OL_CHECK_EQ(rt_proto_wait_result(wait), result);
    rt_proto_wait_drop(wait);
}

struct waiting {
    struct rt_proto_channel *channel;
    struct rt_cancel_source *source;
    struct rt_proto_wait wait;
};

static void begin_wait(void *env)
{
    struct waiting *const waiting = env;
    waiting->wait = wait_for(waiting->channel, waiting->source);
}

/* ---- Waiting ---- */

static void check_data_before(struct rt_proto_channel *channel)
{
    rt_proto_fixture_write(channel, 7);
    struct rt_proto_wait wait = wait_for(channel, NULL);
    OL_CHECK(rt_proto_wait_is_over(&wait));
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 0);
    check_result(&wait, 1);
    OL_CHECK_EQ(rt_proto_fixture_read(channel), 7);
    OL_CHECK_EQ(rt_proto_fixture_read(channel), -1);
}

OL_CASE(data_before_the_wait_answers_it_at_once)
{
    for_every_kind(check_data_before);
}

static void check_data_after(struct rt_proto_channel *channel)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct rt_proto_wait wait = wait_for(channel, source);
    OL_CHECK(!rt_proto_wait_is_over(&wait));
    OL_CHECK_EQ(rt_proto_wait_result(&wait), -EINPROGRESS);
    OL_CHECK_EQ(rt_cancel_registrations(source), 1);
    rt_proto_fixture_write(channel, 7);
    OL_CHECK(rt_proto_wait_is_over(&wait));
    OL_CHECK_EQ(rt_cancel_registrations(source), 0);
    check_result(&wait, 1);
    rt_cancel_unref(source);
}

OL_CASE(data_after_the_wait_answers_it_later)
{
    for_every_kind(check_data_after);
}

static void check_completed(struct rt_proto_channel *channel)
{
    struct rt_proto_wait pending = wait_for(channel, NULL);
    OL_CHECK(rt_proto_channel_complete(channel, 0));
    check_result(&pending, 0);
    struct rt_proto_wait late = wait_for(channel, NULL);
    OL_CHECK(rt_proto_wait_is_over(&late));
    check_result(&late, 0);
    OL_CHECK_EQ(rt_proto_channel_status(channel), 0);
    OL_CHECK(!rt_proto_channel_complete(channel, 0));
    OL_CHECK(!rt_proto_channel_complete(channel, -EIO));
    OL_CHECK_EQ(rt_proto_channel_status(channel), 0);
}

OL_CASE(completion_answers_pending_and_new_waits_with_no)
{
    for_every_kind(check_completed);
}

static void check_failed(struct rt_proto_channel *channel)
{
    struct rt_proto_wait pending = wait_for(channel, NULL);
    OL_CHECK(rt_proto_channel_complete(channel, -EIO));
    check_result(&pending, -EIO);
    struct rt_proto_wait late = wait_for(channel, NULL);
    check_result(&late, -EIO);
    OL_CHECK_EQ(rt_proto_channel_status(channel), -EIO);
    OL_CHECK_EQ(rt_proto_fixture_try_write(channel, 1), -EPIPE);
}

OL_CASE(completion_with_an_error_reaches_pending_and_new_waits)
{
    for_every_kind(check_failed);
}

static void check_drain(struct rt_proto_channel *channel)
{
    for (int i = 0; i < 100; i++) {
        rt_proto_fixture_write(channel, i);
        OL_CHECK_EQ(rt_proto_channel_counts(channel).items, i + 1);
    }
    OL_CHECK(rt_proto_channel_complete(channel, -EIO));
    for (int i = 0; i < 100; i++) {
        OL_CHECK_EQ(rt_proto_channel_status(channel), -EINPROGRESS);
        struct rt_proto_wait wait = wait_for(channel, NULL);
        check_result(&wait, 1);
        OL_CHECK_EQ(rt_proto_fixture_read(channel), i);
        OL_CHECK_EQ(rt_proto_channel_counts(channel).items, 99 - i);
    }
    OL_CHECK_EQ(rt_proto_channel_status(channel), -EIO);
}

OL_CASE(what_was_written_before_completion_is_read)
{
    for_every_kind(check_drain);
}

static void check_consecutive(struct rt_proto_channel *channel)
{
    for (int i = 0; i < 100; i++) {
        struct rt_proto_wait wait = wait_for(channel, NULL);
        OL_CHECK(!rt_proto_wait_is_over(&wait));
        rt_proto_fixture_write(channel, i);
        check_result(&wait, 1);
        OL_CHECK_EQ(rt_proto_fixture_read(channel), i);
    }
    /* All of them used the same operation. */
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 1);
}

OL_CASE(consecutive_waits_use_one_operation)
{
    for_every_kind(check_consecutive);
}

static void check_never(struct rt_proto_channel *channel)
{
    struct rt_proto_wait wait = wait_for(channel, NULL);
    rt_proto_channel_ref(channel);
    rt_proto_channel_unref(channel);
    rt_proto_wait_drop(&wait);
}

OL_CASE(a_wait_may_be_dropped_before_it_is_over)
{
    for_every_kind(check_never);
}

OL_CASE(every_waiter_is_told_of_one_write)
{
    struct rt_proto_channel *const channel = rt_proto_fixture_channel("net9");
    struct rt_proto_wait waits[10];
    for (int i = 0; i < 10; i++)
        waits[i] = wait_for(channel, NULL);
    OL_CHECK_EQ(rt_proto_channel_counts(channel).waiters, 10);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 10);
    rt_proto_fixture_write(channel, 1);
    OL_CHECK_EQ(rt_proto_channel_counts(channel).waiters, 0);
    for (int i = 0; i < 10; i++)
        check_result(&waits[i], 1);
    /* The pooled one stays with the channel. */
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 1);
    rt_proto_channel_unref(channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void read_and_wait(void *env)
{
    struct waiting *const waiting = env;
    OL_CHECK_EQ(rt_proto_fixture_read(waiting->channel), 7);
    begin_wait(waiting);
}

static void write_seven(void *env)
{
    rt_proto_fixture_write(((struct waiting *)env)->channel, 7);
}

/* Between taking the waiters out and telling them somebody reads the item
 * and waits for the next. */
static void check_detached(struct rt_proto_channel *channel)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct rt_proto_wait early = wait_for(channel, source);
    struct waiting late = {.channel = channel, .source = source};
    const struct rt_step_pause pause = {
        .point = "channel-written", .during = read_and_wait, .env = &late};
    OL_CHECK(rt_step_run_paused(&pause, write_seven, &late));
    OL_CHECK_EQ(rt_proto_channel_counts(channel).waiters, 1);
    OL_CHECK_EQ(rt_proto_channel_counts(channel).pending, 1);
    OL_CHECK(!rt_proto_wait_is_over(&late.wait));
    check_result(&early, 1);
    rt_cancel_request(source);
    check_result(&late.wait, -ECANCELED);
    rt_cancel_unref(source);
}

OL_CASE(a_write_ends_only_the_waits_that_were_there)
{
    for_every_kind(check_detached);
}

/* ---- Cancelling ---- */

static void check_precancelled(struct rt_proto_channel *channel)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    rt_cancel_request(source);
    rt_proto_fixture_write(channel, 1);
    struct rt_proto_wait wait = wait_for(channel, source);
    OL_CHECK(rt_proto_wait_is_over(&wait));
    check_result(&wait, -ECANCELED);
    rt_cancel_unref(source);
}

OL_CASE(a_cancelled_source_cancels_even_where_there_is_data)
{
    for_every_kind(check_precancelled);
}

static void check_cancelled(struct rt_proto_channel *channel)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct rt_proto_wait wait = wait_for(channel, source);
    rt_cancel_request(source);
    check_result(&wait, -ECANCELED);
    struct rt_proto_wait next = wait_for(channel, NULL);
    rt_proto_fixture_write(channel, 3);
    check_result(&next, 1);
    OL_CHECK_EQ(rt_proto_fixture_read(channel), 3);
    rt_cancel_unref(source);
}

OL_CASE(after_a_cancelled_wait_a_write_reaches_the_next)
{
    for_every_kind(check_cancelled);
}

static void check_lingering(const char *kind, long linger)
{
    struct rt_proto_channel *const channel = rt_proto_fixture_channel(kind);
    for (int i = 0; i < 1000; i++) {
        struct rt_cancel_source *const source = rt_cancel_create();
        struct rt_proto_wait wait = wait_for(channel, source);
        rt_cancel_request(source);
        check_result(&wait, -ECANCELED);
        rt_cancel_unref(source);
    }
    OL_CHECK_EQ(rt_proto_channel_counts(channel).waiters, linger);
    OL_CHECK_EQ(rt_proto_channel_counts(channel).pending, 0);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), linger);
    OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 0);
    rt_proto_fixture_write(channel, 1);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 0);
    rt_proto_channel_unref(channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_thousand_cancelled_waits_linger_or_leave)
{
    check_lingering("net9", 1000);
    check_lingering("net10", 0);
    check_lingering("single-reader", 1);
}

/* The oldest, the newest and one in between leave the ring. */
OL_CASE(cancelled_waits_leave_from_anywhere_in_the_ring)
{
    struct rt_proto_channel *const channel = rt_proto_fixture_channel("net10");
    struct rt_cancel_source *sources[4];
    struct rt_proto_wait waits[4];
    for (int i = 0; i < 4; i++) {
        sources[i] = rt_cancel_create();
        waits[i] = wait_for(channel, sources[i]);
    }
    static const int order[] = {0, 3, 2, 1};
    for (int i = 0; i < 4; i++) {
        rt_cancel_request(sources[order[i]]);
        OL_CHECK_EQ(rt_proto_channel_counts(channel).waiters, 3 - i);
        check_result(&waits[order[i]], -ECANCELED);
        rt_cancel_unref(sources[order[i]]);
    }
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 0);
    rt_proto_channel_unref(channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void request(void *env)
{
    rt_cancel_request(env);
}

/* The callback runs inside of the call that registers it: the operation has
 * no registration yet, and is not to be ended a second time. */
static void check_cancel_while_registering(struct rt_proto_channel *channel)
{
    struct waiting waiting = {.channel = channel, .source = rt_cancel_create()};
    const struct rt_step_pause pause = {
        .point = "wait-op-register",
        .during = request,
        .env = waiting.source,
    };
    OL_CHECK(rt_step_run_paused(&pause, begin_wait, &waiting));
    OL_CHECK(rt_proto_wait_is_over(&waiting.wait));
    OL_CHECK(!rt_proto_wait_op_complete(waiting.wait.op, 1));
    check_result(&waiting.wait, -ECANCELED);
    OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 0);
    rt_proto_fixture_write(channel, 1);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 0);
    rt_cancel_unref(waiting.source);
}

OL_CASE(cancelling_inside_of_the_registration_ends_the_wait_once)
{
    for_every_kind(check_cancel_while_registering);
}

/* The write comes when the operation is in the ring, but not registered. */
static void check_write_while_registering(struct rt_proto_channel *channel)
{
    static const char *const points[] = {
        "wait-op-register", "wait-op-registered"};
    for (int i = 0; i < 2; i++) {
        struct waiting waiting = {
            .channel = channel, .source = rt_cancel_create()};
        const struct rt_step_pause pause = {
            .point = points[i], .during = write_seven, .env = &waiting};
        OL_CHECK(rt_step_run_paused(&pause, begin_wait, &waiting));
        OL_CHECK_EQ(rt_cancel_registrations(waiting.source), 0);
        OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 0);
        check_result(&waiting.wait, 1);
        OL_CHECK_EQ(rt_proto_fixture_read(channel), 7);
        rt_cancel_unref(waiting.source);
    }
}

OL_CASE(a_write_during_the_registration_takes_it_back)
{
    for_every_kind(check_write_while_registering);
}

struct trio {
    struct rt_proto_channel *channel;
    struct rt_cancel_source *sources[3];
    struct rt_proto_wait waits[3];
    struct rt_proto_wait late;
    int cancelled; /* which of them */
};

static void write_to_trio(void *env)
{
    rt_proto_fixture_write(((struct trio *)env)->channel, 7);
}

static void cancel_one(void *env)
{
    struct trio *const trio = env;
    rt_cancel_request(trio->sources[trio->cancelled]);
    OL_CHECK_EQ(rt_proto_fixture_read(trio->channel), 7);
    trio->late = wait_for(trio->channel, NULL);
}

/* One has been taken out of the ring, but not told, when it is cancelled: it
 * has nothing to leave, and the others are told. */
static void check_cancel_while_telling(const char *kind, int cancelled)
{
    struct trio trio = {
        .channel = rt_proto_fixture_channel(kind),
        .cancelled = cancelled,
    };
    /* Both rings have been detached as often. */
    rt_proto_fixture_write(trio.channel, 6);
    OL_CHECK_EQ(rt_proto_fixture_read(trio.channel), 6);
    for (int i = 0; i < 3; i++) {
        trio.sources[i] = rt_cancel_create();
        trio.waits[i] = wait_for(trio.channel, trio.sources[i]);
    }
    const struct rt_step_pause pause = {
        .point = "channel-written",
        .during = cancel_one,
        .env = &trio,
    };
    OL_CHECK(rt_step_run_paused(&pause, write_to_trio, &trio));
    for (int i = 0; i < 3; i++) {
        check_result(&trio.waits[i], i == cancelled ? -ECANCELED : 1);
        rt_cancel_unref(trio.sources[i]);
    }
    OL_CHECK_EQ(rt_proto_channel_counts(trio.channel).waiters, 1);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 1);
    rt_proto_fixture_write(trio.channel, 8);
    check_result(&trio.late, 1);
    rt_proto_channel_unref(trio.channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_wait_cancelled_while_others_are_told_leaves_them_alone)
{
    for (int i = 0; i < 3; i++) {
        check_cancel_while_telling("net9", i);
        check_cancel_while_telling("net10", i);
    }
}

/* ---- A single reader ---- */

OL_CASE(a_second_wait_cancels_the_first_of_a_single_reader)
{
    struct rt_proto_channel *const channel =
        rt_proto_fixture_channel("single-reader");
    struct rt_proto_wait first = wait_for(channel, NULL);
    struct rt_proto_wait second = wait_for(channel, NULL);
    check_result(&first, -ECANCELED);
    OL_CHECK(!rt_proto_wait_is_over(&second));
    OL_CHECK_EQ(rt_proto_channel_counts(channel).waiters, 1);
    OL_CHECK_EQ(rt_proto_channel_counts(channel).abandoned, 1);
    rt_proto_fixture_write(channel, 1);
    check_result(&second, 1);
    rt_proto_channel_unref(channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* One waiter, but the source keeps what it was told to (fo-dicom#2009). */
static void check_abandoned(int count)
{
    struct rt_proto_channel *const channel =
        rt_proto_fixture_channel("single-reader");
    struct rt_cancel_source *const source = rt_cancel_create();
    for (int i = 0; i < count; i++) {
        struct rt_proto_wait wait = wait_for(channel, source);
        rt_proto_wait_drop(&wait);
    }
    OL_CHECK_EQ(rt_proto_channel_counts(channel).waiters, 1);
    OL_CHECK_EQ(rt_proto_channel_counts(channel).abandoned, count - 1);
    OL_CHECK_EQ(rt_cancel_registrations(source), count);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), count);
    rt_proto_fixture_write(channel, 1);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), count - 1);
    rt_cancel_request(source);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 0);
    OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 0);
    rt_cancel_unref(source);
    rt_proto_channel_unref(channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(abandoned_waits_of_a_single_reader_stay_with_the_source)
{
    check_abandoned(100);
    check_abandoned(1000);
}

OL_CASE(abandoned_waits_go_with_a_source_that_is_not_cancelled)
{
    struct rt_proto_channel *const channel =
        rt_proto_fixture_channel("single-reader");
    struct rt_cancel_source *const source = rt_cancel_create();
    for (int i = 0; i < 10; i++) {
        struct rt_proto_wait wait = wait_for(channel, source);
        rt_proto_wait_drop(&wait);
    }
    rt_cancel_unref(source);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 1);
    rt_proto_channel_unref(channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Waits as values ---- */

static void check_second_continuation(struct rt_proto_channel *channel)
{
    struct rt_proto_fixture_bell bell = {0};
    const struct rt_waker waker = rt_proto_fixture_waker(&bell);
    struct rt_proto_wait wait = wait_for(channel, NULL);
    OL_CHECK_EQ(rt_proto_wait_listen(&wait, &waker), 0);
    OL_CHECK_EQ(rt_proto_wait_listen(&wait, &waker), -EBUSY);
    rt_proto_fixture_write(channel, 1);
    OL_CHECK_EQ(bell.rung, 1);
    check_result(&wait, 1);
    OL_CHECK_EQ(bell.clones, 0);
}

OL_CASE(a_second_continuation_is_refused)
{
    for_every_kind(check_second_continuation);
}

static void check_used_up(struct rt_proto_channel *channel)
{
    struct rt_proto_fixture_bell bell = {0};
    const struct rt_waker waker = rt_proto_fixture_waker(&bell);
    struct rt_proto_wait wait = wait_for(channel, NULL);
    rt_proto_fixture_write(channel, 1);
    OL_CHECK_EQ(rt_proto_wait_result(&wait), 1);
    OL_CHECK_EQ(rt_proto_wait_result(&wait), -EINVAL);
    OL_CHECK_EQ(rt_proto_wait_listen(&wait, &waker), -EINVAL);
    OL_CHECK_EQ(rt_proto_fixture_read(channel), 1);

    /* Nor may it touch the next use of the same operation. */
    struct rt_proto_wait next = wait_for(channel, NULL);
    OL_CHECK(next.op == wait.op);
    OL_CHECK_EQ(rt_proto_wait_listen(&next, &waker), 0);
    rt_proto_wait_drop(&wait);
    rt_proto_fixture_write(channel, 2);
    OL_CHECK_EQ(bell.rung, 1);
    check_result(&next, 1);
}

OL_CASE(a_wait_that_is_used_up_is_refused)
{
    for_every_kind(check_used_up);
}

static void check_listen_late(struct rt_proto_channel *channel)
{
    struct rt_proto_fixture_bell bell = {0};
    const struct rt_waker waker = rt_proto_fixture_waker(&bell);
    struct rt_proto_wait wait = wait_for(channel, NULL);
    rt_proto_fixture_write(channel, 1);
    OL_CHECK_EQ(rt_proto_wait_listen(&wait, &waker), 0);
    OL_CHECK_EQ(bell.rung, 1);
    check_result(&wait, 1);
}

OL_CASE(who_listens_to_what_is_over_is_told_at_once)
{
    for_every_kind(check_listen_late);
}

static void check_as_task(struct rt_proto_channel *channel)
{
    struct rt_proto_wait wait = wait_for(channel, NULL);
    struct rt_proto_wait same = wait;
    rt_proto_wait_op_ref(same.op);
    struct rt_proto_wait_task *task = NULL;
    struct rt_proto_wait_task *other = NULL;
    OL_CHECK_EQ(rt_proto_wait_as_task(&wait, &task), 0);
    OL_CHECK_EQ(rt_proto_wait_as_task(&same, &other), -EBUSY);
    OL_CHECK(!other);
    OL_CHECK_EQ(rt_proto_wait_task_result(task), -EINPROGRESS);
    rt_proto_fixture_write(channel, 1);
    OL_CHECK_EQ(rt_proto_wait_task_result(task), 1);
    rt_proto_wait_task_unref(task);

    wait = wait_for(channel, NULL);
    OL_CHECK_EQ(rt_proto_wait_as_task(&wait, &task), 0);
    OL_CHECK_EQ(rt_proto_wait_task_result(task), 1);
    rt_proto_wait_task_unref(task);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_TASK), 0);
}

OL_CASE(a_wait_can_be_made_one_task)
{
    for_every_kind(check_as_task);
}

/* ---- Capacity ---- */

OL_CASE(a_full_channel_has_writers_wait)
{
    struct rt_proto_channel *const channel =
        rt_proto_channel_create(rt_proto_channel_kind_find("net10"), 3);
    struct rt_cancel_source *const source = rt_cancel_create();
    for (int i = 0; i < 3; i++) {
        struct rt_proto_wait room =
            rt_proto_channel_wait_to_write(channel, source);
        check_result(&room, 1);
        rt_proto_fixture_write(channel, i);
    }
    OL_CHECK_EQ(rt_proto_fixture_try_write(channel, 3), -EAGAIN);
    struct rt_proto_wait first =
        rt_proto_channel_wait_to_write(channel, source);
    struct rt_proto_wait second =
        rt_proto_channel_wait_to_write(channel, source);
    OL_CHECK_EQ(rt_proto_channel_counts(channel).writers, 2);
    OL_CHECK_EQ(rt_proto_fixture_read(channel), 0);
    check_result(&first, 1);
    check_result(&second, 1);
    rt_proto_fixture_write(channel, 4);

    struct rt_proto_wait late = rt_proto_channel_wait_to_write(channel, source);
    rt_cancel_request(source);
    check_result(&late, -ECANCELED);
    OL_CHECK_EQ(rt_proto_channel_counts(channel).writers, 0);
    rt_cancel_unref(source);
    rt_proto_channel_unref(channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(data_before_the_wait_answers_it_at_once)
OL_CASES_ENTRY(data_after_the_wait_answers_it_later)
OL_CASES_ENTRY(completion_answers_pending_and_new_waits_with_no)
OL_CASES_ENTRY(completion_with_an_error_reaches_pending_and_new_waits)
OL_CASES_ENTRY(what_was_written_before_completion_is_read)
OL_CASES_ENTRY(consecutive_waits_use_one_operation)
OL_CASES_ENTRY(a_wait_may_be_dropped_before_it_is_over)
OL_CASES_ENTRY(every_waiter_is_told_of_one_write)
OL_CASES_ENTRY(a_write_ends_only_the_waits_that_were_there)
OL_CASES_ENTRY(a_cancelled_source_cancels_even_where_there_is_data)
OL_CASES_ENTRY(after_a_cancelled_wait_a_write_reaches_the_next)
OL_CASES_ENTRY(a_thousand_cancelled_waits_linger_or_leave)
OL_CASES_ENTRY(cancelled_waits_leave_from_anywhere_in_the_ring)
OL_CASES_ENTRY(cancelling_inside_of_the_registration_ends_the_wait_once)
OL_CASES_ENTRY(a_write_during_the_registration_takes_it_back)
OL_CASES_ENTRY(a_wait_cancelled_while_others_are_told_leaves_them_alone)
OL_CASES_ENTRY(a_second_wait_cancels_the_first_of_a_single_reader)
OL_CASES_ENTRY(abandoned_waits_of_a_single_reader_stay_with_the_source)
OL_CASES_ENTRY(abandoned_waits_go_with_a_source_that_is_not_cancelled)
OL_CASES_ENTRY(a_second_continuation_is_refused)
OL_CASES_ENTRY(a_wait_that_is_used_up_is_refused)
OL_CASES_ENTRY(who_listens_to_what_is_over_is_told_at_once)
OL_CASES_ENTRY(a_wait_can_be_made_one_task)
OL_CASES_ENTRY(a_full_channel_has_writers_wait)
OL_CASES_END
