/* test_rt_zio_check.c - that what must hold of a pool is seen when it does
 * not: each number by a version that breaks it, or by hand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_check.h"

#include <errno.h>
#include <limits.h>

#include "reference-runtime/core/payload.h"
#include "reference-runtime/zio/zio_state.h"
#include "tests/runtime/rt_zio_fixture.h"
#include "tests/support/check.h"

#define ALL UINT_MAX /* a version that breaks something is what we want */

static enum rt_fixture_making always_bad(long call)
{
    (void)call;
    return RT_FIXTURE_BAD;
}

static unsigned check(struct rt_fixture_bench *bench)
{
    return rt_zio_check(bench->pool, true);
}

OL_CASE(p1_and_p2_of_numbers_that_are_wrong)
{
    static const struct {
        int32_t size;
        int32_t free;
        unsigned at_a_step;
        unsigned at_rest;
    } rows[] = {
        {1, 1, 0, 0},
        {1, 0, 0, RT_ZIO_P(2)},
        {0, 1, 0, RT_ZIO_P(2)},
        {2, 1, RT_ZIO_P(1), RT_ZIO_P(1) | RT_ZIO_P(2)},
        {-1, 1, RT_ZIO_P(1), RT_ZIO_P(1) | RT_ZIO_P(2)},
    };
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(&bench,
        (struct rt_fixture_shape){.variant = "ideal", .min = 1, .max = 1});
    _Atomic uint64_t *const word = &bench.pool->cell.word;
    const uint64_t right = atomic_load(word);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        atomic_store(word,
            (uint64_t)(uint32_t)rows[i].size << 32 | (uint32_t)rows[i].free);
        OL_CHECK_EQ(rt_zio_check(bench.pool, false), rows[i].at_a_step);
        OL_CHECK_EQ(check(&bench), rows[i].at_rest);
    }
    atomic_store(word, right);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(p3_and_in_the_end_p5_of_scopes_that_are_lost)
{
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = "2.1.8",
                                      .max = 1,
                                      .script = always_bad,
                                      .allowed = ALL});
    struct rt_fixture_get get = rt_fixture_get(&bench);
    rt_fixture_get_close(&bench, &get);
    OL_CHECK_EQ(check(&bench), RT_ZIO_P(3));
    rt_fixture_bench_close_owner(&bench);
    OL_CHECK_EQ(check(&bench), RT_ZIO_P(3) | RT_ZIO_P(5));
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(p7_of_items_that_are_not_there)
{
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(
        &bench, (struct rt_fixture_shape){
                    .variant = "2.1.9", .min = 1, .max = 1, .allowed = ALL});
    for (int i = 0; i < 2; i++) {
        struct rt_payload *const other = rt_payload_create(1);
        OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, &other->object), 0);
        rt_payload_unref(other);
    }
    OL_CHECK_EQ(check(&bench), RT_ZIO_P(7));
    OL_CHECK_EQ(rt_zio_check(bench.pool, false), RT_ZIO_P(7));
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(p8_of_failures_that_stay_leased)
{
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = "2.1.14",
                                      .max = 1,
                                      .script = always_bad,
                                      .allowed = ALL});
    struct rt_fixture_get get = rt_fixture_get(&bench);
    OL_CHECK_EQ(check(&bench), RT_ZIO_P(8));
    rt_fixture_get_close(&bench, &get);
    OL_CHECK_EQ(check(&bench), 0);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(p10_of_who_waits_though_its_caller_has_gone)
{
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(
        &bench, (struct rt_fixture_shape){
                    .variant = "2.1.14", .min = 1, .max = 1, .allowed = ALL});
    struct rt_fixture_get holder = rt_fixture_get(&bench);
    struct rt_fixture_get waiter = rt_fixture_get(&bench);
    OL_CHECK_EQ(check(&bench), 0);
    rt_task_interrupt(waiter.task);
    rt_fixture_settle(&bench);
    OL_CHECK_EQ(check(&bench), RT_ZIO_P(10));
    rt_fixture_get_close(&bench, &waiter);
    rt_fixture_get_close(&bench, &holder);
    OL_CHECK_EQ(check(&bench), 0);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(p11_of_who_waits_for_what_cannot_come)
{
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(&bench,
        (struct rt_fixture_shape){.variant = "2.0", .max = 1, .allowed = ALL});
    struct rt_fixture_get holder = rt_fixture_get(&bench);
    struct rt_fixture_get waiter = rt_fixture_get(&bench);
    struct rt_object *const item = rt_fixture_get_item(&holder);
    OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, item), 0);
    OL_CHECK_EQ(check(&bench), 0);
    rt_fixture_get_close(&bench, &holder);
    OL_CHECK_EQ(check(&bench), RT_ZIO_P(11));
    rt_fixture_bench_close_owner(&bench);
    OL_CHECK_EQ(rt_fixture_get_status(&waiter), -EINTR);
    OL_CHECK_EQ(check(&bench), 0);
    rt_fixture_get_close(&bench, &waiter);
    rt_fixture_bench_deinit(&bench);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(p1_and_p2_of_numbers_that_are_wrong)
OL_CASES_ENTRY(p3_and_in_the_end_p5_of_scopes_that_are_lost)
OL_CASES_ENTRY(p7_of_items_that_are_not_there)
OL_CASES_ENTRY(p8_of_failures_that_stay_leased)
OL_CASES_ENTRY(p10_of_who_waits_though_its_caller_has_gone)
OL_CASES_ENTRY(p11_of_who_waits_for_what_cannot_come)
OL_CASES_END
