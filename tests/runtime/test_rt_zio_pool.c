/* test_rt_zio_pool.c - the checks of ZIO's ZPoolSpec, in our own words:
 * items, invalid ones, failures, time. The numbers are upstream's; where it
 * exhausts the heap, what is kept is counted.
 *
 * Each runs in upstream's last version and in `ideal`; after every step of
 * every one the invariants of zio_check.h are held against the pool.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/payload.h"
#include "tests/runtime/rt_zio_fixture.h"
#include "tests/support/check.h"

enum {
    TEN = 10
};

/* ---- 1 to 6: items are made at first, and made use of ---- */

OL_CASE(ten_items_are_made_at_first)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .min = TEN, .max = TEN});
        OL_CHECK_EQ(bench.acquired, TEN);
        OL_CHECK_EQ(bench.live, TEN);
        OL_CHECK_EQ(rt_fixture_counts(&bench).size, TEN);
        OL_CHECK_EQ(rt_fixture_counts(&bench).free, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(closing_the_scope_of_a_pool_closes_its_items)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .min = TEN, .max = TEN});
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK_EQ(bench.acquired, TEN);
        OL_CHECK_EQ(bench.live, 0);
        OL_CHECK_EQ(rt_fixture_counts(&bench).size, -1);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(the_first_get_gives_the_first_item)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .min = TEN, .max = TEN});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_get_number(&get), 1);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(nine_gets_fail_with_the_first_nine_failures_in_order)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = TEN,
                        .script = rt_fixture_always_bad,
                        .allowed = rt_fixture_left_in(variant)});
        for (long number = 1; number < TEN; number++) {
            struct rt_fixture_get get = rt_fixture_get(&bench);
            OL_CHECK_EQ(rt_fixture_get_status(&get), -EIO);
            OL_CHECK_EQ(rt_fixture_get_number(&get), number);
            rt_fixture_get_close(&bench, &get);
        }
        OL_CHECK_EQ(bench.live, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(with_ten_leased_an_eleventh_get_times_out)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        struct rt_fixture_get gets[TEN];
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = TEN,
                        .allowed = rt_fixture_left_in(variant)});
        for (int i = 0; i < TEN; i++)
            gets[i] = rt_fixture_get(&bench);

        struct rt_scope *const scope = rt_scope_create();
        struct rt_future *const timeout =
            rt_sleep(rt_scheduler_clock(bench.scheduler), 1000000);
        struct rt_future *const race = rt_race(
            (struct rt_future *[]){rt_zio_pool_get(bench.pool, scope), timeout},
            2);
        struct rt_task *const task = rt_fixture_start(&bench, race);
        rt_fixture_settle(&bench);
        OL_CHECK(!rt_task_is_done(task));
        rt_fixture_pass(&bench, 1000000);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(rt_task_status(task), 0);
        rt_task_unref(task);
        rt_fixture_close(&bench, scope);
        rt_scope_unref(scope);

        for (int i = 0; i < TEN; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        OL_CHECK_EQ(rt_fixture_counts(&bench).queued, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_hundred_gets_in_turn_make_use_of_ten_items)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .min = TEN, .max = TEN});
        for (long i = 0; i < 100; i++) {
            struct rt_fixture_get get = rt_fixture_get(&bench);
            OL_CHECK_EQ(rt_fixture_get_number(&get), i % TEN + 1);
            rt_fixture_get_close(&bench, &get);
        }
        OL_CHECK_EQ(bench.acquired, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- 7 to 9: invalid items ---- */

OL_CASE(an_invalid_item_is_passed_over)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .min = TEN, .max = TEN});
        struct rt_fixture_get gets[TEN];
        for (int i = 0; i < TEN; i++)
            gets[i] = rt_fixture_get(&bench);
        struct rt_object *const first = rt_fixture_get_item(&gets[0]);
        for (int i = 0; i < TEN; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, first), 0);

        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_get_number(&get), 2);
        OL_CHECK_EQ(bench.live, TEN);
        OL_CHECK_EQ(bench.acquired, TEN + 1);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(ten_users_that_invalidate_share_one_slot)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant, .max = 1});
        struct rt_task *users[TEN];
        for (int i = 0; i < TEN; i++)
            users[i] = rt_fixture_user(&bench,
                (struct rt_fixture_user){.rounds = 1, .invalidates = true});
        rt_fixture_settle(&bench);
        for (int i = 0; i < TEN; i++) {
            OL_CHECK(rt_task_is_done(users[i]));
            OL_CHECK_EQ(rt_task_status(users[i]), 0);
            rt_task_unref(users[i]);
        }
        OL_CHECK_EQ(bench.acquired, TEN);
        OL_CHECK_EQ(bench.live, 0);
        OL_CHECK_EQ(rt_fixture_counts(&bench).finalized, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(when_all_items_are_invalid_a_get_makes_new_ones)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = variant, .min = 2, .max = 2});
        struct rt_fixture_get one = rt_fixture_get(&bench);
        struct rt_fixture_get two = rt_fixture_get(&bench);
        struct rt_object *const first = rt_fixture_get_item(&one);
        struct rt_object *const second = rt_fixture_get_item(&two);
        rt_fixture_get_close(&bench, &one);
        rt_fixture_get_close(&bench, &two);
        OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, first), 0);
        OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, second), 0);

        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_get_number(&get), 3);
        rt_fixture_get_close(&bench, &get);
        OL_CHECK_EQ(bench.acquired, 4);
        OL_CHECK_EQ(rt_fixture_counts(&bench).finalized, 2);
        OL_CHECK_EQ(rt_fixture_counts(&bench).size, 2);
        OL_CHECK_EQ(rt_fixture_counts(&bench).free, 2);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- 10, 11: failures ---- */

