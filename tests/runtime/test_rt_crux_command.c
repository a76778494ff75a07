/* test_rt_crux_command.c - commands, on every version.
 *
 * What upstream's own tests of commands check, in our own words, and what
 * sets the versions apart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_command.h"

#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/payload.h"
#include "reference-runtime/crux/crux_command_request.h"
#include "reference-runtime/crux/crux_command_stream.h"
#include "reference-runtime/crux/crux_compose.h"
#include "reference-runtime/crux/crux_poll_fn.h"
#include "reference-runtime/run/crux_held.h"
#include "tests/support/check.h"

typedef void (*check_fn)(const struct rt_crux_command_variant *variant);

static const struct rt_crux_command_variant *version(const char *name)
{
    const struct rt_crux_command_variant *const variant =
        rt_crux_command_variant_find(name);
    OL_CHECK(variant);
    return variant;
}

/* Does something on each version in turn. */
static void on_every_version(check_fn check)
{
    static const char *const names[] = {
        "0.11.0", "0.13.0", "pr423", "0.19.0", "0.20.0", "strict"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        check(version(names[i]));
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

/* ---- Pieces ---- */

static struct rt_crux_command *make(
    const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = rt_crux_command_create(variant);
    OL_CHECK(command);
    return command;
}

static void spawn(struct rt_crux_command *command, struct rt_future *future)
{
    OL_CHECK(future);
    OL_CHECK_EQ(rt_crux_command_spawn(command, future), 0);
}

static struct rt_crux_join_handle *spawn_joinable(
    struct rt_crux_command *command, struct rt_future *future)
{
    struct rt_crux_join_handle *const handle =
        rt_crux_context_spawn(rt_crux_command_context(command), future);
    OL_CHECK(handle);
    return handle;
}

static struct rt_future *request(struct rt_crux_command *command, intptr_t op)
{
    return rt_crux_command_request_create(rt_crux_command_context(command), op);
}

static struct rt_crux_effect *take_effect(
    struct rt_crux_command *command, intptr_t operation)
{
    struct rt_crux_effect *const effect = rt_crux_command_take_effect(command);
    OL_CHECK(effect);
    OL_CHECK_EQ(effect->operation, operation);
    return effect;
}

static void check_no_effect(struct rt_crux_command *command)
{
    OL_CHECK(!rt_crux_command_take_effect(command));
}

static void check_event(struct rt_crux_command *command, intptr_t event)
{
    intptr_t got = 0;
    OL_CHECK(rt_crux_command_take_event(command, &got));
    OL_CHECK_EQ(got, event);
}

static void check_no_event(struct rt_crux_command *command)
{
    intptr_t got = 0;
    OL_CHECK(!rt_crux_command_take_event(command, &got));
}

/* Sends `event`, plus the value of `before`, once that is ready. */
struct sender {
    struct rt_crux_context *context; /* owner of a reference */
    struct rt_future *before;        /* owner */
    intptr_t event;
};

static enum rt_poll poll_sender(
    void *env, const struct rt_waker *waker, intptr_t *value_out)
{
    struct sender *const sender = env;
    *value_out = 0;
    if (rt_future_poll(sender->before, waker) == RT_PENDING) return RT_PENDING;
    const intptr_t event = sender->event + sender->before->value;
    OL_CHECK_EQ(rt_crux_context_send_event(sender->context, event), 0);
    return RT_READY;
}

static void drop_sender(void *env)
{
    struct sender *const sender = env;
    rt_future_drop(sender->before);
    rt_crux_context_unref(sender->context);
    sender->context = NULL;
}

/* Uses the storage of `sender`. */
static struct rt_future *then_send(struct sender *sender,
    struct rt_crux_command *command, struct rt_future *before, intptr_t event)
{
    OL_CHECK(before);
    *sender = (struct sender){
        .context = rt_crux_context_ref(rt_crux_command_context(command)),
        .before = before,
        .event = event,
    };
    const struct rt_crux_poll_fn fn = {poll_sender, drop_sender, sender};
    return rt_crux_poll_fn_create(fn);
}

/* ---- Effects and events ---- */

static void check_empty(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = make(variant);
    OL_CHECK(rt_crux_command_is_done(command));
    check_no_effect(command);
    check_no_event(command);
    rt_crux_command_unref(command);
}

OL_CASE(a_command_without_tasks_is_done)
{
    on_every_version(check_empty);
}

static void check_notify(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = make(variant);
    struct rt_crux_context *const context = rt_crux_command_context(command);
    OL_CHECK_EQ(rt_crux_context_notify(context, 5), 0);
    OL_CHECK_EQ(rt_crux_context_send_event(context, 6), 0);
    OL_CHECK(!rt_crux_command_is_done(command));
    check_event(command, 6);
    struct rt_crux_effect *const effect = take_effect(command, 5);
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 0), -EINVAL);
    rt_crux_effect_unref(effect);
    OL_CHECK(rt_crux_command_is_done(command));
    rt_crux_command_unref(command);
}

