/* test_rt_crux_request.c - requests and streams, from the shell's side and
 * from the task's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_request.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "reference-runtime/crux/crux_capability.h"
#include "reference-runtime/crux/crux_executor.h"
#include "reference-runtime/crux/crux_id_waker.h"
#include "reference-runtime/run/crux_listener.h"
#include "reference-runtime/run/crux_rig.h"
#include "reference-runtime/run/reach.h"
#include "tests/support/check.h"

static const char *const versions[] = {"0.2.0", "0.9.0", "0.9.1", NULL};

/* An executor, and the far ends of a capability. */
struct fixture {
    const struct rt_crux_variant *variant;
    struct rt_crux_executor *executor;
    struct rt_crux_capability *capability;
    struct rt_crux_receiver requests;
    struct rt_crux_receiver events;
};

static struct fixture open_fixture(const char *version)
{
    struct rt_crux_spawner spawner = {0};
    struct rt_crux_sender shell = {0};
    struct rt_crux_sender app = {0};
    struct fixture fixture = {.variant = rt_crux_variant_find(version)};
    OL_CHECK_EQ(
        rt_crux_executor_create(fixture.variant, &fixture.executor, &spawner),
        0);
    OL_CHECK_EQ(rt_crux_channel_open(&shell, &fixture.requests), 0);
    OL_CHECK_EQ(rt_crux_channel_open(&app, &fixture.events), 0);
    fixture.capability = rt_crux_capability_create(&spawner, &shell, &app);
    OL_CHECK(fixture.capability);
    rt_crux_spawner_drop(&spawner);
    rt_crux_sender_drop(&shell);
    rt_crux_sender_drop(&app);
    return fixture;
}

static void close_fixture(struct fixture *fixture)
{
    rt_crux_capability_unref(fixture->capability);
    rt_crux_receiver_drop(&fixture->requests);
    rt_crux_receiver_drop(&fixture->events);
    rt_crux_executor_destroy(fixture->executor);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static struct rt_crux_request *take_request(struct fixture *fixture)
{
    struct rt_crux_item item;
    if (rt_crux_receiver_take(&fixture->requests, &item) != 0) return NULL;
    return rt_crux_request_of(&item);
}

/* Returns the event's value, or a negative errno. */
static intptr_t take_event(struct fixture *fixture)
{
    struct rt_crux_item item;
    const int err = rt_crux_receiver_take(&fixture->events, &item);
    return err ? err : item.value;
}

/* ---- A future that asks and then tells the app ---- */

struct asking {
    struct rt_future future;
    struct rt_crux_capability *capability; /* owner */
    bool is_stream;
    struct rt_crux_shell_request request; /* owner */
    struct rt_crux_stream stream;         /* owner */
};

static void drop_asking(struct rt_object *object)
{
    struct asking *const asking = (struct asking *)object;
    rt_crux_shell_request_drop(&asking->request);
    rt_crux_stream_drop(&asking->stream);
    rt_crux_capability_unref(asking->capability);
}

static void tell(struct asking *asking, intptr_t value)
{
    OL_CHECK_EQ(rt_crux_capability_update_app(
                    asking->capability, (struct rt_crux_item){.value = value}),
        0);
}

static enum rt_poll poll_stream(
    struct asking *asking, const struct rt_waker *waker)
{
    intptr_t answer = 0;
    int err = 0;
    while (rt_crux_stream_poll_next(&asking->stream, waker, &answer, &err) ==
           RT_READY) {
        if (err) return rt_future_finish(&asking->future, err, 0);
        tell(asking, answer);
    }
    return RT_PENDING;
}

static enum rt_poll poll_asking(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct asking *const asking = (struct asking *)future;
    intptr_t answer = 0;
    int err = 0;
    if (asking->is_stream) return poll_stream(asking, waker);
    if (rt_crux_shell_request_poll(&asking->request, waker, &answer, &err) ==
        RT_PENDING)
        return RT_PENDING;
    tell(asking, err ? err : answer);
    return rt_future_finish(future, err, answer);
}

static const struct rt_future_type asking_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_asking},
    .poll = poll_asking,
};

