/* test_rt_proto_endpoint.c - the loop of an endpoint, step by step.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/core/step.h"
#include "reference-runtime/protoactor/proto_loop.h"
#include "reference-runtime/run/reach.h"
#include "tests/runtime/rt_proto_fixture.h"
#include "tests/support/check.h"

struct course {
    struct rt_proto_endpoint *endpoint;
    struct rt_future *loop;
    struct rt_proto_fixture_bell bell;
    intptr_t sent;
};

/* Polls as often as the loop is woken. */
static void step(struct course *course)
{
    const struct rt_waker waker = rt_proto_fixture_waker(&course->bell);
    while (course->bell.rung > 0 && course->loop->state == RT_PENDING) {
        course->bell.rung = 0;
        const enum rt_poll state = rt_future_poll(course->loop, &waker);
        OL_CHECK_EQ(course->loop->state, state);
    }
}

static void open_course(struct course *course, const char *variant)
{
    const struct rt_proto_endpoint_options options = {
        .variant = rt_proto_variant_find(variant)};
    OL_CHECK(options.variant);
    *course = (struct course){.bell.rung = 1};
    course->endpoint = rt_proto_endpoint_create(&options);
    OL_CHECK(course->endpoint);
    course->loop = rt_proto_loop_create(course->endpoint);
    OL_CHECK(course->loop);
    step(course);
}

