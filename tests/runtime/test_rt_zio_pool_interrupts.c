/* test_rt_zio_pool_interrupts.c - the checks of ZIO's ZPoolSpec, in our own
 * words: interrupts, closing among gets, and what is given back (13 to 20).
 *
 * Each runs in upstream's last version and in `ideal`; after every step of
 * every one the invariants of zio_check.h are held against the pool.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "tests/runtime/rt_probe.h"
#include "tests/runtime/rt_zio_fixture.h"
#include "tests/support/check.h"

enum {
    TEN = 10
};

static enum rt_fixture_making fourth_suspends(long call)
{
    return call == 4 ? RT_FIXTURE_SUSPENDS : RT_FIXTURE_GOOD;
}

/* ---- 13 to 16: interrupts ---- */

/* A hundred users are at it for so many steps when the pool is closed. */
static void close_after(const char *variant, int steps)
{
    struct rt_fixture_bench bench;
    struct rt_task *users[100];
    rt_fixture_bench_open(&bench,
        (struct rt_fixture_shape){.variant = variant, .min = TEN, .max = 15});
    for (int i = 0; i < 100; i++)
        users[i] =
            rt_fixture_user(&bench, (struct rt_fixture_user){.rounds = 1});
    for (int i = 0; i < steps; i++)
        rt_scheduler_step(bench.scheduler);
    rt_fixture_bench_close_owner(&bench);
    OL_CHECK_EQ(bench.live, 0);
    for (int i = 0; i < 100; i++) {
        OL_CHECK(rt_task_is_done(users[i]));
        rt_task_unref(users[i]);
    }
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(a_pool_that_is_closed_among_gets_keeps_nothing)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        for (int steps = 0; steps < 600; steps += 7)
            close_after(variant, steps);
    }
}

OL_CASE(a_get_that_waits_can_be_interrupted)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = 1,
                        .max = 1,
                        .allowed = rt_fixture_left_in(variant)});
        struct rt_fixture_get holder = rt_fixture_get(&bench);
        struct rt_fixture_get waiter = rt_fixture_get(&bench);
        OL_CHECK(!rt_task_is_done(waiter.task));
        rt_task_interrupt(waiter.task);
        rt_fixture_settle(&bench);
        OL_CHECK_EQ(rt_fixture_get_status(&waiter), -EINTR);
        rt_fixture_get_close(&bench, &waiter);
        rt_fixture_get_close(&bench, &holder);
        OL_CHECK_EQ(rt_fixture_counts(&bench).free, 1);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_pool_can_be_opened_where_nobody_may_interrupt)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_init(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = TEN,
                        .script = fourth_suspends});
        struct rt_task *const task = rt_fixture_start(
            &bench, rt_masked(rt_zio_pool_open(bench.pool, bench.owner)));
        rt_fixture_settle(&bench);
        OL_CHECK_EQ(bench.live, 4);
        rt_task_interrupt(task);
        rt_fixture_pass(&bench, 1000 * RT_FIXTURE_SECOND);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(rt_task_status(task), 0);
        OL_CHECK_EQ(bench.live, TEN);
        rt_task_unref(task);
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK_EQ(bench.live, 0);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_creator_is_interrupted_where_its_get_may_be)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = 1,
                        .script = rt_fixture_always_suspends,
                        .allowed = rt_fixture_left_in(variant)});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_counts(&bench).stages[RT_ZIO_CREATING], 1);
        rt_task_interrupt(get.task);
        rt_fixture_settle(&bench);
        OL_CHECK_EQ(rt_fixture_get_status(&get), -EINTR);
        OL_CHECK_EQ(rt_fixture_counts(&bench).stages[RT_ZIO_CREATING], 0);
        OL_CHECK_EQ(rt_fixture_counts(&bench).gets, 0);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_creator_goes_on_where_its_get_may_not_be_interrupted)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = 1,
                        .script = rt_fixture_always_suspends,
                        .allowed = rt_fixture_left_in(variant)});
        struct rt_scope *const scope = rt_scope_create();
        struct rt_task *const task = rt_fixture_start(
            &bench, rt_masked(rt_zio_pool_get(bench.pool, scope)));
        rt_fixture_settle(&bench);
        rt_task_interrupt(task);
        rt_fixture_settle(&bench);
        OL_CHECK(!rt_task_is_done(task));
        OL_CHECK_EQ(rt_fixture_counts(&bench).stages[RT_ZIO_CREATING], 1);
        rt_fixture_pass(&bench, 1000 * RT_FIXTURE_SECOND);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(rt_fixture_counts(&bench).stages[RT_ZIO_LEASED], 1);
        rt_task_unref(task);
        rt_fixture_close(&bench, scope);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

