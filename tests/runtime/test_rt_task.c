/* test_rt_task.c - tasks and their interrupts, in det mode, exactly.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/task.h"

#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

static void finish(struct rt_scheduler *scheduler)
{
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), 0);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* Makes a task that waits for the signal. */
static struct rt_task *spawn(
    struct rt_scheduler *scheduler, struct rt_signal *signal)
{
    return rt_task_spawn(scheduler, rt_signal_wait(signal));
}

/* ---- Life ---- */

OL_CASE(a_task_is_polled_when_it_runs_and_done_when_its_body_is)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_signal *const signal = rt_signal_create();
    struct rt_task *const task = spawn(scheduler, signal);
    OL_CHECK_EQ(signal->polls, 0);
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), 1);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(signal->polls, 1);
    OL_CHECK(!rt_task_is_done(task));

    rt_signal_set(signal, -EPIPE, 9);
    OL_CHECK_EQ(signal->polls, 1);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(signal->polls, 2);
    OL_CHECK_EQ(signal->drops, 1);
    OL_CHECK(rt_task_is_done(task));
    OL_CHECK_EQ(rt_task_status(task), -EPIPE);
    rt_task_unref(task);
    rt_signal_unref(signal);
    finish(scheduler);
}

OL_CASE(several_wakes_before_it_runs_are_one_poll)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_signal *const one = rt_signal_create();
    struct rt_signal *const two = rt_signal_create();
    struct rt_task *const task = rt_task_spawn(scheduler,
        rt_join(
            (struct rt_future *[]){rt_signal_wait(one), rt_signal_wait(two)},
            2));
    rt_scheduler_run(scheduler);
    rt_signal_shake(one);
    rt_signal_shake(two);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(one->polls, 2);
    rt_signal_set(one, 0, 0);
    rt_signal_set(two, 0, 0);
    rt_scheduler_run(scheduler);
    OL_CHECK(rt_task_is_done(task));
    OL_CHECK_EQ(two->polls, 3);
    rt_task_unref(task);
    rt_signal_unref(one);
    rt_signal_unref(two);
    finish(scheduler);
}

OL_CASE(a_task_that_nobody_holds_lives_on_what_can_wake_it)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_signal *const signal = rt_signal_create();
    rt_task_unref(spawn(scheduler, signal));
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), 1);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), -EBUSY);
    rt_signal_set(signal, 0, 0);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(signal->drops, 1);
    rt_signal_unref(signal);
    finish(scheduler);
}

OL_CASE(a_task_that_nobody_can_wake_goes_with_its_last_handle)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_task *const task = rt_task_spawn(scheduler, rt_future_never());
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), 1);
    rt_task_unref(task);
    finish(scheduler);
}

OL_CASE(a_task_without_a_body_is_none)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    OL_CHECK(!rt_task_spawn(scheduler, NULL));
    finish(scheduler);
}

/* Runs another scheduler's task on its way. */
static enum rt_poll tell_current(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    (void)waker;
    struct rt_scheduler *const other = env;
    const struct rt_task *const before = rt_task_current();
    if (other) rt_scheduler_run(other);
    OL_CHECK(rt_task_current() == before);
    return rt_future_finish(call, 0, (intptr_t)before);
}

OL_CASE(the_current_task_is_the_one_that_is_polled)
{
    struct rt_scheduler *const inner = rt_scheduler_create(0);
    struct rt_scheduler *const outer = rt_scheduler_create(0);
    struct rt_task *const task =
        rt_task_spawn(inner, rt_call(tell_current, NULL));
    struct rt_task *const around =
        rt_task_spawn(outer, rt_call(tell_current, inner));
    struct rt_future *const joins[] = {
        rt_task_join(task), rt_task_join(around)};
    rt_scheduler_run(outer);
    OL_CHECK(!rt_task_current());
    OL_CHECK_EQ(rt_future_block_on(joins[0]), 0);
    OL_CHECK_EQ(rt_future_block_on(joins[1]), 0);
    OL_CHECK_EQ(joins[0]->value, (intptr_t)task);
    OL_CHECK_EQ(joins[1]->value, (intptr_t)around);
    rt_future_drop(joins[0]);
    rt_future_drop(joins[1]);
    rt_task_unref(task);
    rt_task_unref(around);
    OL_CHECK_EQ(rt_scheduler_destroy(inner), 0);
    finish(outer);
}

