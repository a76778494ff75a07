/* test_rt_pond.c - the pool, on every version where that makes sense.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond.h"

#include <errno.h>
#include <pthread.h>

#include "reference-runtime/run/held_task.h"
#include "tests/runtime/rt_fixture.h"
#include "tests/support/check.h"

static void on_every_version(void (*check)(const char *variant))
{
    const struct rt_pond_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_pond_variant_at(i)); i++) {
        check(variant->name);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

static void check_task(const char *variant)
{
    long given = 42;
    long value = 0;
    int err = -EIO;
    struct rt_pond_task *task = NULL;
    struct rt_pond *const pond = rt_fixture_pond(variant, 2);
    OL_CHECK_EQ(rt_pond_submit(pond, rt_fixture_value(&given), &task), 0);
    OL_CHECK_EQ(rt_pond_task_wait(task, &value), 0);
    OL_CHECK_EQ(value, 42);
    rt_pond_task_unref(task);

    OL_CHECK_EQ(rt_pond_submit(pond, rt_fixture_fail(&err), &task), 0);
    OL_CHECK_EQ(rt_pond_task_wait(task, NULL), -EIO);
    rt_pond_task_unref(task);
    rt_pond_stop_and_wait(pond);
    OL_CHECK_EQ(rt_pond_counts(pond).succeeded, 1);
    OL_CHECK_EQ(rt_pond_counts(pond).failed, 1);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
}

OL_CASE(a_task_gives_its_value_or_its_error)
{
    on_every_version(check_task);
}

/* Unlike a group's, the context of a task goes when the task has ended. */
static void check_task_context(const char *variant)
{
    long given = 1;
    struct rt_pond *const pond = rt_fixture_pond(variant, 1);
    for (int i = 0; i < 20; i++) {
        struct rt_pond_task *task = NULL;
        OL_CHECK_EQ(rt_pond_submit(pond, rt_fixture_value(&given), &task), 0);
        OL_CHECK_EQ(rt_pond_task_wait(task, NULL), 0);
        rt_pond_wait_idle(pond);
        rt_pond_task_unref(task);
    }
    if (rt_pond_variant_find(variant)->clears_slots)
        OL_CHECK_EQ(rt_object_live(RT_CONTEXT), 1);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
}

OL_CASE(a_task_leaves_nothing_with_the_pool)
{
    on_every_version(check_task_context);
}

OL_CASE(a_pool_needs_a_version_and_a_worker)
{
    struct rt_pond *pond = NULL;
    struct rt_pond_options options = {.max_workers = 1};
    OL_CHECK_EQ(rt_pond_create(&options, &pond), -EINVAL);
    options =
        (struct rt_pond_options){.variant = rt_pond_variant_find("v2.7.0")};
    OL_CHECK_EQ(rt_pond_create(&options, &pond), -EINVAL);
    OL_CHECK(pond == NULL);
    OL_CHECK_EQ(rt_pond_destroy(NULL), 0);
}

static void check_stopped(const char *variant)
{
    atomic_int ran = 0;
    struct rt_pond_task *task = NULL;
    struct rt_payload *const payload = rt_payload_create(8);
    struct rt_pond *const pond = rt_fixture_pond(variant, 1);
    rt_pond_stop_and_wait(pond);
    OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), -ESHUTDOWN);
    OL_CHECK_EQ(
        rt_pond_submit(pond, rt_held_task(NULL, payload), &task), -ESHUTDOWN);
    OL_CHECK(task == NULL);
    rt_payload_unref(payload);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
}

OL_CASE(a_stopped_pool_drops_what_it_refuses)
{
    on_every_version(check_stopped);
}

static void check_drains(const char *variant)
{
    atomic_int ran = 0;
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct rt_pond *const pond = rt_fixture_pond(variant, 1);
    OL_CHECK_EQ(rt_pond_go(pond, rt_held_task(&gate, NULL)), 0);
    for (int i = 0; i < 10; i++)
        OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), 0);
    rt_pond_stop(pond);
    OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), -ESHUTDOWN);
    OL_CHECK_EQ(rt_pond_destroy(pond), -EBUSY);
    rt_gate_open(&gate);
    rt_pond_stop_and_wait(pond);
    OL_CHECK_EQ(ran, 10);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
}