OL_CASE(nobody_can_answer_what_expects_no_answer)
{
    on_every_version(check_notify);
}

static void check_request(const struct rt_crux_command_variant *variant)
{
    struct sender sender;
    struct rt_crux_command *const command = make(variant);
    spawn(command, then_send(&sender, command, request(command, 7), 100));
    OL_CHECK_EQ(rt_crux_command_counts(command).effects, 0);
    struct rt_crux_effect *const effect = take_effect(command, 7);
    check_no_effect(command);
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 11), 0);
    OL_CHECK_EQ(rt_crux_command_counts(command).events, 0);
    check_event(command, 111);
    check_no_event(command);
    OL_CHECK(rt_crux_command_is_done(command));
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 12), -EINVAL);
    rt_crux_effect_unref(effect);
    OL_CHECK_EQ(rt_crux_command_counts(command).completed, 1);
    rt_crux_command_unref(command);
}

OL_CASE(a_request_is_sent_at_the_first_poll_and_answered_once)
{
    on_every_version(check_request);
}

static void check_unpolled(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = make(variant);
    rt_future_drop(request(command, 7));
    check_no_effect(command);
    OL_CHECK(rt_crux_command_is_done(command));
    rt_crux_command_unref(command);
}

OL_CASE(a_request_that_is_not_polled_asks_for_nothing)
{
    on_every_version(check_unpolled);
}

/* Sends each value of a stream as an event. */
struct follower {
    struct rt_crux_context *context;       /* owner of a reference */
    struct rt_crux_command_stream *stream; /* owner */
    struct rt_future *next;                /* owner; NULL between two */
};

static enum rt_poll poll_follower(
    void *env, const struct rt_waker *waker, intptr_t *value_out)
{
    struct follower *const follower = env;
    *value_out = 0;
    for (;;) {
        if (!follower->next)
            follower->next = rt_crux_command_stream_next(follower->stream);
        if (rt_future_poll(follower->next, waker) == RT_PENDING)
            return RT_PENDING;
        const int err = follower->next->status;
        const intptr_t value = follower->next->value;
        rt_future_drop(follower->next);
        follower->next = NULL;
        if (err) return RT_READY;
        OL_CHECK_EQ(rt_crux_context_send_event(follower->context, value), 0);
    }
}

static void drop_follower(void *env)
{
    struct follower *const follower = env;
    rt_future_drop(follower->next);
    rt_crux_command_stream_unref(follower->stream);
    rt_crux_context_unref(follower->context);
}

static struct rt_future *follow(
    struct follower *follower, struct rt_crux_command *command, intptr_t op)
{
    struct rt_crux_context *const context = rt_crux_command_context(command);
    *follower = (struct follower){
        .context = rt_crux_context_ref(context),
        .stream = rt_crux_command_stream_create(context, op),
    };
    OL_CHECK(follower->stream);
    const struct rt_crux_poll_fn fn = {poll_follower, drop_follower, follower};
    return rt_crux_poll_fn_create(fn);
}

static void check_stream(const struct rt_crux_command_variant *variant)
{
    struct follower follower;
    struct rt_crux_command *const command = make(variant);
    spawn(command, follow(&follower, command, 3));
    struct rt_crux_effect *const effect = take_effect(command, 3);
    for (intptr_t value = 10; value < 13; value++)
        OL_CHECK_EQ(rt_crux_effect_resolve(effect, value), 0);
    for (intptr_t value = 10; value < 13; value++)
        check_event(command, value);
    check_no_event(command);
    OL_CHECK(!rt_crux_command_is_done(command));
    rt_crux_effect_unref(effect);
    OL_CHECK(rt_crux_command_is_done(command));
    OL_CHECK_EQ(rt_crux_command_counts(command).completed, 1);
    rt_crux_command_unref(command);
}

OL_CASE(a_stream_brings_many_answers_and_ends_with_its_effect)
{
    on_every_version(check_stream);
}

/* ---- Tasks that nobody can wake ---- */