/* A body that says in its drop whether its task was done by then. */
struct last_words {
    struct rt_future future;
    bool *was_done; /* borrowed */
};

static enum rt_poll poll_last_words(
    struct rt_future *future, const struct rt_waker *waker)
{
    (void)waker;
    return rt_future_finish(future, 0, 0);
}

static void drop_last_words(struct rt_object *object)
{
    *((struct last_words *)object)->was_done =
        rt_task_is_done(rt_task_current());
}

static const struct rt_future_type last_words_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_last_words},
    .poll = poll_last_words,
};

OL_CASE(a_task_is_done_when_its_body_has_been_dropped)
{
    bool was_done = true;
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct last_words *const body =
        rt_future_create(&last_words_type, sizeof *body);
    body->was_done = &was_done;
    struct rt_task *const task = rt_task_spawn(scheduler, &body->future);
    rt_scheduler_run(scheduler);
    OL_CHECK(!was_done);
    OL_CHECK(rt_task_is_done(task));
    rt_task_unref(task);
    finish(scheduler);
}

/* ---- To join ---- */

OL_CASE(a_join_hands_on_status_and_value)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_signal *const signal = rt_signal_create();
    struct rt_task *const task = spawn(scheduler, signal);
    struct rt_task *const joiner = rt_task_spawn(scheduler, rt_task_join(task));
    struct rt_future *const late = rt_task_join(task);
    rt_scheduler_run(scheduler);
    rt_signal_set(signal, -EPIPE, 9);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_task_status(joiner), -EPIPE);
    OL_CHECK_EQ(rt_future_block_on(late), -EPIPE);
    OL_CHECK_EQ(late->value, 9);
    rt_future_drop(late);
    rt_task_unref(joiner);
    rt_task_unref(task);
    rt_signal_unref(signal);
    finish(scheduler);
}

OL_CASE(all_who_join_are_woken)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_signal *const signal = rt_signal_create();
    struct rt_task *const task = spawn(scheduler, signal);
    for (unsigned i = 0; i < 5; i++)
        rt_task_unref(rt_task_spawn(scheduler, rt_task_join(task)));
    rt_scheduler_run(scheduler);
    rt_signal_set(signal, 0, 0);
    rt_scheduler_run(scheduler);
    rt_task_unref(task);
    rt_signal_unref(signal);
    finish(scheduler);
}

OL_CASE(a_join_that_is_dropped_leaves_the_task_alone)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_signal *const signal = rt_signal_create();
    struct rt_task *const task = spawn(scheduler, signal);
    struct rt_task *const joiner = rt_task_spawn(scheduler, rt_task_join(task));
    rt_scheduler_run(scheduler);
    rt_task_interrupt(joiner);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_task_status(joiner), -EINTR);
    OL_CHECK(!rt_task_is_done(task));
    rt_signal_set(signal, 0, 0);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_task_status(task), 0);
    rt_task_unref(joiner);
    rt_task_unref(task);
    rt_signal_unref(signal);
    finish(scheduler);
}

/* ---- Interrupts ---- */

OL_CASE(an_interrupt_ends_a_task_that_sleeps_without_a_poll)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_signal *const signal = rt_signal_create();
    struct rt_task *const task = spawn(scheduler, signal);
    rt_scheduler_run(scheduler);
    rt_task_interrupt(task);
    OL_CHECK(!rt_task_is_done(task));
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_task_status(task), -EINTR);
    OL_CHECK_EQ(signal->polls, 1);
    OL_CHECK_EQ(signal->drops, 1);
    rt_task_unref(task);
    rt_signal_unref(signal);
    finish(scheduler);
}

OL_CASE(a_task_that_is_interrupted_before_it_runs_is_never_polled)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_signal *const signal = rt_signal_create();
    struct rt_task *const task = spawn(scheduler, signal);
    rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_task_status(task), -EINTR);
    OL_CHECK_EQ(signal->polls, 0);
    OL_CHECK_EQ(signal->drops, 1);
    rt_task_unref(task);
    rt_signal_unref(signal);
    finish(scheduler);
}

OL_CASE(an_interrupt_after_the_end_changes_nothing)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_task *const task =
        rt_task_spawn(scheduler, rt_future_ready(0, 3));
    rt_scheduler_run(scheduler);
    rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_task_status(task), 0);
    rt_task_unref(task);
    finish(scheduler);
}

/* A body that masks itself `deep` times, waits for the signal, then unmasks
 * once a poll, and is ready after the last one if it is still asked. */