OL_CASE(a_pool_that_stops_runs_what_it_has_taken)
{
    on_every_version(check_drains);
}

OL_CASE(a_full_queue_refuses_in_a_non_blocking_pool)
{
    atomic_int ran = 0;
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct rt_pond *const pond = rt_fixture_pond_with(
        "v2.7.0", (struct rt_pond_options){
                      .max_workers = 1, .queue_size = 2, .non_blocking = true});
    OL_CHECK_EQ(rt_pond_go(pond, rt_held_task(&gate, NULL)), 0);
    OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), 0);
    OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), 0);
    OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), -EAGAIN);
    OL_CHECK_EQ(rt_pond_counts(pond).submitted, 3);
    rt_gate_open(&gate);
    rt_pond_stop_and_wait(pond);
    OL_CHECK_EQ(ran, 2);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(trying_to_submit_never_blocks)
{
    atomic_int ran = 0;
    struct rt_gate gate;
    struct rt_pond_task *task = NULL;
    rt_gate_init(&gate);
    struct rt_pond *const pond = rt_fixture_pond_with(
        "v2.7.0", (struct rt_pond_options){.max_workers = 1, .queue_size = 1});
    OL_CHECK_EQ(rt_pond_go(pond, rt_held_task(&gate, NULL)), 0);
    OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), 0);
    OL_CHECK_EQ(
        rt_pond_try_submit(pond, rt_fixture_count(&ran), &task), -EAGAIN);
    rt_gate_open(&gate);
    rt_pond_wait_idle(pond);
    OL_CHECK_EQ(rt_pond_try_submit(pond, rt_fixture_count(&ran), &task), 0);
    OL_CHECK_EQ(rt_pond_task_wait(task, NULL), 0);
    rt_pond_task_unref(task);
    rt_pond_stop_and_wait(pond);
    OL_CHECK_EQ(ran, 2);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* Without a queue a task is taken where a worker is free, or not at all. */
static void check_no_queue(const char *variant)
{
    struct rt_pond_options options = {
        .variant = rt_pond_variant_find(variant),
        .max_workers = 1,
        .queue_size = RT_POND_NO_QUEUE,
    };
    struct rt_pond *pond = NULL;
    const int made = rt_pond_create(&options, &pond);
    if (!options.variant->goes_without_queue) {
        OL_CHECK_EQ(made, -EINVAL);
        return;
    }
    OL_CHECK_EQ(made, 0);

    struct rt_gate gate;
    rt_gate_init(&gate);
    struct rt_pond_task *task = NULL;
    atomic_int ran = 0;
    for (int i = 0; i < 3; i++) {
        rt_gate_close(&gate);
        OL_CHECK_EQ(rt_pond_go(pond, rt_held_task(&gate, NULL)), 0);
        OL_CHECK_EQ(
            rt_pond_try_submit(pond, rt_fixture_count(&ran), &task), -EAGAIN);
        rt_gate_open(&gate);
        rt_pond_wait_idle(pond);
    }
    OL_CHECK_EQ(ran, 0);
    OL_CHECK_EQ(rt_pond_counts(pond).queued, 0);
    OL_CHECK_EQ(rt_pond_counts(pond).direct, 3);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
}

OL_CASE(a_pool_can_go_without_a_queue_from_2_6_on)
{
    on_every_version(check_no_queue);
}

struct submitter {
    struct rt_pond *pond;
    atomic_int *ran;
    int count;
    int refused;
    pthread_t thread;
};

static void *submit(void *arg)
{
    struct submitter *const submitter = arg;
    for (int i = 0; i < submitter->count; i++) {
        submitter->refused +=
            rt_pond_go(submitter->pond, rt_fixture_count(submitter->ran)) != 0;
    }
    return NULL;
}

static void start(struct submitter *submitter)
{
    OL_CHECK_EQ(pthread_create(&submitter->thread, NULL, submit, submitter), 0);
}

/* Fills a pool of one worker and a queue of one, then adds two submitters,
 * and stops the pool or lets the worker go on. Returns how many are refused. */
