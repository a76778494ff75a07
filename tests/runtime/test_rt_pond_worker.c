/* test_rt_pond_worker.c - how many threads there are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_worker.h"

#include <sched.h>

#include "tests/runtime/rt_fixture.h"
#include "tests/support/check.h"

enum {
    WORKERS = 3
};

/* Bursts in quick succession: workers end and others start all the time. */
static void run_bursts(const char *variant)
{
    atomic_int ran = 0;
    struct rt_pond *const pond = rt_fixture_pond(variant, WORKERS);
    for (int task = 0; task < 2000; task++) {
        OL_CHECK_EQ(rt_pond_go(pond, rt_fixture_count(&ran)), 0);
        if (task % 16 == 0) sched_yield();
    }
    rt_pond_stop_and_wait(pond);
    OL_CHECK_EQ(ran, 2000);
    OL_CHECK_EQ(rt_pond_destroy(pond), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* A worker's object lives until its thread is joined. */
OL_CASE(there_never_are_more_threads_than_the_limit)
{
    const struct rt_pond_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_pond_variant_at(i)); i++)
        run_bursts(variant->name);
    OL_CHECK(rt_object_census(RT_WORKER).peak > 0);
    OL_CHECK(rt_object_census(RT_WORKER).peak <= WORKERS);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(there_never_are_more_threads_than_the_limit)
OL_CASES_END