struct masked {
    unsigned deep;
    struct rt_future *wait; /* owner */
    unsigned polls;
    unsigned unmasked;
    bool is_ready_at_once; /* in the poll in which it unmasks */
    bool must_end;         /* what it was told after the last unmask */
};

static enum rt_poll poll_masked(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    struct masked *const masked = env;
    struct rt_task *const task = rt_task_current();
    for (; masked->polls == 0 && masked->deep > 0; masked->deep--)
        rt_task_mask(task);
    masked->polls++;
    OL_CHECK_EQ(rt_task_is_masked(task), masked->unmasked == 0);
    if (masked->wait->state == RT_PENDING &&
        rt_future_poll(masked->wait, waker) == RT_PENDING)
        return RT_PENDING;

    while (rt_task_is_masked(task)) {
        OL_CHECK(!rt_task_must_end(task));
        rt_task_unmask(task);
    }
    masked->unmasked++;
    masked->must_end = rt_task_must_end(task);
    if (masked->is_ready_at_once || masked->unmasked > 1)
        return rt_future_finish(call, 0, 0);
    rt_waker_wake(waker);
    return RT_PENDING;
}

/* Runs such a task; interrupts it in its sleep. Returns its status. */
static int run_masked(struct masked *masked, bool is_interrupted)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_signal *const signal = rt_signal_create();
    masked->wait = rt_signal_wait(signal);
    struct rt_task *const task =
        rt_task_spawn(scheduler, rt_call(poll_masked, masked));
    rt_scheduler_run(scheduler);
    if (is_interrupted) rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    OL_CHECK(!rt_task_is_done(task));
    rt_signal_set(signal, 0, 0);
    rt_scheduler_run(scheduler);
    const int status = rt_task_status(task);
    rt_future_drop(masked->wait);
    rt_task_unref(task);
    rt_signal_unref(signal);
    finish(scheduler);
    return status;
}

OL_CASE(a_masked_task_goes_on_until_it_unmasks)
{
    struct masked masked = {.deep = 1};
    OL_CHECK_EQ(run_masked(&masked, true), -EINTR);
    /* First, woken by the interrupt, and by the signal; it does not come to
     * the poll that it asked for after that. */
    OL_CHECK_EQ(masked.polls, 3);
    OL_CHECK(masked.must_end);
}

OL_CASE(masks_nest)
{
    struct masked masked = {.deep = 3};
    OL_CHECK_EQ(run_masked(&masked, true), -EINTR);
    OL_CHECK_EQ(masked.polls, 3);
}

OL_CASE(a_masked_task_that_nobody_interrupts_goes_on_after_it)
{
    struct masked masked = {.deep = 1};
    OL_CHECK_EQ(run_masked(&masked, false), 0);
    OL_CHECK_EQ(masked.polls, 3);
    OL_CHECK(!masked.must_end);
}

OL_CASE(a_body_that_is_ready_where_it_unmasks_is_done_as_it_says)
{
    struct masked masked = {.deep = 1, .is_ready_at_once = true};
    OL_CHECK_EQ(run_masked(&masked, true), 0);
    OL_CHECK(masked.must_end);
}

static enum rt_poll mask_and_sleep(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    (void)call, (void)waker;
    unsigned *const polls = env;
    if (++*polls == 1) rt_task_mask(rt_task_current());
    return RT_PENDING;
}

OL_CASE(a_sleeper_that_others_unmask_ends)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    unsigned polls = 0;
    struct rt_task *const task =
        rt_task_spawn(scheduler, rt_call(mask_and_sleep, &polls));
    rt_scheduler_run(scheduler);
    rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(polls, 2);
    OL_CHECK(!rt_task_is_done(task));
    rt_task_unmask(task);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(polls, 2);
    OL_CHECK_EQ(rt_task_status(task), -EINTR);
    rt_task_unref(task);
    finish(scheduler);
}

/* A body that, masked, lets an interrupt drop one part and then goes on: how
 * a mask is lifted for that part alone. */
struct restoring {
    struct rt_signal *part; /* borrowed */
    struct rt_future *race; /* owner */
    size_t winner;
};

