/* test_rt_zio_pool_ends.c - what upstream does not check: closing that takes
 * its time, shutting down, items that there are already.
 *
 * Each runs in upstream's last version and in `ideal`; after every step of
 * every one the invariants of zio_check.h are held against the pool.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/core/payload.h"
#include "tests/runtime/rt_zio_fixture.h"
#include "tests/support/check.h"

OL_CASE(of_a_pool_of_nothing_a_get_waits_until_it_is_closed)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .allowed = RT_ZIO_P(11)});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK(!rt_task_is_done(get.task));
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK_EQ(rt_fixture_get_status(&get), -EINTR);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_bench_deinit(&bench);
    }
}

/* Items that there are already: nothing to acquire, nothing to give back. */
struct stock {
    struct rt_payload *items[3]; /* owner, of those not yet given out */
    int given;
};

static struct rt_future *give_out(void *env, struct rt_scope *scope)
{
    struct stock *const stock = env;
    (void)scope;
    return rt_future_ready(0, (intptr_t)stock->items[stock->given++]);
}

OL_CASE(items_that_there_are_already_go_round)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_scope *const owner = rt_scope_create();
    struct stock stock = {0};
    const struct rt_object *first[3];
    for (int i = 0; i < 3; i++) {
        stock.items[i] = rt_payload_create(1);
        first[i] = &stock.items[i]->object;
    }
    const struct rt_zio_pool_options options = {
        .variant = rt_zio_variant_find("2.1.14"),
        .scheduler = scheduler,
        .creator = {.create = give_out, .env = &stock},
        .min = 3,
        .max = 3,
    };
    struct rt_fixture_bench bench = {.scheduler = scheduler, .is_det = true};
    OL_CHECK_EQ(rt_zio_pool_create(&options, &bench.pool), 0);
    rt_task_unref(
        rt_fixture_start(&bench, rt_zio_pool_open(bench.pool, owner)));
    rt_fixture_settle(&bench);
    OL_CHECK_EQ(stock.given, 3);
    for (int i = 0; i < 7; i++) {
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK(rt_fixture_get_item(&get) == first[i % 3]);
        rt_fixture_get_close(&bench, &get);
    }
    rt_fixture_close(&bench, owner);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
    OL_CHECK_EQ(bench.broken, 0);
    rt_zio_pool_unref(bench.pool);
    rt_scope_unref(owner);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(whoever_shuts_a_pool_down_waits_for_its_end)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = variant, .min = 2, .max = 2});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        struct rt_task *const one =
            rt_fixture_start(&bench, rt_zio_pool_shutdown(bench.pool));
        struct rt_task *const two =
            rt_fixture_start(&bench, rt_zio_pool_shutdown(bench.pool));
        rt_fixture_settle(&bench);
        OL_CHECK(!rt_task_is_done(one) && !rt_task_is_done(two));
        OL_CHECK_EQ(bench.live, 1);
        rt_fixture_get_close(&bench, &get);
        OL_CHECK(rt_task_is_done(one) && rt_task_is_done(two));
        OL_CHECK_EQ(rt_fixture_counts(&bench).size, -1);
        rt_task_unref(one);
        rt_task_unref(two);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(invalid_items_are_closed_when_the_pool_shrinks_or_ends)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        struct rt_fixture_get gets[4];
        struct rt_object *items[4];
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = 2,
                        .max = 4,
                        .ttl_ns = 60 * RT_FIXTURE_SECOND});
        for (int i = 0; i < 4; i++) {
            gets[i] = rt_fixture_get(&bench);
            items[i] = rt_object_ref(rt_fixture_get_item(&gets[i]));
        }
        for (int i = 0; i < 4; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        for (int i = 0; i < 4; i++) {
            OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, items[i]), 0);
            rt_object_unref(items[i]);
        }
        OL_CHECK_EQ(bench.live, 4);
        rt_fixture_pass(&bench, 120 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, 2);
        OL_CHECK_EQ(bench.acquired, 4);
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK_EQ(bench.live, 0);
        OL_CHECK_EQ(rt_fixture_counts(&bench).remembered, 0);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(an_item_that_is_long_in_closing_keeps_its_slot)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){
                .variant = variant, .max = 1, .release_ns = RT_FIXTURE_SECOND});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        struct rt_object *const item = rt_fixture_get_item(&get);
        OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, item), 0);
        struct rt_fixture_get next = rt_fixture_get(&bench);
        rt_fixture_get_close(&bench, &get);
        OL_CHECK_EQ(rt_fixture_counts(&bench).stages[RT_ZIO_CLOSING], 1);
        OL_CHECK_EQ(rt_fixture_counts(&bench).size, 1);
        OL_CHECK_EQ(rt_fixture_counts(&bench).free, -1);
        OL_CHECK(!rt_task_is_done(next.task));

        rt_fixture_pass(&bench, RT_FIXTURE_SECOND);
        OL_CHECK_EQ(rt_fixture_get_number(&next), 2);
        rt_fixture_get_close(&bench, &next);
        rt_fixture_close(&bench, bench.owner);
        rt_fixture_pass(&bench, RT_FIXTURE_SECOND);
        OL_CHECK_EQ(rt_fixture_counts(&bench).size, -1);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_failure_that_is_long_in_closing_has_no_slot)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = 1,
                        .script = rt_fixture_bad_up_to_ten,
                        .release_ns = RT_FIXTURE_SECOND,
                        .allowed = rt_fixture_left_in(variant)});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_counts(&bench).stages[RT_ZIO_DISCARDED], 1);
        OL_CHECK_EQ(rt_fixture_counts(&bench).size, 0);
        OL_CHECK(!rt_task_is_done(get.task));
        rt_fixture_pass(&bench, RT_FIXTURE_SECOND);
        OL_CHECK_EQ(rt_fixture_get_status(&get), -EIO);
        OL_CHECK_EQ(rt_fixture_counts(&bench).finalized, 1);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(closing_a_pool_waits_for_its_leases)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = variant, .min = 2, .max = 2});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        struct rt_task *const closing =
            rt_fixture_start(&bench, rt_scope_close(bench.owner, 0));
        rt_fixture_settle(&bench);
        OL_CHECK(!rt_task_is_done(closing));
        OL_CHECK_EQ(bench.live, 1);
        rt_fixture_get_close(&bench, &get);
        OL_CHECK(rt_task_is_done(closing));
        OL_CHECK_EQ(bench.live, 0);

        struct rt_fixture_get late = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_get_status(&late), -EINTR);
        rt_fixture_get_close(&bench, &late);
        rt_task_unref(closing);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(an_item_got_into_a_closed_scope_is_given_back_at_once)
{
    RT_FIXTURE_FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = variant, .min = 1, .max = 1});
        struct rt_scope *const scope = rt_scope_create();
        rt_fixture_close(&bench, scope);
        struct rt_fixture_get get = rt_fixture_get_in(&bench, scope);
        OL_CHECK_EQ(rt_fixture_get_status(&get), -ECANCELED);
        OL_CHECK_EQ(rt_fixture_counts(&bench).free, 1);
        rt_fixture_get_close(&bench, &get);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(of_a_pool_of_nothing_a_get_waits_until_it_is_closed)
OL_CASES_ENTRY(items_that_there_are_already_go_round)
OL_CASES_ENTRY(whoever_shuts_a_pool_down_waits_for_its_end)
OL_CASES_ENTRY(invalid_items_are_closed_when_the_pool_shrinks_or_ends)
OL_CASES_ENTRY(an_item_that_is_long_in_closing_keeps_its_slot)
OL_CASES_ENTRY(a_failure_that_is_long_in_closing_has_no_slot)
OL_CASES_ENTRY(closing_a_pool_waits_for_its_leases)
OL_CASES_ENTRY(an_item_got_into_a_closed_scope_is_given_back_at_once)
OL_CASES_END