static void close_course(struct course *course)
{
    rt_future_drop(course->loop);
    rt_proto_endpoint_unref(course->endpoint);
    OL_CHECK_EQ(course->bell.clones, 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static int send(struct course *course, bool has_priority)
{
    struct rt_proto_message *const message =
        rt_proto_message_create(course->sent);
    OL_CHECK(message);
    const int err =
        rt_proto_endpoint_send(course->endpoint, message, has_priority);
    if (err) rt_object_unref(&message->item.object);
    if (!err) course->sent++;
    return err;
}

static void send_many(struct course *course, int count, bool has_priority)
{
    for (int i = 0; i < count; i++)
        OL_CHECK_EQ(send(course, has_priority), 0);
}

/* Returns how many messages the next batch has, or -1. */
static long take(struct course *course)
{
    struct rt_proto_batch *const batch =
        rt_proto_endpoint_take(course->endpoint);
    if (!batch) return -1;
    const long count = (long)batch->messages.count;
    rt_object_unref(&batch->item.object);
    return count;
}

static struct rt_proto_endpoint_counts counts_of(const struct course *course)
{
    return rt_proto_endpoint_counts(course->endpoint);
}

static size_t idle_waiters(const struct course *course)
{
    return rt_proto_channel_counts(course->endpoint->priority).waiters;
}

static const char *const two_channels[] = {"1.6.0", "pr2111", "1.6.0-net10",
    "pr2111-net10", "1.6.0-single-reader", "pr2111-single-reader"};

enum {
    TWO_CHANNELS = sizeof two_channels / sizeof two_channels[0]
};

/* ---- Gathering ---- */

OL_CASE(a_burst_is_cut_into_batches_of_a_thousand)
{
    for (size_t i = 0; rt_proto_variant_at(i); i++) {
        struct course course;
        open_course(&course, rt_proto_variant_at(i)->name);
        send_many(&course, 2500, false);
        step(&course);
        OL_CHECK_EQ(take(&course), 1000);
        OL_CHECK_EQ(take(&course), 1000);
        OL_CHECK_EQ(take(&course), 500);
        OL_CHECK_EQ(take(&course), -1);
        OL_CHECK_EQ(counts_of(&course).turns, 4);
        close_course(&course);
    }
}

/* The first of ten turns looks at priority; a turn without any message ends
 * the batch. */
OL_CASE(priority_is_looked_at_before_every_ten_messages)
{
    for (int i = 0; i < TWO_CHANNELS; i++) {
        struct course course;
        open_course(&course, two_channels[i]);
        send_many(&course, 25, false);
        send_many(&course, 5, true);
        step(&course);
        struct rt_proto_batch *const batch =
            rt_proto_endpoint_take(course.endpoint);
        OL_CHECK_EQ(batch->messages.count, 28);
        const struct rt_proto_item *item = batch->messages.first;
        for (int place = 0; place < 28; place++, item = item->next) {
            const intptr_t value =
                ((const struct rt_proto_message *)item)->value;
            OL_CHECK_EQ(value >= 25, place % 11 == 0);
        }
        rt_object_unref(&batch->item.object);
        OL_CHECK_EQ(take(&course), 1);
        OL_CHECK_EQ(take(&course), 1);
        OL_CHECK_EQ(take(&course), -1);
        close_course(&course);
    }
}

OL_CASE(outgoing_holds_three_batches_and_blocks_the_loop)
{
    for (size_t i = 0; rt_proto_variant_at(i); i++) {
        struct course course;
        open_course(&course, rt_proto_variant_at(i)->name);
        send_many(&course, 5000, false);
        step(&course);
        const struct rt_proto_channel_counts outgoing =
            rt_proto_channel_counts(course.endpoint->outgoing);
        OL_CHECK_EQ(outgoing.items, 3);
        OL_CHECK_EQ(outgoing.writers, 1);
        OL_CHECK_EQ(counts_of(&course).delivered, 3000);
        for (int batch = 0; batch < 5; batch++) {
            OL_CHECK_EQ(take(&course), 1000);
            step(&course);
        }
        OL_CHECK_EQ(take(&course), -1);
        OL_CHECK_EQ(counts_of(&course).empty, 0);
        close_course(&course);
    }
}

/* ---- The end ---- */

OL_CASE(cancelling_drops_the_batch_that_waits_for_room)
{
    for (size_t i = 0; rt_proto_variant_at(i); i++) {
        struct course course;
        open_course(&course, rt_proto_variant_at(i)->name);
        send_many(&course, 5000, false);
        step(&course);
        rt_proto_endpoint_dispose(course.endpoint);
        step(&course);
        OL_CHECK_EQ(course.loop->state, RT_READY);
        OL_CHECK_EQ(course.loop->status, 0);
        OL_CHECK_EQ(counts_of(&course).delivered, 3000);
        OL_CHECK_EQ(counts_of(&course).lost, 1000);
        OL_CHECK_EQ(rt_proto_endpoint_reject(course.endpoint), 1000);
        OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 0);
        close_course(&course);
    }
}

static void dispose_with_priority_queued(
    const char *variant, size_t rejected, int late)
{
    struct course course;
    open_course(&course, variant);
    send_many(&course, 3, true);
    rt_proto_endpoint_dispose(course.endpoint);
    step(&course);
    OL_CHECK_EQ(course.loop->state, RT_READY);
    OL_CHECK_EQ(counts_of(&course).lost, 1);
    OL_CHECK_EQ(rt_proto_endpoint_reject(course.endpoint), rejected);
    OL_CHECK_EQ(rt_object_live(RT_MESSAGE), 2 - rejected);
    OL_CHECK_EQ(send(&course, false), -EPIPE);
    OL_CHECK_EQ(send(&course, true), late);
    close_course(&course);
}

OL_CASE(disposing_forgets_about_priority_unless_it_is_told)
{
    dispose_with_priority_queued("1.6.0", 0, 0);
    dispose_with_priority_queued("pr2111", 0, 0);
    dispose_with_priority_queued("1.6.0-dispose-both", 2, -EPIPE);
    dispose_with_priority_queued("pr2111-dispose-both", 2, -EPIPE);
}

/* A completed data channel answers every wait at once: each turn sends an
 * empty batch, and leaves another wait with the priority channel, until
 * nobody takes the batches. */
OL_CASE(completing_data_alone_makes_the_leaky_loop_spin)
{
    struct course course;
    open_course(&course, "1.6.0");
    rt_proto_channel_complete(course.endpoint->data, 0);
    step(&course);
    for (size_t taken = 0; taken < 10; taken++) {
        OL_CHECK_EQ(course.loop->state, RT_PENDING);
        OL_CHECK_EQ(counts_of(&course).batches, 3 + taken);
        OL_CHECK_EQ(counts_of(&course).empty, 3 + taken);
        OL_CHECK_EQ(idle_waiters(&course), 4 + taken);
        OL_CHECK_EQ(rt_object_live(RT_WAIT_TASK), 4 + taken);
        OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 5 + taken);
        OL_CHECK_EQ(take(&course), 0);
        step(&course);
    }
    close_course(&course);
}

