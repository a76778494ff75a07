/* test_rt_task.c - tasks in det mode, exactly.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/task.h"

#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "tests/support/check.h"

/* ---- A body that does as it is told ---- */

struct body {
    struct rt_future future;
    int (*act)(struct body *body); /* 1: not ready; else the status */
    unsigned polls;
    unsigned *drops;        /* borrowed */
    struct rt_future *part; /* owner */
    struct rt_waker waker;  /* of the last poll, if it keeps one */
    struct rt_task *masked; /* borrowed */
};

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct body *const body = (struct body *)future;
    body->polls++;
    struct rt_waker replaced = rt_waker_replace(&body->waker, waker);
    rt_waker_drop(&replaced);
    const int status = body->act(body);
    return status > 0 ? RT_PENDING : rt_future_finish(future, status, 7);
}

static void drop(struct rt_object *object)
{
    struct body *const body = (struct body *)object;
    if (body->drops) ++*body->drops;
    rt_future_drop(body->part);
    rt_waker_drop(&body->waker);
}

static const struct rt_future_type type = {
    .object = {.kind = RT_FUTURE, .drop = drop},
    .poll = poll,
};

static struct body *create(int (*act)(struct body *body), unsigned *drops)
{
    struct body *const body = rt_future_create(&type, sizeof *body);
    body->act = act;
    body->drops = drops;
    return body;
}

static int sleeps(struct body *body)
{
    (void)body;
    return 1;
}

static int is_done(struct body *body)
{
    (void)body;
    return 0;
}

OL_CASE(a_task_runs_once_and_hands_on_status_and_value)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    unsigned drops = 0;
    struct rt_task *const task =
        rt_task_spawn(scheduler, &create(is_done, &drops)->future);
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), 1);
    OL_CHECK(!rt_task_is_done(task));
    struct rt_future *const join = rt_task_join(task);
    OL_CHECK(rt_scheduler_step(scheduler));
    OL_CHECK(!rt_scheduler_step(scheduler));
    OL_CHECK(rt_task_is_done(task));
    OL_CHECK_EQ(drops, 1);
    OL_CHECK_EQ(rt_future_block_on(join), 0);
    OL_CHECK_EQ(join->value, 7);
    rt_future_drop(join);
    rt_task_unref(task);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(an_interrupt_ends_a_task_that_sleeps)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    unsigned drops = 0;
    struct body *const body = create(sleeps, &drops);
    struct rt_task *const task = rt_task_spawn(scheduler, &body->future);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(body->polls, 1);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), -EBUSY);
    rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(drops, 1);
    OL_CHECK_EQ(rt_task_status(task), -EINTR);
    rt_task_unref(task);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_task_runs_once_and_hands_on_status_and_value)
OL_CASES_ENTRY(an_interrupt_ends_a_task_that_sleeps)
OL_CASES_END