static void check_dropped_request(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = rt_crux_held_command(variant, 1, 8);
    OL_CHECK(command);
    struct rt_crux_effect *const effect = take_effect(command, 1);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 1);
    rt_crux_effect_unref(effect);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 1);
    OL_CHECK(rt_crux_command_is_done(command));
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
    OL_CHECK_EQ(rt_crux_command_counts(command).evicted, 1);
    rt_crux_command_unref(command);
}

/* Measured on 0.13.0 with three commands: 3, 3, and 0 once they are run. */
OL_CASE(a_request_that_the_shell_drops_frees_its_task_at_the_next_run)
{
    on_every_version(check_dropped_request);
}

static void check_never(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = make(variant);
    spawn(command, rt_future_never());
    OL_CHECK(rt_crux_command_is_done(command));
    OL_CHECK_EQ(rt_crux_command_counts(command).evicted, 1);
    rt_crux_command_unref(command);
}

OL_CASE(a_task_that_keeps_no_waker_is_evicted)
{
    on_every_version(check_never);
}

static enum rt_poll wake_self(
    void *env, const struct rt_waker *waker, intptr_t *value_out)
{
    int *const left = env;
    *value_out = 0;
    if ((*left)-- == 0) return RT_READY;
    struct rt_waker own = rt_waker_clone(waker);
    rt_waker_fire(&own);
    return RT_PENDING;
}

static void check_self_waking(const struct rt_crux_command_variant *variant)
{
    int left = 2;
    struct rt_crux_command *const command = make(variant);
    const struct rt_crux_poll_fn fn = {.poll = wake_self, .env = &left};
    spawn(command, rt_crux_poll_fn_create(fn));
    OL_CHECK(rt_crux_command_is_done(command));
    const bool kept = variant->keeps_self_woken;
    OL_CHECK_EQ(left, kept ? -1 : 1);
    OL_CHECK_EQ(rt_crux_command_counts(command).completed, kept);
    OL_CHECK_EQ(rt_crux_command_counts(command).evicted, !kept);
    rt_crux_command_unref(command);
}

/* redbadger/crux#339 */
OL_CASE(a_task_that_wakes_itself_is_kept_from_0_13_0_on)
{
    on_every_version(check_self_waking);
}

static void check_slots(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = make(variant);
    for (int i = 0; i < 1000; i++) {
        spawn(command, rt_future_ready(0, 0));
        OL_CHECK(rt_crux_command_is_done(command));
    }
    OL_CHECK_EQ(rt_crux_command_counts(command).slots, 1);
    OL_CHECK_EQ(rt_crux_command_counts(command).completed, 1000);
    rt_crux_command_unref(command);
}

OL_CASE(tasks_one_after_the_other_use_one_slot)
{
    on_every_version(check_slots);
}

static void check_context(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = make(variant);
    struct rt_crux_context *const context =
        rt_crux_context_ref(rt_crux_command_context(command));
    OL_CHECK_EQ(rt_crux_command_is_done(command), !variant->waits_for_contexts);
    OL_CHECK_EQ(rt_crux_context_notify(context, 1), 0);
    rt_crux_effect_unref(take_effect(command, 1));
    rt_crux_context_unref(context);
    OL_CHECK(rt_crux_command_is_done(command));
    rt_crux_command_unref(command);
}

/* redbadger/crux#423 */
OL_CASE(a_command_is_not_done_while_a_context_is_alive)
{
    on_every_version(check_context);
}

/* ---- Joins ---- */

static void check_join(const struct rt_crux_command_variant *variant)
{
    struct sender sender;
    struct rt_crux_command *const command = make(variant);
    struct rt_crux_join_handle *const handle =
        spawn_joinable(command, request(command, 1));
    spawn(command,
        then_send(&sender, command, rt_crux_join_handle_await(handle), 9));
    struct rt_crux_effect *const effect = take_effect(command, 1);
    check_no_event(command);
    OL_CHECK(!rt_crux_join_handle_has_ended(handle));
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 0), 0);
    check_event(command, 9);
    OL_CHECK(rt_crux_join_handle_has_ended(handle));
    OL_CHECK(rt_crux_command_is_done(command));
    rt_crux_effect_unref(effect);
    rt_crux_join_handle_unref(handle);
    rt_crux_command_unref(command);
}

OL_CASE(a_join_is_ready_when_the_task_has_ended)
{
    on_every_version(check_join);
}