OL_CASE(completing_data_alone_makes_the_fixed_loop_spin_without_waits)
{
    struct course course;
    open_course(&course, "pr2111");
    rt_proto_channel_complete(course.endpoint->data, 0);
    step(&course);
    for (size_t taken = 0; taken < 10; taken++) {
        OL_CHECK_EQ(course.loop->state, RT_PENDING);
        OL_CHECK_EQ(counts_of(&course).empty, 3 + taken);
        OL_CHECK_EQ(idle_waiters(&course), 1);
        OL_CHECK_EQ(rt_object_live(RT_WAIT_TASK), 2);
        OL_CHECK_EQ(take(&course), 0);
        step(&course);
    }
    close_course(&course);
}

OL_CASE(completing_its_one_channel_ends_the_old_loop)
{
    struct course course;
    open_course(&course, "1.5.0");
    send_many(&course, 3, false);
    rt_proto_channel_complete(course.endpoint->data, 0);
    step(&course);
    OL_CHECK_EQ(course.loop->state, RT_READY);
    OL_CHECK_EQ(take(&course), 3);
    OL_CHECK_EQ(take(&course), -1);
    OL_CHECK_EQ(rt_proto_channel_status(course.endpoint->outgoing), 0);
    close_course(&course);
}

OL_CASE(a_loop_may_be_dropped_while_it_waits)
{
    for (size_t i = 0; rt_proto_variant_at(i); i++) {
        struct course course;
        open_course(&course, rt_proto_variant_at(i)->name);
        send_many(&course, 3, false);
        step(&course);
        close_course(&course);
    }
}

static void send_priority(void *env)
{
    OL_CHECK_EQ(send(env, true), 0);
}

static void step_meanwhile(void *env)
{
    step(env);
}

/* The loop, woken by data, takes a priority message that is in its channel
 * already, though who waits has not been told so yet. Returns how many empty
 * batches that makes. */
static size_t take_before_the_wait_is_over(const char *variant)
{
    struct course course;
    open_course(&course, variant);
    const struct rt_step_pause pause = {
        .point = "channel-written",
        .during = step_meanwhile,
        .env = &course,
    };
    OL_CHECK_EQ(send(&course, false), 0);
    OL_CHECK(rt_step_run_paused(&pause, send_priority, &course));
    OL_CHECK_EQ(take(&course), 2);
    OL_CHECK_EQ(take(&course), -1);
    step(&course);
    const struct rt_proto_endpoint_counts counts = counts_of(&course);
    OL_CHECK_EQ(counts.batches, 1 + counts.empty);
    OL_CHECK_EQ(counts.delivered, 2);
    OL_CHECK_EQ(idle_waiters(&course), 1);
    close_course(&course);
    return counts.empty;
}

OL_CASE(a_wait_that_is_used_again_may_give_an_empty_batch)
{
    OL_CHECK_EQ(take_before_the_wait_is_over("pr2111"), 1);
    OL_CHECK_EQ(take_before_the_wait_is_over("1.6.0"), 0);
}

/* ---- What holds what ---- */

enum {
    MESSAGES = 20
};

static long reached(const struct rt_object *root, enum rt_object_kind kind)
{
    struct rt_reach reach;
    OL_CHECK_EQ(rt_reach_walk(root, &reach), 0);
    const long count = rt_reach_count(&reach, kind);
    rt_reach_deinit(&reach);
    return count;
}

/* Returns the place of the step that leads to the last operation that is
 * reached, which is the furthest one. */
static size_t furthest_op(const struct rt_reach *reach)
{
    for (size_t i = reach->count; i > 0; i--)
        if (reach->steps[i - 1].object->type->kind == RT_WAIT_OP) return i - 1;
    return 0;
}