/* What leaves the get is a timeout, not an interrupt of the caller. */
OL_CASE(a_creator_goes_on_where_its_get_was_left_but_not_interrupted)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = 1,
                        .script = rt_fixture_always_suspends});
        struct rt_scope *const scope = rt_scope_create();
        struct rt_future *const timeout =
            rt_sleep(rt_scheduler_clock(bench.scheduler), RT_FIXTURE_SECOND);
        struct rt_future *const race = rt_race(
            (struct rt_future *[]){rt_zio_pool_get(bench.pool, scope), timeout},
            2);
        struct rt_task *const task = rt_fixture_start(&bench, rt_masked(race));
        rt_fixture_pass(&bench, RT_FIXTURE_SECOND);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(rt_fixture_counts(&bench).stages[RT_ZIO_CREATING], 1);
        rt_fixture_pass(&bench, 1000 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(rt_fixture_counts(&bench).stages[RT_ZIO_LEASED], 1);
        rt_task_unref(task);
        rt_fixture_close(&bench, scope);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- 17 to 20: nothing is lost ---- */

OL_CASE(what_an_interrupted_creation_acquired_is_given_back)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = TEN,
                        .script = rt_fixture_always_suspends,
                        .allowed = rt_fixture_left_in(variant)});
        for (int i = 1; i <= 100; i++) {
            struct rt_fixture_get get = rt_fixture_get(&bench);
            OL_CHECK_EQ(bench.live, 1);
            rt_task_interrupt(get.task);
            rt_fixture_get_close(&bench, &get);
            OL_CHECK_EQ(bench.acquired, i);
            OL_CHECK_EQ(bench.live, 0);
        }
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(what_a_failed_creation_acquired_is_given_back)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = TEN,
                        .script = rt_fixture_always_bad,
                        .allowed = rt_fixture_left_in(variant)});
        for (int i = 1; i <= 100; i++) {
            struct rt_fixture_get get = rt_fixture_get(&bench);
            OL_CHECK_EQ(rt_fixture_get_status(&get), -EIO);
            OL_CHECK_EQ(bench.acquired, i);
            OL_CHECK_EQ(bench.live, 0);
            rt_fixture_get_close(&bench, &get);
        }
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(what_an_interrupted_opening_acquired_is_given_back)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_init(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = TEN,
                        .script = rt_fixture_always_suspends,
                        .allowed = rt_fixture_left_in(variant)});
        struct rt_task *const task =
            rt_fixture_start(&bench, rt_zio_pool_open(bench.pool, bench.owner));
        rt_fixture_settle(&bench);
        OL_CHECK_EQ(bench.live, 1);
        rt_task_interrupt(task);
        rt_fixture_settle(&bench);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(rt_task_status(task), -EINTR);
        OL_CHECK_EQ(bench.acquired, 1);
        OL_CHECK_EQ(bench.live, 0);
        OL_CHECK_EQ(rt_scope_size(bench.owner), 0);
        rt_task_unref(task);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(what_a_failed_opening_acquired_is_given_back)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = TEN,
                        .script = rt_fixture_always_bad});
        OL_CHECK_EQ(bench.acquired, TEN);
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK_EQ(bench.live, 0);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(what_was_acquired_is_told_how_its_creation_ended)
{
    static const struct {
        rt_fixture_script_fn script;
        int exit;
    } rows[] = {{NULL, 0}, {rt_fixture_always_bad, -EIO},
        {rt_fixture_always_suspends, -EINTR}};
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct rt_fixture_bench bench;
            rt_fixture_bench_open(
                &bench, (struct rt_fixture_shape){.variant = variant,
                            .max = 1,
                            .script = rows[i].script,
                            .allowed = rt_fixture_left_in(variant)});
            atomic_store(&bench.last_exit, 1);
            struct rt_fixture_get get = rt_fixture_get(&bench);
            rt_task_interrupt(get.task);
            rt_fixture_get_close(&bench, &get);
            rt_fixture_bench_close_owner(&bench);
            OL_CHECK_EQ(atomic_load(&bench.last_exit), rows[i].exit);
            rt_fixture_bench_deinit(&bench);
        }
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_pool_that_is_closed_among_gets_keeps_nothing)
OL_CASES_ENTRY(a_get_that_waits_can_be_interrupted)
OL_CASES_ENTRY(a_pool_can_be_opened_where_nobody_may_interrupt)
OL_CASES_ENTRY(a_creator_is_interrupted_where_its_get_may_be)
OL_CASES_ENTRY(a_creator_goes_on_where_its_get_may_not_be_interrupted)
OL_CASES_ENTRY(a_creator_goes_on_where_its_get_was_left_but_not_interrupted)
OL_CASES_ENTRY(what_an_interrupted_creation_acquired_is_given_back)
OL_CASES_ENTRY(what_a_failed_creation_acquired_is_given_back)
OL_CASES_ENTRY(what_an_interrupted_opening_acquired_is_given_back)
OL_CASES_ENTRY(what_a_failed_opening_acquired_is_given_back)
OL_CASES_ENTRY(what_was_acquired_is_told_how_its_creation_ended)
OL_CASES_END