static void check_joined_late(const struct rt_crux_command_variant *variant)
{
    struct sender sender;
    struct rt_crux_command *const command = make(variant);
    struct rt_crux_join_handle *const handle =
        spawn_joinable(command, rt_future_ready(0, 0));
    OL_CHECK(rt_crux_command_is_done(command));
    spawn(command,
        then_send(&sender, command, rt_crux_join_handle_await(handle), 9));
    check_event(command, 9);
    rt_crux_join_handle_unref(handle);
    rt_crux_command_unref(command);
}

OL_CASE(a_join_of_a_task_that_has_ended_is_ready)
{
    on_every_version(check_joined_late);
}

static void check_copies(const struct rt_crux_command_variant *variant)
{
    enum {
        COPIES = 3
    };
    struct sender senders[COPIES];
    struct rt_crux_command *const command = make(variant);
    struct rt_crux_join_handle *const handle =
        spawn_joinable(command, request(command, 1));
    for (int i = 0; i < COPIES; i++) {
        spawn(command, then_send(&senders[i], command,
                           rt_crux_join_handle_await(handle), i));
    }
    struct rt_crux_effect *const effect = take_effect(command, 1);
    check_no_event(command);
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 0), 0);
    for (int i = 0; i < COPIES; i++)
        check_event(command, i);
    OL_CHECK(rt_crux_command_is_done(command));
    rt_crux_effect_unref(effect);
    rt_crux_join_handle_unref(handle);
    rt_crux_command_unref(command);
}

OL_CASE(all_who_join_a_task_are_told)
{
    on_every_version(check_copies);
}

static void check_joined_thrice(const struct rt_crux_command_variant *variant)
{
    struct sender sender;
    struct rt_crux_command *const command = make(variant);
    struct rt_crux_join_handle *const handle =
        spawn_joinable(command, request(command, 1));
    struct rt_future *const copies[] = {rt_crux_join_handle_await(handle),
        rt_crux_join_handle_await(handle), rt_crux_join_handle_await(handle)};
    spawn(command, then_send(&sender, command, rt_join(copies, 3), 9));
    struct rt_crux_effect *const effect = take_effect(command, 1);
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 0), 0);
    check_event(command, 9);
    OL_CHECK(rt_crux_command_is_done(command));
    rt_crux_effect_unref(effect);
    rt_crux_join_handle_unref(handle);
    rt_crux_command_unref(command);
}

OL_CASE(one_task_may_join_another_thrice)
{
    on_every_version(check_joined_thrice);
}

/* ---- Aborting a task ---- */

static void check_abort_stream(const struct rt_crux_command_variant *variant)
{
    struct follower follower;
    struct rt_crux_command *const command = make(variant);
    struct rt_crux_join_handle *const handle =
        spawn_joinable(command, follow(&follower, command, 3));
    struct rt_crux_effect *const effect = take_effect(command, 3);
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 1), 0);
    check_event(command, 1);
    rt_crux_join_handle_abort(handle);
    OL_CHECK_EQ(rt_crux_command_is_done(command), variant->abort_wakes);
    /* The next value finds the task to be dropped, or nobody. */
    OL_CHECK_EQ(
        rt_crux_effect_resolve(effect, 2), variant->abort_wakes ? -EPIPE : 0);
    check_no_event(command);
    OL_CHECK(rt_crux_command_is_done(command));
    OL_CHECK_EQ(rt_crux_command_counts(command).aborted, 1);
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 3), -EPIPE);
    rt_crux_effect_unref(effect);
    rt_crux_join_handle_unref(handle);
    rt_crux_command_unref(command);
}

OL_CASE(an_aborted_stream_takes_no_more_values)
{
    on_every_version(check_abort_stream);
}

static void check_abort_unpolled(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = make(variant);
    struct rt_crux_join_handle *const handle =
        spawn_joinable(command, request(command, 1));
    rt_crux_join_handle_abort(handle);
    check_no_effect(command);
    OL_CHECK(rt_crux_command_is_done(command));
    OL_CHECK(rt_crux_join_handle_has_ended(handle));
    rt_crux_join_handle_unref(handle);
    rt_crux_command_unref(command);
}

OL_CASE(a_task_aborted_before_its_first_poll_does_nothing)
{
    on_every_version(check_abort_unpolled);
}

