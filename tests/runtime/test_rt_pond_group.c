/* test_rt_pond_group.c - groups, on every version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_group.h"

#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/task.h"
#include "reference-runtime/run/held_task.h"
#include "tests/runtime/rt_fixture.h"
#include "tests/support/check.h"

/* Does something on each version in turn. */
static void on_every_version(void (*check)(const char *variant))
{
    const struct rt_pond_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_pond_variant_at(i)); i++) {
        check(variant->name);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

struct grouped {
    struct rt_pond *pond;
    struct rt_pond_group *group;
};

static struct grouped make(const char *variant, size_t workers)
{
    struct grouped made = {.pond = rt_fixture_pond(variant, workers)};
    made.group = rt_pond_group_create(made.pond, NULL);
    OL_CHECK(made.group);
    return made;
}

static void unmake(struct grouped made)
{
    rt_pond_stop_and_wait(made.pond);
    rt_pond_group_unref(made.group);
    OL_CHECK_EQ(rt_pond_destroy(made.pond), 0);
}

static void check_order(const char *variant)
{
    enum {
        TASKS = 50
    };
    long given[TASKS];
    long values[TASKS] = {0};
    struct grouped made = make(variant, 4);
    for (int i = 0; i < TASKS; i++) {
        given[i] = 3L * i;
        OL_CHECK_EQ(
            rt_pond_group_submit(made.group, rt_fixture_value(&given[i])), 0);
    }
    OL_CHECK_EQ(rt_pond_group_wait(made.group), 0);
    rt_pond_group_values(made.group, TASKS, values);
    for (int i = 0; i < TASKS; i++)
        OL_CHECK_EQ(values[i], 3L * i);
    unmake(made);
}

OL_CASE(values_come_in_order_of_submitting)
{
    on_every_version(check_order);
}

static void check_empty(const char *variant)
{
    struct grouped made = make(variant, 1);
    OL_CHECK_EQ(rt_pond_group_wait(made.group), 0);
    unmake(made);
}

OL_CASE(a_group_without_tasks_has_ended)
{
    on_every_version(check_empty);
}

/* The group's end is a future: a task waits for whichever of two groups ends
 * first, and leaves the other one, with which it is over then. */
static void check_done(const char *variant)
{
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct grouped first = make(variant, 1);
    struct grouped other = make(variant, 1);
    struct rt_scheduler *const scheduler = rt_scheduler_create(2);
    int err = -EIO;
    OL_CHECK_EQ(rt_pond_group_submit(first.group, rt_fixture_fail(&err)), 0);
    OL_CHECK_EQ(
        rt_pond_group_submit(other.group, rt_held_task(&gate, NULL)), 0);
    struct rt_task *const task = rt_task_spawn(scheduler,
        rt_race((struct rt_future *[]){rt_pond_group_done(other.group),
                    rt_pond_group_done(first.group)},
            2));
    struct rt_future *const join = rt_task_join(task);
    OL_CHECK_EQ(rt_future_block_on(join), -EIO);
    OL_CHECK_EQ(rt_pond_group_waiters(other.group), 0);
    rt_gate_open(&gate);
    OL_CHECK_EQ(rt_pond_group_wait(other.group), 0);
    rt_future_drop(join);
    rt_task_unref(task);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    unmake(first);
    unmake(other);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
}

OL_CASE(a_task_can_wait_for_a_group)
{
    on_every_version(check_done);
}

static void check_skips(const char *variant)
{
    int err = -EIO;
    int late = -EPERM;
    atomic_int ran = 0;
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct grouped made = make(variant, 1);
    OL_CHECK_EQ(rt_pond_group_submit(made.group, rt_held_task(&gate, NULL)), 0);
    OL_CHECK_EQ(rt_pond_group_submit(made.group, rt_fixture_fail(&err)), 0);
    OL_CHECK_EQ(rt_pond_group_submit(made.group, rt_fixture_fail(&late)), 0);
    for (int i = 0; i < 5; i++) {
        OL_CHECK_EQ(
            rt_pond_group_submit(made.group, rt_fixture_count(&ran)), 0);
    }
    rt_gate_open(&gate);
    OL_CHECK_EQ(rt_pond_group_wait(made.group), -EIO);
    OL_CHECK_EQ(ran, 0);
    OL_CHECK_EQ(rt_pond_group_pending(made.group), 0);
    unmake(made);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
}

OL_CASE(the_first_error_wins_and_the_rest_is_skipped)
{
    on_every_version(check_skips);
}

static void check_last_error(const char *variant)
{
    int err = -EIO;
    atomic_int ran = 0;
    struct grouped made = make(variant, 1);
    for (int i = 0; i < 9; i++) {
        OL_CHECK_EQ(
            rt_pond_group_submit(made.group, rt_fixture_count(&ran)), 0);
    }
    OL_CHECK_EQ(rt_pond_group_submit(made.group, rt_fixture_fail(&err)), 0);
    OL_CHECK_EQ(rt_pond_group_wait(made.group), -EIO);
    rt_pond_wait_idle(made.pond);
    const struct rt_pond_counts counts = rt_pond_counts(made.pond);
    OL_CHECK_EQ(ran, 9);
    OL_CHECK_EQ(counts.succeeded, 9);
    OL_CHECK_EQ(counts.failed, 1);
    OL_CHECK_EQ(counts.submitted, 10);
    OL_CHECK_EQ(counts.waiting, 0);
    unmake(made);
}

OL_CASE(an_error_of_the_last_task_is_seen_and_counted)
{
    on_every_version(check_last_error);
}

struct stopper {
    struct rt_pond_group *group;
    atomic_int ran;
    int stops_at;
};

static int run_and_stop(const struct rt_pond_fn *self, long *value)
{
    struct stopper *const stopper = self->shared;
    *value = atomic_fetch_add(&stopper->ran, 1) + 1;
    if (*value == stopper->stops_at) rt_pond_group_stop(stopper->group);
    return 0;
}

static void check_stop_inside(const char *variant)
{
    struct grouped made = make(variant, 1);
    struct stopper stopper = {.group = made.group, .stops_at = 2};
    const struct rt_pond_fn fn = {.run = run_and_stop, .shared = &stopper};
    for (int i = 0; i < 3; i++)
        OL_CHECK_EQ(rt_pond_group_submit(made.group, fn), 0);
    OL_CHECK_EQ(rt_pond_group_wait(made.group), -EPIPE);
    OL_CHECK_EQ(stopper.ran, 2);
    unmake(made);
}

OL_CASE(a_task_can_stop_its_group)
{
    on_every_version(check_stop_inside);
}

OL_CASE(five_of_ten_are_counted_as_cancelled)
{
    struct grouped made = make("v2.7.0", 1);
    struct stopper stopper = {.group = made.group, .stops_at = 5};
    const struct rt_pond_fn fn = {.run = run_and_stop, .shared = &stopper};
    for (int i = 0; i < 10; i++)
        OL_CHECK_EQ(rt_pond_group_submit(made.group, fn), 0);
    OL_CHECK_EQ(rt_pond_group_wait(made.group), -EPIPE);
    rt_pond_wait_idle(made.pond);
    OL_CHECK_EQ(rt_pond_counts(made.pond).succeeded, 5);
    OL_CHECK_EQ(rt_pond_counts(made.pond).cancelled, 5);
    unmake(made);
}

/* The task that runs is let finish, the one behind it is not begun. */
static void check_context(const char *variant)
{
    atomic_int ran = 0;
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct rt_context *const context = rt_context_create(NULL);
    struct rt_pond *const pond = rt_fixture_pond(variant, 1);
    struct rt_pond_group *const group = rt_pond_group_create(pond, context);
    OL_CHECK(context && group);

    OL_CHECK_EQ(rt_pond_group_submit(group, rt_held_task(&gate, NULL)), 0);
    OL_CHECK_EQ(rt_pond_group_submit(group, rt_fixture_count(&ran)), 0);
    rt_gate_await(&gate, 1);
    rt_context_cancel(context, -ECANCELED);
    rt_gate_open(&gate);
    OL_CHECK_EQ(rt_pond_group_wait(group), -ECANCELED);
    OL_CHECK_EQ(ran, 0);
    rt_pond_wait_idle(pond);
    OL_CHECK_EQ(rt_pond_counts(pond).succeeded, 1);

    unmake((struct grouped){.pond = pond, .group = group});
    rt_context_unref(context);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
}

OL_CASE(a_context_of_the_users_cancels_what_has_not_begun)
{
    on_every_version(check_context);
}

static void check_stopped_pool(const char *variant)
{
    atomic_int ran = 0;
    struct grouped made = make(variant, 1);
    rt_pond_stop_and_wait(made.pond);
    OL_CHECK_EQ(
        rt_pond_group_submit(made.group, rt_fixture_count(&ran)), -ESHUTDOWN);
    OL_CHECK_EQ(rt_pond_group_wait(made.group), -ESHUTDOWN);
    OL_CHECK_EQ(ran, 0);
    unmake(made);
}

OL_CASE(a_stopped_pool_takes_no_tasks)
{
    on_every_version(check_stopped_pool);
}

static void check_again(const char *variant)
{
    atomic_int ran = 0;
    struct grouped made = make(variant, 2);
    for (int turn = 1; turn <= 5; turn++) {
        for (int i = 0; i < 10; i++) {
            OL_CHECK_EQ(
                rt_pond_group_submit(made.group, rt_fixture_count(&ran)), 0);
        }
        OL_CHECK_EQ(rt_pond_group_wait(made.group), 0);
        OL_CHECK_EQ(ran, 10 * turn);
        OL_CHECK_EQ(rt_pond_group_results(made.group), 10 * turn);
    }
    rt_pond_group_stop(made.group);
    OL_CHECK_EQ(rt_pond_group_submit(made.group, rt_fixture_count(&ran)), 0);
    OL_CHECK_EQ(rt_pond_group_wait(made.group), -EPIPE);
    OL_CHECK_EQ(ran, 50);
    unmake(made);
}

OL_CASE(a_group_can_be_used_again_until_it_is_stopped)
{
    on_every_version(check_again);
}

OL_CASE(twenty_tasks_on_ten_workers_run_and_wait_by_halves)
{
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct grouped made = make("v2.7.0", 10);
    for (int i = 0; i < 20; i++) {
        OL_CHECK_EQ(
            rt_pond_group_submit(made.group, rt_held_task(&gate, NULL)), 0);
    }
    OL_CHECK_EQ(rt_pond_counts(made.pond).running, 10);
    OL_CHECK_EQ(rt_pond_counts(made.pond).waiting, 10);
    OL_CHECK_EQ(rt_pond_destroy(made.pond), -EBUSY);
    rt_gate_open(&gate);
    OL_CHECK_EQ(rt_pond_group_wait(made.group), 0);
    rt_pond_wait_idle(made.pond);
    OL_CHECK_EQ(rt_pond_destroy(made.pond), -EBUSY);
    unmake(made);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
}

struct edges {
    int results;
    int contexts;
};

static void count_edge(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    struct edges *const edges = env;
    (void)from, (void)to, (void)strong;
    edges->results += strcmp(field, "future.results") == 0;
    edges->contexts += strcmp(field, "future.context") == 0;
}

OL_CASE(a_group_points_at_its_results)
{
    atomic_int ran = 0;
    struct edges edges = {0};
    struct grouped made = make("v2.3.3", 1);
    for (int i = 0; i < 7; i++) {
        OL_CHECK_EQ(
            rt_pond_group_submit(made.group, rt_fixture_count(&ran)), 0);
    }
    OL_CHECK_EQ(rt_pond_group_wait(made.group), 0);
    rt_object_each_edge(rt_pond_group_object(made.group), count_edge, &edges);
    OL_CHECK_EQ(edges.results, 7);
    OL_CHECK_EQ(edges.contexts, 1);
    unmake(made);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(values_come_in_order_of_submitting)
OL_CASES_ENTRY(a_group_without_tasks_has_ended)
OL_CASES_ENTRY(a_task_can_wait_for_a_group)
OL_CASES_ENTRY(the_first_error_wins_and_the_rest_is_skipped)
OL_CASES_ENTRY(an_error_of_the_last_task_is_seen_and_counted)
OL_CASES_ENTRY(a_task_can_stop_its_group)
OL_CASES_ENTRY(five_of_ten_are_counted_as_cancelled)
OL_CASES_ENTRY(a_context_of_the_users_cancels_what_has_not_begun)
OL_CASES_ENTRY(a_stopped_pool_takes_no_tasks)
OL_CASES_ENTRY(a_group_can_be_used_again_until_it_is_stopped)
OL_CASES_ENTRY(twenty_tasks_on_ten_workers_run_and_wait_by_halves)
OL_CASES_ENTRY(a_group_points_at_its_results)
OL_CASES_END