static int block_two(const char *variant, bool stops)
{
    atomic_int ran = 0;
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct rt_pond *const pond = rt_fixture_pond_with(
        variant, (struct rt_pond_options){.max_workers = 1, .queue_size = 1});
    OL_CHECK_EQ(rt_pond_go(pond, rt_held_task(&gate, NULL)), 0);
    rt_gate_await(&gate, 1);
    OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), 0);
    struct submitter submitters[2];
    for (int i = 0; i < 2; i++) {
        submitters[i] =
            (struct submitter){.pond = pond, .ran = &ran, .count = 1};
        start(&submitters[i]);
    }
    rt_fixture_await_blocked(pond, 2);
    if (stops) OL_CHECK_EQ(rt_pond_destroy(pond), -EBUSY);
    rt_gate_open(&gate);
    for (int i = 0; i < 2; i++)
        pthread_join(submitters[i].thread, NULL);
    rt_pond_wait_idle(pond);
    const int refused = submitters[0].refused + submitters[1].refused;
    OL_CHECK_EQ(ran + refused, 3);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
    return refused;
}

static void check_sent_away(const char *variant)
{
    OL_CHECK_EQ(block_two(variant, true), 2);
}

OL_CASE(submitters_that_sleep_are_sent_away_by_a_stop)
{
    on_every_version(check_sent_away);
}

/* Before #115 the second sleeps on if the worker ends before the first is in
 * again: no rule says whether it does. */
static void check_two_blocked(const char *variant)
{
    if (rt_pond_variant_find(variant)->signal != RT_POND_SIGNAL_CHAIN) return;
    for (int i = 0; i < 20; i++)
        OL_CHECK_EQ(block_two(variant, false), 0);
}

OL_CASE(two_submitters_that_sleep_are_both_woken_from_2_6_on)
{
    on_every_version(check_two_blocked);
}

/* Ten that block in turn on one worker without a queue all run. */
static void check_handed_over(const char *variant)
{
    atomic_int ran = 0;
    if (!rt_pond_variant_find(variant)->goes_without_queue) return;
    struct rt_pond *const pond =
        rt_fixture_pond_with(variant, (struct rt_pond_options){.max_workers = 1,
                                          .queue_size = RT_POND_NO_QUEUE});
    struct submitter submitters[10];
    for (int i = 0; i < 10; i++) {
        submitters[i] =
            (struct submitter){.pond = pond, .ran = &ran, .count = 20};
        start(&submitters[i]);
    }
    for (int i = 0; i < 10; i++)
        pthread_join(submitters[i].thread, NULL);
    rt_pond_wait_idle(pond);
    OL_CHECK_EQ(ran, 200);
    OL_CHECK_EQ(rt_pond_counts(pond).direct, 200);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
}

OL_CASE(without_a_queue_submitters_wait_for_a_worker)
{
    on_every_version(check_handed_over);
}

/* Where submitters stand between finding the queue full and sleeping. */
static void stand(void *env, const char *step)
{
    OL_CHECK_TEXT(step, "submit-full");
    rt_gate_pass(env);
}

/* Two submitters find the queue full, then the workers drain it, then the
 * submitters go to sleep. Returns how many of them sleep on. */