static void check_abort_joined(const struct rt_crux_command_variant *variant)
{
    struct sender sender;
    struct rt_crux_command *const command = make(variant);
    struct rt_crux_join_handle *const handle =
        spawn_joinable(command, request(command, 1));
    spawn(command,
        then_send(&sender, command, rt_crux_join_handle_await(handle), 9));
    struct rt_crux_effect *const effect = take_effect(command, 1);
    rt_crux_join_handle_abort(handle);
    /* Upstream only a wake has the command look at the task. */
    if (!variant->abort_wakes) {
        check_no_event(command);
        OL_CHECK_EQ(rt_crux_effect_resolve(effect, 0), 0);
    }
    check_event(command, 9);
    OL_CHECK(rt_crux_command_is_done(command));
    rt_crux_effect_unref(effect);
    rt_crux_join_handle_unref(handle);
    rt_crux_command_unref(command);
}

OL_CASE(an_aborted_task_tells_who_joins_it)
{
    on_every_version(check_abort_joined);
}

/* The number of a task that has ended may be another's by then. */
static void check_abort_late(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = make(variant);
    struct rt_crux_join_handle *const handle =
        spawn_joinable(command, rt_future_ready(0, 0));
    OL_CHECK(rt_crux_command_is_done(command));
    spawn(command, request(command, 2));
    struct rt_crux_effect *const effect = take_effect(command, 2);
    rt_crux_join_handle_abort(handle);
    OL_CHECK(!rt_crux_command_is_done(command));
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 0), 0);
    OL_CHECK(rt_crux_command_is_done(command));
    OL_CHECK_EQ(rt_crux_command_counts(command).aborted, 0);
    rt_crux_effect_unref(effect);
    rt_crux_join_handle_unref(handle);
    rt_crux_command_unref(command);
}

OL_CASE(to_abort_a_task_that_has_ended_aborts_no_other)
{
    on_every_version(check_abort_late);
}

/* ---- Aborting a command ---- */

static void check_abort_command(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = rt_crux_held_command(variant, 1, 8);
    OL_CHECK(command);
    struct rt_crux_abort_handle *const handle =
        rt_crux_command_abort_handle(command);
    struct rt_crux_effect *const effect = take_effect(command, 1);
    rt_crux_abort_handle_abort(handle);
    OL_CHECK(rt_crux_command_is_done(command));
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
    OL_CHECK_EQ(rt_crux_command_counts(command).aborted, 1);
    /* Too late, and nobody minds. */
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 0), 0);
    OL_CHECK(rt_crux_command_is_done(command));
    rt_crux_effect_unref(effect);
    rt_crux_abort_handle_unref(handle);
    rt_crux_command_unref(command);
}

OL_CASE(an_aborted_command_drops_its_tasks_when_it_is_run)
{
    on_every_version(check_abort_command);
}

static void check_abort_unspawned(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = rt_crux_held_command(variant, 1, 8);
    OL_CHECK(command);
    struct rt_crux_abort_handle *const handle =
        rt_crux_command_abort_handle(command);
    rt_crux_abort_handle_abort(handle);
    rt_crux_abort_handle_unref(handle);
    const bool drops = variant->drops_unspawned;
    OL_CHECK_EQ(rt_crux_command_is_done(command),
        drops || !variant->waits_for_contexts);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), !drops);
    OL_CHECK_EQ(rt_crux_command_counts(command).unspawned, !drops);
    rt_crux_command_unref(command);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
}

/* redbadger/crux#425 */
OL_CASE(an_aborted_command_drops_what_was_not_spawned_from_0_16_1_on)
{
    on_every_version(check_abort_unspawned);
}

/* ---- Commands of commands ---- */

static struct rt_crux_command *ask_and_send(struct sender *sender,
    const struct rt_crux_command_variant *variant, intptr_t number)
{
    struct rt_crux_command *const command = make(variant);
    spawn(command, then_send(sender, command, request(command, number), 0));
    return command;
}

static void check_all(const struct rt_crux_command_variant *variant)
{
    struct sender senders[3];
    struct rt_crux_command *commands[3];
    struct rt_crux_effect *effects[3];
    for (int i = 0; i < 3; i++)
        commands[i] = ask_and_send(&senders[i], variant, i);
    struct rt_crux_command *const all = rt_crux_compose_all(commands, 3);
    OL_CHECK(all);
    for (int i = 0; i < 3; i++)
        effects[i] = take_effect(all, i);
    for (int i = 2; i >= 0; i--) {
        OL_CHECK_EQ(rt_crux_effect_resolve(effects[i], 10L * i), 0);
        check_event(all, 10L * i);
        rt_crux_effect_unref(effects[i]);
    }
    OL_CHECK(rt_crux_command_is_done(all));
    rt_crux_command_unref(all);
}

OL_CASE(commands_run_side_by_side)
{
    on_every_version(check_all);
}