OL_CASE(six_gets_in_one_scope_each_fail)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = 1,
                        .script = rt_fixture_always_bad,
                        .allowed = rt_fixture_left_in(variant)});
        struct rt_scope *const scope = rt_scope_create();
        for (long i = 1; i <= 6; i++) {
            struct rt_fixture_get get = rt_fixture_get_in(&bench, scope);
            OL_CHECK_EQ(rt_fixture_get_status(&get), -EIO);
            OL_CHECK_EQ(rt_fixture_get_number(&get), i);
            rt_task_unref(get.task);
            rt_scope_unref(get.scope);
        }
        OL_CHECK_EQ(bench.live, 0);
        rt_fixture_close(&bench, scope);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_get_that_is_tried_again_succeeds_when_its_creator_does)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = 1,
                        .max = 1,
                        .script = rt_fixture_bad_up_to_ten,
                        .allowed = rt_fixture_left_in(variant)});
        struct rt_scope *const scope = rt_scope_create();
        struct rt_fixture_get get = rt_fixture_get_in(&bench, scope);
        while (rt_fixture_get_status(&get) != 0) {
            rt_task_unref(get.task);
            rt_scope_unref(get.scope);
            get = rt_fixture_get_in(&bench, scope);
        }
        OL_CHECK_EQ(rt_fixture_get_number(&get), TEN + 1);
        rt_fixture_get_close(&bench, &get);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- 12: time to live ---- */

/* A pool of 10 to 15 whose items live for a minute; all are leased. */
static void open_and_get_all(struct rt_fixture_bench *bench,
    const char *variant, struct rt_fixture_get gets[15])
{
    rt_fixture_bench_open(bench, (struct rt_fixture_shape){.variant = variant,
                                     .min = TEN,
                                     .max = 15,
                                     .ttl_ns = 60 * RT_FIXTURE_SECOND});
    for (int i = 0; i < 15; i++)
        gets[i] = rt_fixture_get(bench);
}

OL_CASE(a_pool_shrinks_when_it_has_been_left_alone)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        struct rt_fixture_get gets[15];
        open_and_get_all(&bench, variant, gets);
        OL_CHECK_EQ(bench.live, 15);
        for (int i = 0; i < 15; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        rt_fixture_pass(&bench, 59 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, 15);
        rt_fixture_pass(&bench, 1 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_pool_that_is_made_use_of_does_not_shrink)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        struct rt_fixture_get gets[15];
        open_and_get_all(&bench, variant, gets);
        for (int i = 0; i < 15; i++) {
            rt_fixture_pass(&bench, 31 * RT_FIXTURE_SECOND);
            rt_fixture_get_close(&bench, &gets[i]);
            OL_CHECK_EQ(bench.live, 15);
        }
        /* Last used at 465 s; looked at each 60 s from the start. */
        rt_fixture_pass(&bench, 74 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, 15);
        rt_fixture_pass(&bench, 1 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- 21: items of others ---- */

OL_CASE(a_thousand_items_of_others_are_not_remembered)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = variant, .min = 1, .max = 1});
        for (int i = 0; i < 1000; i++) {
            struct rt_payload *const other = rt_payload_create(4096);
            OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, &other->object), 0);
            rt_payload_unref(other);
        }
        OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
        OL_CHECK_EQ(rt_fixture_counts(&bench).remembered, 1);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(what_makes_no_sense_is_refused)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_zio_pool *pool = NULL;
    struct rt_zio_pool_options options = {
        .variant = rt_zio_variant_find("ideal"),
        .scheduler = scheduler,
        .min = 2,
        .max = 1,
    };
    OL_CHECK_EQ(rt_zio_pool_create(&options, &pool), -EINVAL);
    options.min = 1;
    OL_CHECK_EQ(rt_zio_pool_create(&options, &pool), -EINVAL);
    OL_CHECK(!pool);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(ten_items_are_made_at_first)
OL_CASES_ENTRY(closing_the_scope_of_a_pool_closes_its_items)
OL_CASES_ENTRY(the_first_get_gives_the_first_item)
OL_CASES_ENTRY(nine_gets_fail_with_the_first_nine_failures_in_order)
OL_CASES_ENTRY(with_ten_leased_an_eleventh_get_times_out)
OL_CASES_ENTRY(a_hundred_gets_in_turn_make_use_of_ten_items)
OL_CASES_ENTRY(an_invalid_item_is_passed_over)
OL_CASES_ENTRY(ten_users_that_invalidate_share_one_slot)
OL_CASES_ENTRY(when_all_items_are_invalid_a_get_makes_new_ones)
OL_CASES_ENTRY(six_gets_in_one_scope_each_fail)
OL_CASES_ENTRY(a_get_that_is_tried_again_succeeds_when_its_creator_does)
OL_CASES_ENTRY(a_pool_shrinks_when_it_has_been_left_alone)
OL_CASES_ENTRY(a_pool_that_is_made_use_of_does_not_shrink)
OL_CASES_ENTRY(a_thousand_items_of_others_are_not_remembered)
OL_CASES_ENTRY(what_makes_no_sense_is_refused)
OL_CASES_END
