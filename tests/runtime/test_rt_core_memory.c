/* test_rt_core_memory.c - the core when there is no memory: the n-th
 * allocation fails, n = 0, 1, … until none does, and nothing is left.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/context.h"
#include "reference-runtime/core/task.h"
#include "tests/runtime/rt_no_memory.h"
#include "tests/support/check.h"

enum {
    SLEEPS = 20 /* more than a clock has room for at first */
};

static void finish(struct rt_scheduler *scheduler)
{
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), 0);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
}

/* Parts that cannot be had make a body that cannot, and no task. */
static struct rt_task *spawn(
    struct rt_scheduler *scheduler, struct rt_context *context)
{
    struct rt_clock *const clock = rt_scheduler_clock(scheduler);
    struct rt_future *const both[] = {
        rt_sleep(clock, 3),
        rt_future_yield(),
        rt_future_ready(0, 1),
    };
    struct rt_future *const either[] = {
        rt_join(both, 3),
        rt_context_done(context),
        rt_future_never(),
    };
    return rt_task_spawn(scheduler, rt_race(either, 3));
}

static void run_task(void *env)
{
    (void)env;
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    if (!scheduler) return;
    struct rt_context *const context = rt_context_create(NULL);
    struct rt_task *const task = context ? spawn(scheduler, context) : NULL;
    struct rt_future *const join = task ? rt_task_join(task) : NULL;
    rt_scheduler_run_for(scheduler, 3);
    if (task) OL_CHECK_EQ(rt_task_status(task), 0);
    if (join) {
        const int status = rt_future_block_on(join);
        OL_CHECK(status == 0 || status == -ENOMEM);
    }
    rt_future_drop(join);
    rt_task_unref(task);
    rt_context_unref(context);
    finish(scheduler);
}

OL_CASE(a_task_runs_or_there_is_none)
{
    OL_CHECK(rt_no_memory_each(run_task, NULL) >= 12);
}

static void run_sleeps(void *env)
{
    (void)env;
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    if (!scheduler) return;
    struct rt_clock *const clock = rt_scheduler_clock(scheduler);
    for (uint64_t i = 0; i < SLEEPS; i++)
        rt_task_unref(rt_task_spawn(scheduler, rt_sleep(clock, SLEEPS - i)));
    rt_scheduler_run_for(scheduler, SLEEPS);
    finish(scheduler);
}

OL_CASE(sleeps_end_that_could_begin)
{
    /* The scheduler, its clock, the heap three times; a sleep and a task. */
    OL_CHECK_EQ(rt_no_memory_each(run_sleeps, NULL), 2 + 3 + 2 * SLEEPS);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_task_runs_or_there_is_none)
OL_CASES_ENTRY(sleeps_end_that_could_begin)
OL_CASES_END