static void check_then(const struct rt_crux_command_variant *variant)
{
    struct sender senders[2];
    struct rt_crux_command *const both =
        rt_crux_compose_then(ask_and_send(&senders[0], variant, 1),
            ask_and_send(&senders[1], variant, 2));
    OL_CHECK(both);
    for (intptr_t number = 1; number <= 2; number++) {
        struct rt_crux_effect *const effect = take_effect(both, number);
        check_no_effect(both);
        OL_CHECK_EQ(rt_crux_effect_resolve(effect, number), 0);
        check_event(both, number);
        rt_crux_effect_unref(effect);
    }
    OL_CHECK(rt_crux_command_is_done(both));
    rt_crux_command_unref(both);
}

OL_CASE(commands_run_one_after_the_other)
{
    on_every_version(check_then);
}

/* Two levels of hosts; a wake goes all the way up. */
static void check_nested(const struct rt_crux_command_variant *variant)
{
    struct sender sender;
    struct rt_crux_command *const middle = make(variant);
    OL_CHECK_EQ(
        rt_crux_compose_and(middle, ask_and_send(&sender, variant, 1)), 0);
    struct rt_crux_command *const root = make(variant);
    OL_CHECK_EQ(rt_crux_compose_and(root, middle), 0);
    struct rt_crux_effect *const effect = take_effect(root, 1);
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 4), 0);
    check_event(root, 4);
    rt_crux_effect_unref(effect);
    OL_CHECK(rt_crux_command_is_done(root));
    rt_crux_command_unref(root);
}

OL_CASE(a_hosted_command_may_host_another)
{
    on_every_version(check_nested);
}

/* The shell may still hold what nobody will hear the answer of. */
static void check_unref(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command = rt_crux_held_command(variant, 1, 8);
    OL_CHECK(command);
    struct rt_crux_effect *const effect = take_effect(command, 1);
    struct rt_crux_context *const context =
        rt_crux_context_ref(rt_crux_command_context(command));
    rt_crux_command_unref(command);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
    OL_CHECK_EQ(rt_crux_effect_resolve(effect, 1), 0);
    OL_CHECK_EQ(rt_crux_context_notify(context, 1), -EPIPE);
    rt_crux_effect_unref(effect);
    rt_crux_context_unref(context);
}

OL_CASE(a_command_that_is_gone_is_missed_by_nobody)
{
    on_every_version(check_unref);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_command_without_tasks_is_done)
OL_CASES_ENTRY(nobody_can_answer_what_expects_no_answer)
OL_CASES_ENTRY(a_request_is_sent_at_the_first_poll_and_answered_once)
OL_CASES_ENTRY(a_request_that_is_not_polled_asks_for_nothing)
OL_CASES_ENTRY(a_stream_brings_many_answers_and_ends_with_its_effect)
OL_CASES_ENTRY(a_request_that_the_shell_drops_frees_its_task_at_the_next_run)
OL_CASES_ENTRY(a_task_that_keeps_no_waker_is_evicted)
OL_CASES_ENTRY(a_task_that_wakes_itself_is_kept_from_0_13_0_on)
OL_CASES_ENTRY(tasks_one_after_the_other_use_one_slot)
OL_CASES_ENTRY(a_command_is_not_done_while_a_context_is_alive)
OL_CASES_ENTRY(a_join_is_ready_when_the_task_has_ended)
OL_CASES_ENTRY(a_join_of_a_task_that_has_ended_is_ready)
OL_CASES_ENTRY(all_who_join_a_task_are_told)
OL_CASES_ENTRY(one_task_may_join_another_thrice)
OL_CASES_ENTRY(an_aborted_stream_takes_no_more_values)
OL_CASES_ENTRY(a_task_aborted_before_its_first_poll_does_nothing)
OL_CASES_ENTRY(an_aborted_task_tells_who_joins_it)
OL_CASES_ENTRY(to_abort_a_task_that_has_ended_aborts_no_other)
OL_CASES_ENTRY(an_aborted_command_drops_its_tasks_when_it_is_run)
OL_CASES_ENTRY(an_aborted_command_drops_what_was_not_spawned_from_0_16_1_on)
OL_CASES_ENTRY(commands_run_side_by_side)
OL_CASES_ENTRY(commands_run_one_after_the_other)
OL_CASES_ENTRY(a_hosted_command_may_host_another)
OL_CASES_ENTRY(a_command_that_is_gone_is_missed_by_nobody)
OL_CASES_END