static void spawn_asking(struct fixture *fixture, bool is_stream)
{
    struct asking *const asking =
        rt_future_create(&asking_type, sizeof *asking);
    OL_CHECK(asking);
    asking->capability = rt_crux_capability_ref(fixture->capability);
    asking->is_stream = is_stream;
    const int err = is_stream ? rt_crux_capability_stream(
                                    fixture->capability, 77, &asking->stream)
                              : rt_crux_capability_request(
                                    fixture->capability, 77, &asking->request);
    OL_CHECK_EQ(err, 0);
    OL_CHECK_EQ(
        rt_crux_capability_spawn(fixture->capability, &asking->future), 0);
}

/* ---- Requests ---- */

OL_CASE(a_request_is_sent_by_the_first_poll_and_answered_once)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = open_fixture(*version);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK(!take_request(&fixture));
        spawn_asking(&fixture, false);
        OL_CHECK(!take_request(&fixture));
        rt_crux_executor_run(fixture.executor);
        struct rt_crux_request *const request = take_request(&fixture);
        OL_CHECK(request);
        OL_CHECK(!take_request(&fixture));
        OL_CHECK_EQ(rt_crux_request_operation(request), 77);
        OL_CHECK_EQ(take_event(&fixture), -EAGAIN);

        OL_CHECK_EQ(rt_crux_request_resolve(request, 5), 0);
        OL_CHECK_EQ(take_event(&fixture), -EAGAIN);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(take_event(&fixture), 5);
        OL_CHECK_EQ(take_event(&fixture), -EAGAIN);
        OL_CHECK_EQ(rt_crux_request_resolve(request, 6), -EALREADY);
        rt_crux_request_drop(request);
        close_fixture(&fixture);
    }
}

OL_CASE(a_request_may_be_answered_after_its_task_is_gone)
{
    struct fixture fixture = open_fixture("0.9.1");
    spawn_asking(&fixture, false);
    rt_crux_executor_run(fixture.executor);
    struct rt_crux_request *const request = take_request(&fixture);
    rt_crux_executor_destroy(fixture.executor);
    fixture.executor = NULL;
    OL_CHECK_EQ(rt_object_live(RT_FUTURE), 0);
    OL_CHECK_EQ(rt_object_live(RT_REQUEST_STATE), 1);
    OL_CHECK_EQ(rt_crux_request_resolve(request, 5), 0);
    OL_CHECK_EQ(rt_object_live(RT_REQUEST_STATE), 0);
    OL_CHECK_EQ(rt_crux_request_resolve(request, 5), -EALREADY);
    rt_crux_request_drop(request);
    close_fixture(&fixture);
}

OL_CASE(a_notification_needs_no_answer)
{
    struct fixture fixture = open_fixture("0.9.1");
    OL_CHECK_EQ(rt_crux_capability_notify(fixture.capability, 3), 0);
    struct rt_crux_request *const request = take_request(&fixture);
    OL_CHECK_EQ(rt_crux_request_operation(request), 3);
    OL_CHECK_EQ(rt_crux_request_resolve(request, 1), -EALREADY);
    rt_crux_request_drop(request);
    close_fixture(&fixture);
}

OL_CASE(without_a_shell_a_request_fails)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = open_fixture(*version);
        spawn_asking(&fixture, false);
        spawn_asking(&fixture, true);
        rt_crux_receiver_drop(&fixture.requests);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(take_event(&fixture), -EPIPE);
        OL_CHECK_EQ(rt_object_live(RT_FUTURE), 0);
        close_fixture(&fixture);
    }
}