static enum rt_poll poll_restoring(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    struct restoring *const restoring = env;
    struct rt_task *const task = rt_task_current();
    if (!restoring->race) {
        rt_task_mask(task);
        restoring->race =
            rt_race((struct rt_future *[]){rt_task_interrupted(task),
                        rt_signal_wait(restoring->part)},
                2);
    }
    if (rt_future_poll(restoring->race, waker) == RT_PENDING) return RT_PENDING;
    restoring->winner = rt_race_winner(restoring->race);
    rt_future_drop(restoring->race);
    rt_task_unmask(task);
    return rt_future_finish(call, 0, 0);
}

OL_CASE(under_a_mask_an_interrupt_can_be_raced)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_signal *const signal = rt_signal_create();
    struct restoring restoring = {.part = signal};
    struct rt_task *const task =
        rt_task_spawn(scheduler, rt_call(poll_restoring, &restoring));
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(signal->drops, 0);
    rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(signal->drops, 1);
    OL_CHECK_EQ(restoring.winner, 0);
    OL_CHECK_EQ(rt_task_status(task), 0);
    rt_task_unref(task);
    rt_signal_unref(signal);
    finish(scheduler);
}

/* ---- Wakes from within a poll ---- */

static enum rt_poll wake_twice(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    unsigned *const polls = env;
    if (++*polls == 3) return rt_future_finish(call, 0, 0);
    rt_waker_wake(waker);
    rt_waker_wake(waker);
    return RT_PENDING;
}

OL_CASE(a_wake_during_the_poll_is_one_more_poll)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    unsigned polls = 0;
    struct rt_task *const task =
        rt_task_spawn(scheduler, rt_call(wake_twice, &polls));
    OL_CHECK(rt_scheduler_step(scheduler));
    OL_CHECK_EQ(polls, 1);
    OL_CHECK(rt_scheduler_step(scheduler));
    OL_CHECK_EQ(polls, 2);
    OL_CHECK(rt_scheduler_step(scheduler));
    OL_CHECK(!rt_scheduler_step(scheduler));
    OL_CHECK(rt_task_is_done(task));
    rt_task_unref(task);
    finish(scheduler);
}

static enum rt_poll interrupt_self(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    (void)call, (void)waker;
    ++*(unsigned *)env;
    rt_task_interrupt(rt_task_current());
    return RT_PENDING;
}

OL_CASE(an_interrupt_during_the_poll_ends_it_there)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    unsigned polls = 0;
    struct rt_task *const task =
        rt_task_spawn(scheduler, rt_call(interrupt_self, &polls));
    OL_CHECK(rt_scheduler_step(scheduler));
    OL_CHECK_EQ(polls, 1);
    OL_CHECK_EQ(rt_task_status(task), -EINTR);
    OL_CHECK(!rt_scheduler_step(scheduler));
    rt_task_unref(task);
    finish(scheduler);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_task_is_polled_when_it_runs_and_done_when_its_body_is)
OL_CASES_ENTRY(several_wakes_before_it_runs_are_one_poll)
OL_CASES_ENTRY(a_task_that_nobody_holds_lives_on_what_can_wake_it)
OL_CASES_ENTRY(a_task_that_nobody_can_wake_goes_with_its_last_handle)
OL_CASES_ENTRY(a_task_without_a_body_is_none)
OL_CASES_ENTRY(the_current_task_is_the_one_that_is_polled)
OL_CASES_ENTRY(a_join_hands_on_status_and_value)
OL_CASES_ENTRY(a_task_is_done_when_its_body_has_been_dropped)
OL_CASES_ENTRY(all_who_join_are_woken)
OL_CASES_ENTRY(a_join_that_is_dropped_leaves_the_task_alone)
OL_CASES_ENTRY(an_interrupt_ends_a_task_that_sleeps_without_a_poll)
OL_CASES_ENTRY(a_task_that_is_interrupted_before_it_runs_is_never_polled)
OL_CASES_ENTRY(an_interrupt_after_the_end_changes_nothing)
OL_CASES_ENTRY(a_masked_task_goes_on_until_it_unmasks)
OL_CASES_ENTRY(masks_nest)
OL_CASES_ENTRY(a_masked_task_that_nobody_interrupts_goes_on_after_it)
OL_CASES_ENTRY(a_body_that_is_ready_where_it_unmasks_is_done_as_it_says)
OL_CASES_ENTRY(a_sleeper_that_others_unmask_ends)
OL_CASES_ENTRY(under_a_mask_an_interrupt_can_be_raced)
OL_CASES_ENTRY(a_wake_during_the_poll_is_one_more_poll)
OL_CASES_ENTRY(an_interrupt_during_the_poll_ends_it_there)
OL_CASES_END