static int sleepers(const char *variant)
{
    atomic_int ran = 0;
    struct rt_gate tasks;
    struct rt_gate steps;
    rt_gate_init(&tasks);
    rt_gate_init(&steps);
    struct rt_pond *const pond =
        rt_fixture_pond_with(variant, (struct rt_pond_options){.max_workers = 1,
                                          .queue_size = 1,
                                          .at_step = stand,
                                          .env = &steps});
    OL_CHECK_EQ(rt_pond_go(pond, rt_held_task(&tasks, NULL)), 0);
    OL_CHECK_EQ(rt_pond_go(pond, rt_held_task(&tasks, NULL)), 0);
    struct submitter submitters[2];
    for (int i = 0; i < 2; i++) {
        submitters[i] =
            (struct submitter){.pond = pond, .ran = &ran, .count = 1};
        start(&submitters[i]);
    }
    rt_gate_await(&steps, 2);
    rt_gate_open(&tasks);
    rt_pond_wait_idle(pond);
    rt_gate_open(&steps);
    while ((int)rt_pond_counts(pond).blocked + ran < 2)
        rt_fixture_sleep_ms(1);
    const int asleep = (int)rt_pond_counts(pond).blocked;

    rt_pond_stop(pond);
    for (int i = 0; i < 2; i++)
        pthread_join(submitters[i].thread, NULL);
    rt_pond_stop_and_wait(pond);
    OL_CHECK_EQ(submitters[0].refused + submitters[1].refused, asleep);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
    OL_CHECK_EQ(rt_gate_deinit(&tasks), 0);
    OL_CHECK_EQ(rt_gate_deinit(&steps), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
    return asleep;
}

OL_CASE(signals_are_lost_then_kept_then_passed_on)
{
    OL_CHECK_EQ(sleepers("v2.3.1"), 2);
    OL_CHECK_EQ(sleepers("v2.3.2"), 1);
    OL_CHECK_EQ(sleepers("v2.6.2"), 0);
    OL_CHECK_EQ(sleepers("v2.7.0"), 0);
}

static void check_cancel(const char *variant)
{
    atomic_int ran = 0;
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct rt_context *const context = rt_context_create(NULL);
    OL_CHECK(context);
    struct rt_pond *const pond = rt_fixture_pond_with(
        variant, (struct rt_pond_options){
                     .max_workers = 1, .queue_size = 1, .context = context});
    OL_CHECK_EQ(rt_pond_go(pond, rt_held_task(&gate, NULL)), 0);
    rt_gate_await(&gate, 1);
    OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), 0);
    struct submitter late = {.pond = pond, .ran = &ran, .count = 1};
    start(&late);
    rt_fixture_await_blocked(pond, 1);

    rt_context_cancel(context, -ECANCELED);
    pthread_join(late.thread, NULL);
    OL_CHECK_EQ(late.refused, 1);
    OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), -ECANCELED);
    rt_gate_open(&gate);
    rt_pond_wait_idle(pond);
    OL_CHECK_EQ(ran, 0);

    /* With a dispatcher it depends on whether the task is in the ring yet. */
    const struct rt_pond_counts counts = rt_pond_counts(pond);
    OL_CHECK_EQ(counts.waiting + counts.cancelled, 1);
    if (!rt_pond_variant(pond)->dispatches) {
        const bool drains = rt_pond_variant(pond)->drains_on_cancel;
        OL_CHECK_EQ(counts.waiting, drains ? 0 : 1);
    }
    rt_pond_settle_queue(pond);
    OL_CHECK_EQ(rt_pond_counts(pond).cancelled, 1);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
    rt_context_unref(context);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
}

OL_CASE(a_cancelled_pool_refuses_wakes_and_strands_or_settles)
{
    on_every_version(check_cancel);
}

static void check_resize(const char *variant)
{
    struct rt_gate first;
    struct rt_gate second;
    rt_gate_init(&first);
    rt_gate_init(&second);
    struct rt_pond *const pond = rt_fixture_pond(variant, 1);
    for (int i = 0; i < 3; i++)
        OL_CHECK_EQ(rt_pond_go(pond, rt_held_task(&first, NULL)), 0);
    for (int i = 0; i < 3; i++)
        OL_CHECK_EQ(rt_pond_go(pond, rt_held_task(&second, NULL)), 0);
    rt_gate_await(&first, 1);
    rt_pond_resize(pond, 3);
    rt_gate_await(&first, 3);

    rt_pond_resize(pond, 1);
    rt_gate_open(&first);
    rt_gate_await(&second, 1);
    while (rt_pond_counts(pond).running > 1)
        rt_fixture_sleep_ms(1);
    OL_CHECK_EQ(rt_pond_counts(pond).waiting, 2);
    rt_gate_open(&second);
    rt_pond_stop_and_wait(pond);
    OL_CHECK_EQ(rt_pond_counts(pond).succeeded, 6);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
    OL_CHECK_EQ(rt_gate_deinit(&first), 0);
    OL_CHECK_EQ(rt_gate_deinit(&second), 0);
}

OL_CASE(a_pool_grows_and_shrinks)
{
    on_every_version(check_resize);
}