OL_CASE(a_request_keeps_the_waker_of_the_last_poll)
{
    struct rt_crux_rig rig;
    struct rt_crux_shell_request request = {0};
    OL_CHECK_EQ(rt_crux_rig_init(&rig, "0.9.1"), 0);
    OL_CHECK_EQ(
        rt_crux_shell_request_open(rig.variant, &rig.shell, 0, &request), 0);
    for (uint32_t i = 0; i < 10; i++) {
        struct rt_waker waker = rt_crux_id_waker_create(i, &rig.shell);
        intptr_t answer = 0;
        int err = 0;
        OL_CHECK_EQ(rt_crux_shell_request_poll(&request, &waker, &answer, &err),
            RT_PENDING);
        rt_waker_drop(&waker);
        OL_CHECK_EQ(rt_object_live(RT_WAKER), 1);
    }
    rt_crux_shell_request_drop(&request);
    rt_crux_rig_deinit(&rig);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* The shell answers while the request is still on its way to it. */
static struct rt_crux_item answer_at_once(void *env, struct rt_crux_item item)
{
    const struct rt_crux_rig *const rig = env;
    OL_CHECK_EQ(rt_crux_request_resolve(rt_crux_request_of(&item), 42), 0);
    OL_CHECK_EQ(rt_crux_executor_counts(rig->executor).woken, 0);
    return item;
}

OL_CASE(an_answer_that_comes_before_the_waker_is_kept_is_seen)
{
    for (const char *const *version = versions; *version; version++) {
        struct rt_crux_rig rig;
        struct rt_crux_sender direct;
        OL_CHECK_EQ(rt_crux_rig_init(&rig, *version), 0);
        direct = rig.shell;
        OL_CHECK_EQ(rt_crux_sender_map(&direct,
                        (struct rt_crux_map){answer_at_once, &rig}, &rig.shell),
            0);
        rt_crux_sender_drop(&direct);
        OL_CHECK_EQ(rt_crux_rig_spawn(&rig, 16), 0);
        rt_crux_executor_run(rig.executor);
        OL_CHECK_EQ(rt_object_live(RT_FUTURE), 0);
        rt_crux_rig_deinit(&rig);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

static void *resolve(void *arg)
{
    struct rt_crux_request *const request = arg;
    const int err = rt_crux_request_resolve(request, 42);
    rt_crux_request_drop(request);
    return err ? request : NULL;
}

/* The answer comes while the task is dropped, or before, or after. */
OL_CASE(an_answer_may_come_while_the_executor_goes)
{
    for (int round = 0; round < 500; round++) {
        struct fixture fixture = open_fixture("0.9.1");
        pthread_t shell;
        void *failed = NULL;
        spawn_asking(&fixture, false);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(
            pthread_create(&shell, NULL, resolve, take_request(&fixture)), 0);
        rt_crux_executor_destroy(fixture.executor);
        fixture.executor = NULL;
        pthread_join(shell, &failed);
        OL_CHECK(!failed);
        close_fixture(&fixture);
    }
}

/* ---- Who holds the state ---- */

OL_CASE(an_unsent_request_and_its_state_are_a_cycle_in_0_2_0)
{
    struct rt_crux_rig rig;
    struct rt_reach reach;
    char text[128];
    OL_CHECK_EQ(rt_crux_rig_init(&rig, "0.2.0"), 0);
    struct rt_crux_shell_request request = {0};
    OL_CHECK_EQ(
        rt_crux_shell_request_open(rig.variant, &rig.shell, 0, &request), 0);
    const struct rt_object *const state =
        (const struct rt_object *)request.state;
    OL_CHECK_EQ(state->strong, 2);
    OL_CHECK_EQ(rt_reach_walk(state, &reach), 0);
    OL_CHECK(rt_reach_cycle(&reach, text, sizeof text));
    OL_CHECK_TEXT(
        text, "request-state -unsent-> request -state-> request-state");
    rt_reach_deinit(&reach);

    /* The first poll breaks it. */
    const struct rt_waker nobody = {0};
    intptr_t answer = 0;
    int err = 0;
    OL_CHECK_EQ(rt_crux_shell_request_poll(&request, &nobody, &answer, &err),
        RT_PENDING);
    OL_CHECK_EQ(rt_reach_walk(state, &reach), 0);
    OL_CHECK(!rt_reach_cycle(&reach, text, sizeof text));
    rt_reach_deinit(&reach);
    rt_crux_shell_request_drop(&request);
    OL_CHECK_EQ(rt_object_live(RT_REQUEST_STATE), 1);
    rt_crux_request_drop(rt_crux_rig_take(&rig));
    OL_CHECK_EQ(rt_object_live(RT_REQUEST_STATE), 0);
    rt_crux_rig_deinit(&rig);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(an_unsent_request_does_not_hold_its_state_from_0_3_0_on)
{
    static const char *const later[] = {"0.3.0", "0.9.0", "0.9.1"};
    for (int i = 0; i < 3; i++) {
        struct rt_crux_rig rig;
        OL_CHECK_EQ(rt_crux_rig_init(&rig, later[i]), 0);
        struct rt_crux_shell_request request = {0};
        OL_CHECK_EQ(
            rt_crux_shell_request_open(rig.variant, &rig.shell, 0, &request),
            0);
        const struct rt_object *const state =
            (const struct rt_object *)request.state;
        OL_CHECK_EQ(state->strong, 1);
        OL_CHECK_EQ(state->weak, 2);
        rt_crux_shell_request_drop(&request);
        OL_CHECK_EQ(rt_object_live(RT_REQUEST), 0);
        OL_CHECK_EQ(rt_object_live(RT_REQUEST_STATE), 0);
        rt_crux_rig_deinit(&rig);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

/* ---- Streams ---- */

OL_CASE(a_stream_gives_an_event_for_each_answer)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = open_fixture(*version);
        rt_crux_executor_run(fixture.executor);
        spawn_asking(&fixture, true);
        OL_CHECK(!take_request(&fixture));
        rt_crux_executor_run(fixture.executor);
        struct rt_crux_request *const request = take_request(&fixture);
        OL_CHECK(!take_request(&fixture));
        OL_CHECK_EQ(take_event(&fixture), -EAGAIN);

        OL_CHECK_EQ(rt_crux_request_resolve(request, 1), 0);
        OL_CHECK_EQ(take_event(&fixture), -EAGAIN);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(take_event(&fixture), 1);
        OL_CHECK_EQ(take_event(&fixture), -EAGAIN);
        OL_CHECK_EQ(rt_crux_request_resolve(request, 2), 0);
        OL_CHECK_EQ(rt_crux_request_resolve(request, 3), 0);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(take_event(&fixture), 2);
        OL_CHECK_EQ(take_event(&fixture), 3);
        OL_CHECK_EQ(take_event(&fixture), -EAGAIN);

        /* To let go wakes nobody: the last answer does. */
        OL_CHECK_EQ(rt_crux_request_resolve(request, 4), 0);
        rt_crux_request_drop(request);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(take_event(&fixture), 4);
        OL_CHECK_EQ(rt_object_live(RT_FUTURE), 0);
        close_fixture(&fixture);
    }
}

OL_CASE(answers_before_the_first_look_are_all_seen)
{
    struct fixture fixture = open_fixture("0.9.1");
    spawn_asking(&fixture, true);
    rt_crux_executor_run(fixture.executor);
    struct rt_crux_request *const request = take_request(&fixture);
    for (intptr_t i = 1; i <= 100; i++)
        OL_CHECK_EQ(rt_crux_request_resolve(request, i), 0);
    rt_crux_request_drop(request);
    rt_crux_executor_run(fixture.executor);
    for (intptr_t i = 1; i <= 100; i++)
        OL_CHECK_EQ(take_event(&fixture), i);
    OL_CHECK_EQ(rt_object_live(RT_FUTURE), 0);
    close_fixture(&fixture);
}

OL_CASE(a_stream_that_its_task_let_go_of_takes_no_answers)
{
    static const char *const weak[] = {"0.3.0", "0.9.0", "0.9.1"};
    for (int i = 0; i < 3; i++) {
        struct rt_crux_rig rig;
        long events = 0;
        OL_CHECK_EQ(rt_crux_rig_init(&rig, weak[i]), 0);
        struct rt_future *const listener =
            rt_crux_listener(rig.variant, &rig.shell, &events);
        OL_CHECK(listener);
        OL_CHECK_EQ(rt_crux_spawner_spawn(&rig.spawner, listener), 0);
        rt_crux_executor_run(rig.executor);
        struct rt_crux_request *const request = rt_crux_rig_take(&rig);
        OL_CHECK_EQ(rt_crux_request_resolve(request, RT_CRUX_NOT_DONE), 0);
        rt_crux_executor_run(rig.executor);
        OL_CHECK_EQ(events, 1);
        OL_CHECK_EQ(rt_crux_request_resolve(request, RT_CRUX_NOT_DONE), 0);
        OL_CHECK_EQ(rt_crux_request_resolve(request, RT_CRUX_NOT_DONE), 0);
        rt_crux_executor_run(rig.executor);
        OL_CHECK_EQ(events, 3);
        OL_CHECK_EQ(rt_crux_request_resolve(request, RT_CRUX_DONE), 0);
        rt_crux_executor_run(rig.executor);
        OL_CHECK_EQ(events, 3);
        OL_CHECK_EQ(rt_crux_request_resolve(request, RT_CRUX_NOT_DONE), -EPIPE);
        rt_crux_request_drop(request);
        rt_crux_rig_deinit(&rig);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

/* ---- A shell of threads ---- */

enum {
    STREAMS = 8,
    ANSWERS = 5000
};

static void *answer_often(void *arg)
{
    struct rt_crux_request *const request = arg;
    intptr_t failed = 0;
    for (int i = 0; i < ANSWERS; i++)
        failed += rt_crux_request_resolve(request, 1) != 0;
    return (void *)failed;
}

static void *serve(void *arg)
{
    struct fixture *const fixture = arg;
    intptr_t events = 0;
    while (events < (long)STREAMS * ANSWERS) {
        rt_crux_executor_run(fixture->executor);
        while (take_event(fixture) > 0)
            events++;
        sched_yield();
    }
    return (void *)events;
}

OL_CASE(eight_streams_answered_by_eight_threads_lose_nothing)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = open_fixture(*version);
        struct rt_crux_request *requests[STREAMS];
        pthread_t threads[STREAMS + 1];
        for (int i = 0; i < STREAMS; i++)
            spawn_asking(&fixture, true);
        rt_crux_executor_run(fixture.executor);
        for (int i = 0; i < STREAMS; i++) {
            requests[i] = take_request(&fixture);
            OL_CHECK_EQ(
                pthread_create(&threads[i], NULL, answer_often, requests[i]),
                0);
        }
        OL_CHECK_EQ(
            pthread_create(&threads[STREAMS], NULL, serve, &fixture), 0);
        for (int i = 0; i < STREAMS + 1; i++) {
            void *result = NULL;
            pthread_join(threads[i], &result);
            OL_CHECK_EQ(
                (intptr_t)result, i < STREAMS ? 0 : (long)STREAMS * ANSWERS);
        }

        /* One more has them look, and see that this was the last. */
        for (int i = 0; i < STREAMS; i++) {
            OL_CHECK_EQ(rt_crux_request_resolve(requests[i], 1), 0);
            rt_crux_request_drop(requests[i]);
        }
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(rt_object_live(RT_FUTURE), 0);
        close_fixture(&fixture);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_request_is_sent_by_the_first_poll_and_answered_once)
OL_CASES_ENTRY(a_request_may_be_answered_after_its_task_is_gone)
OL_CASES_ENTRY(a_notification_needs_no_answer)
OL_CASES_ENTRY(without_a_shell_a_request_fails)
OL_CASES_ENTRY(a_request_keeps_the_waker_of_the_last_poll)
OL_CASES_ENTRY(an_answer_that_comes_before_the_waker_is_kept_is_seen)
OL_CASES_ENTRY(an_answer_may_come_while_the_executor_goes)
OL_CASES_ENTRY(an_unsent_request_and_its_state_are_a_cycle_in_0_2_0)
OL_CASES_ENTRY(an_unsent_request_does_not_hold_its_state_from_0_3_0_on)
OL_CASES_ENTRY(a_stream_gives_an_event_for_each_answer)
OL_CASES_ENTRY(answers_before_the_first_look_are_all_seen)
OL_CASES_ENTRY(a_stream_that_its_task_let_go_of_takes_no_answers)
OL_CASES_ENTRY(eight_streams_answered_by_eight_threads_lose_nothing)
OL_CASES_END
