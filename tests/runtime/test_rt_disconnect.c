/* test_rt_disconnect.c - work that can be left, and having with giving back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/disconnect.h"

#include <errno.h>

#include "reference-runtime/core/acquire_release.h"
#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/payload.h"
#include "reference-runtime/core/queue.h"
#include "reference-runtime/core/task.h"
#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

static struct rt_scheduler *scheduler;

static void begin(void)
{
    scheduler = rt_scheduler_create(0);
    OL_CHECK(scheduler);
}

static void end(void)
{
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static struct rt_task *start(struct rt_future *future)
{
    OL_CHECK(future);
    struct rt_task *const task = rt_task_spawn(scheduler, future);
    OL_CHECK(task);
    rt_scheduler_run(scheduler);
    return task;
}

/* ---- Disconnect ---- */

OL_CASE(a_disconnected_future_ends_as_its_body_does)
{
    begin();
    struct rt_task *const task =
        start(rt_disconnect(scheduler, rt_future_ready(-EIO, 7)));
    OL_CHECK(rt_task_is_done(task));
    OL_CHECK_EQ(rt_task_status(task), -EIO);
    rt_task_unref(task);
    end();
}

OL_CASE(who_is_interrupted_returns_at_once_and_the_body_ends_too)
{
    begin();
    struct rt_future *const future =
        rt_disconnect(scheduler, rt_future_never());
    struct rt_task *const body = rt_task_ref(rt_disconnect_task(future));
    struct rt_task *const task = start(future);
    OL_CHECK(!rt_task_is_done(task));
    rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    OL_CHECK(rt_task_is_done(task));
    OL_CHECK(rt_task_is_done(body));
    OL_CHECK_EQ(rt_task_status(body), -EINTR);
    rt_task_unref(task);
    rt_task_unref(body);
    end();
}

OL_CASE(a_masked_body_outlives_its_caller_until_it_has_what_it_waits_for)
{
    begin();
    struct rt_queue *const queue = rt_queue_create(1);
    struct rt_task *const task =
        start(rt_disconnect(scheduler, rt_masked(rt_queue_take(queue))));
    rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    OL_CHECK(rt_task_is_done(task));
    rt_task_unref(task);
    OL_CHECK_EQ(rt_queue_takers(queue), 1); // a ghost
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), 1);

    rt_queue_shutdown(queue);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), 0);
    rt_queue_unref(queue);
    end();
}

/* ---- Acquire and release ---- */

static intptr_t released;
static long drops;

static struct rt_future *release(void *env, intptr_t value, int exit)
{
    (void)env, (void)exit;
    released = value;
    return NULL;
}

static void count_drop(void *env)
{
    (void)env;
    drops++;
}

static const struct rt_release_fn give_back = {
    .run = release, .drop = count_drop};

static struct rt_task *acquire(struct rt_scope *scope, struct rt_future *future)
{
    released = 0;
    drops = 0;
    return start(rt_acquire_release(scope, future, give_back));
}

OL_CASE(what_was_acquired_is_released_with_the_scope)
{
    begin();
    struct rt_scope *const scope = rt_scope_create();
    struct rt_task *const task = acquire(scope, rt_future_ready(0, 7));
    OL_CHECK(rt_task_is_done(task));
    OL_CHECK_EQ(rt_scope_size(scope), 1);
    OL_CHECK_EQ(released, 0);
    rt_task_unref(task);
    OL_CHECK(!rt_scope_close(scope, 0));
    OL_CHECK_EQ(released, 7);
    OL_CHECK_EQ(drops, 1);
    rt_scope_unref(scope);
    end();
}

OL_CASE(what_was_not_acquired_is_not_released)
{
    begin();
    struct rt_scope *const scope = rt_scope_create();
    struct rt_task *const task = acquire(scope, rt_future_ready(-EIO, 7));
    OL_CHECK_EQ(rt_task_status(task), -EIO);
    OL_CHECK_EQ(rt_scope_size(scope), 0);
    OL_CHECK_EQ(drops, 1);
    rt_task_unref(task);
    rt_scope_unref(scope);
    OL_CHECK_EQ(released, 0);
    end();
}

OL_CASE(a_closed_scope_has_it_released_at_once)
{
    begin();
    struct rt_scope *const scope = rt_scope_create();
    OL_CHECK(!rt_scope_close(scope, 0));
    struct rt_task *const task = acquire(scope, rt_future_ready(0, 7));
    OL_CHECK(rt_task_is_done(task));
    OL_CHECK_EQ(released, 7);
    rt_task_unref(task);
    rt_scope_unref(scope);
    end();
}

OL_CASE(an_interrupt_does_not_come_between_having_and_giving_back)
{
    begin();
    struct rt_queue *const queue = rt_queue_create(1);
    struct rt_payload *const payload = rt_payload_create(1);
    struct rt_scope *const scope = rt_scope_create();
    struct rt_task *const task = acquire(scope, rt_queue_take(queue));
    rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    OL_CHECK(!rt_task_is_done(task)); // it is masked
    OL_CHECK_EQ(rt_queue_offer(queue, &payload->object), 0);
    rt_scheduler_run(scheduler);
    OL_CHECK(rt_task_is_done(task));
    OL_CHECK_EQ(rt_scope_size(scope), 1);
    OL_CHECK(!rt_scope_close(scope, 0));
    OL_CHECK_EQ(released, (intptr_t)payload);
    rt_payload_unref(payload);
    rt_task_unref(task);
    rt_scope_unref(scope);
    rt_queue_unref(queue);
    end();
}

OL_CASE(who_loses_a_race_while_it_acquires_is_unmasked)
{
    begin();
    struct rt_queue *const queue = rt_queue_create(1);
    struct rt_scope *const scope = rt_scope_create();
    struct rt_future *const acquiring =
        rt_acquire_release(scope, rt_queue_take(queue), give_back);
    struct rt_future *const both[] = {acquiring, rt_future_ready(0, 1)};
    struct rt_future *const raced[] = {rt_race(both, 2), rt_future_never()};
    struct rt_task *const task = start(rt_join(raced, 2));
    OL_CHECK_EQ(rt_queue_takers(queue), 0);
    OL_CHECK(!rt_task_is_masked(task));
    rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    OL_CHECK(rt_task_is_done(task));
    rt_task_unref(task);
    rt_scope_unref(scope);
    rt_queue_unref(queue);
    end();
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_disconnected_future_ends_as_its_body_does)
OL_CASES_ENTRY(who_is_interrupted_returns_at_once_and_the_body_ends_too)
OL_CASES_ENTRY(a_masked_body_outlives_its_caller_until_it_has_what_it_waits_for)
OL_CASES_ENTRY(what_was_acquired_is_released_with_the_scope)
OL_CASES_ENTRY(what_was_not_acquired_is_not_released)
OL_CASES_ENTRY(a_closed_scope_has_it_released_at_once)
OL_CASES_ENTRY(an_interrupt_does_not_come_between_having_and_giving_back)
OL_CASES_ENTRY(who_loses_a_race_while_it_acquires_is_unmasked)
OL_CASES_END