static void check_race_with_stop(const char *variant)
{
    enum {
        SUBMITTERS = 10,
        TASKS = 1000
    };
    atomic_int ran = 0;
    int refused = 0;
    struct submitter submitters[SUBMITTERS];
    struct rt_pond *const pond = rt_fixture_pond_with(
        variant, (struct rt_pond_options){.max_workers = 4, .queue_size = 50});
    for (int i = 0; i < SUBMITTERS; i++) {
        submitters[i] =
            (struct submitter){.pond = pond, .ran = &ran, .count = TASKS};
        start(&submitters[i]);
    }
    while (ran < 100)
        rt_fixture_sleep_ms(1);
    rt_pond_stop_and_wait(pond);
    for (int i = 0; i < SUBMITTERS; i++) {
        pthread_join(submitters[i].thread, NULL);
        refused += submitters[i].refused;
    }
    OL_CHECK_EQ(ran + refused, SUBMITTERS * TASKS);
    OL_CHECK_EQ(rt_pond_counts(pond).succeeded, ran);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
}

OL_CASE(ten_thousand_submits_race_with_a_stop)
{
    on_every_version(check_race_with_stop);
}

/* Looks at the pool when it is dropped, as a user's code may. */
struct nosy {
    struct rt_pond *pond; /* borrowed; NULL while it is destroyed */
    struct rt_gate gate;
    atomic_int drops;
};

static int pass_gate(const struct rt_pond_fn *self, long *value)
{
    struct nosy *const nosy = self->env;
    *value = 0;
    rt_gate_pass(&nosy->gate);
    return 0;
}

static void look_at_pool(void *env)
{
    struct nosy *const nosy = env;
    if (nosy->pond) (void)rt_pond_counts(nosy->pond);
    nosy->drops++;
}

/* As many tasks as have the reader step to the second node, where the leaky
 * versions drop a thousand of them. A pool that did so under its lock would
 * never get any further. */
static void check_nosy(const char *variant)
{
    enum {
        TASKS = 1 + 1024 + 1
    };
    struct nosy nosy = {.pond = rt_fixture_pond(variant, 1)};
    struct rt_pond *const pond = nosy.pond;
    const struct rt_pond_fn fn = {
        .run = pass_gate, .drop = look_at_pool, .env = &nosy};
    rt_gate_init(&nosy.gate);
    for (int i = 0; i < TASKS; i++)
        OL_CHECK_EQ(rt_pond_go(pond, fn), 0);
    rt_gate_open(&nosy.gate);
    rt_pond_stop_and_wait(pond);
    OL_CHECK_EQ(nosy.drops, TASKS - rt_pond_counts(pond).dead_slots);
    OL_CHECK(nosy.drops >= TASKS - 10);

    nosy.pond = NULL;
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
    OL_CHECK_EQ(nosy.drops, TASKS);
    OL_CHECK_EQ(rt_gate_deinit(&nosy.gate), 0);
}

OL_CASE(what_is_dropped_may_use_the_pool)
{
    on_every_version(check_nosy);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_task_gives_its_value_or_its_error)
OL_CASES_ENTRY(a_task_leaves_nothing_with_the_pool)
OL_CASES_ENTRY(a_pool_needs_a_version_and_a_worker)
OL_CASES_ENTRY(a_stopped_pool_drops_what_it_refuses)
OL_CASES_ENTRY(a_pool_that_stops_runs_what_it_has_taken)
OL_CASES_ENTRY(a_full_queue_refuses_in_a_non_blocking_pool)
OL_CASES_ENTRY(trying_to_submit_never_blocks)
OL_CASES_ENTRY(a_pool_can_go_without_a_queue_from_2_6_on)
OL_CASES_ENTRY(submitters_that_sleep_are_sent_away_by_a_stop)
OL_CASES_ENTRY(two_submitters_that_sleep_are_both_woken_from_2_6_on)
OL_CASES_ENTRY(without_a_queue_submitters_wait_for_a_worker)
OL_CASES_ENTRY(signals_are_lost_then_kept_then_passed_on)
OL_CASES_ENTRY(a_cancelled_pool_refuses_wakes_and_strands_or_settles)
OL_CASES_ENTRY(a_pool_grows_and_shrinks)
OL_CASES_ENTRY(ten_thousand_submits_race_with_a_stop)
OL_CASES_ENTRY(what_is_dropped_may_use_the_pool)
OL_CASES_END