/* endpoint -priority-> channel -readers-> wait-op -next-> … wait-op */
static void check_path_to_the_oldest(const struct course *course, long length)
{
    struct rt_reach reach;
    OL_CHECK_EQ(
        rt_reach_walk(
            rt_proto_channel_object(course->endpoint->priority), &reach),
        0);
    size_t place = furthest_op(&reach);
    for (long i = 0; i < length; i++) {
        OL_CHECK_EQ(reach.steps[place].object->type->kind, RT_WAIT_OP);
        OL_CHECK_TEXT(reach.steps[place].field, "next");
        place = reach.steps[place].from;
    }
    OL_CHECK_TEXT(reach.steps[place].field, "readers");
    OL_CHECK_EQ(reach.steps[place].from, 0);
    rt_reach_deinit(&reach);
}

OL_CASE(the_idle_channel_and_the_source_both_hold_every_wait)
{
    struct course course;
    open_course(&course, "1.6.0");
    for (int i = 0; i < MESSAGES; i++) {
        OL_CHECK_EQ(send(&course, false), 0);
        step(&course);
        OL_CHECK_EQ(take(&course), 1);
    }
    const struct rt_proto_endpoint *const endpoint = course.endpoint;
    const struct rt_object *const idle =
        rt_proto_channel_object(endpoint->priority);
    const struct rt_object *const source = rt_cancel_object(endpoint->source);
    OL_CHECK_EQ(reached(&endpoint->object, RT_WAIT_OP), MESSAGES + 2);
    OL_CHECK_EQ(reached(&endpoint->object, RT_WAIT_TASK), MESSAGES + 2);
    OL_CHECK_EQ(reached(&endpoint->object, RT_REGISTRATION), MESSAGES + 2);
    OL_CHECK_EQ(reached(idle, RT_WAIT_OP), MESSAGES + 1);
    OL_CHECK_EQ(reached(idle, RT_WAIT_TASK), MESSAGES + 1);
    OL_CHECK_EQ(reached(idle, RT_REGISTRATION), MESSAGES + 1);
    OL_CHECK_EQ(reached(source, RT_WAIT_OP), MESSAGES + 2);
    OL_CHECK_EQ(reached(source, RT_REGISTRATION), MESSAGES + 2);
    check_path_to_the_oldest(&course, MESSAGES);
    OL_CHECK_EQ(rt_proto_channel_counts(endpoint->priority).writes, 0);
    close_course(&course);
}

OL_CASE(who_keeps_the_loser_gathers_continuations_on_one_task)
{
    struct course course;
    open_course(&course, "pr2111-keep-loser");
    for (int i = 0; i < MESSAGES; i++) {
        OL_CHECK_EQ(send(&course, false), 0);
        step(&course);
        OL_CHECK_EQ(take(&course), 1);
    }
    const struct rt_object *const idle =
        rt_proto_channel_object(course.endpoint->priority);
    OL_CHECK_EQ(rt_object_live(RT_WAIT_OP), 2);
    OL_CHECK_EQ(reached(idle, RT_WAIT_OP), 1);
    /* One a turn that is over, and the present one on both tasks. */
    OL_CHECK_EQ(rt_object_live(RT_CONTINUATION), MESSAGES + 2);
    OL_CHECK_EQ(reached(idle, RT_PROMISE), MESSAGES + 1);

    OL_CHECK_EQ(send(&course, true), 0);
    step(&course);
    OL_CHECK_EQ(rt_object_live(RT_PROMISE), 2);
    close_course(&course);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_burst_is_cut_into_batches_of_a_thousand)
OL_CASES_ENTRY(priority_is_looked_at_before_every_ten_messages)
OL_CASES_ENTRY(outgoing_holds_three_batches_and_blocks_the_loop)
OL_CASES_ENTRY(cancelling_drops_the_batch_that_waits_for_room)
OL_CASES_ENTRY(disposing_forgets_about_priority_unless_it_is_told)
OL_CASES_ENTRY(completing_data_alone_makes_the_leaky_loop_spin)
OL_CASES_ENTRY(completing_data_alone_makes_the_fixed_loop_spin_without_waits)
OL_CASES_ENTRY(completing_its_one_channel_ends_the_old_loop)
OL_CASES_ENTRY(a_loop_may_be_dropped_while_it_waits)
OL_CASES_ENTRY(a_wait_that_is_used_again_may_give_an_empty_batch)
OL_CASES_ENTRY(the_idle_channel_and_the_source_both_hold_every_wait)
OL_CASES_ENTRY(who_keeps_the_loser_gathers_continuations_on_one_task)
OL_CASES_END
