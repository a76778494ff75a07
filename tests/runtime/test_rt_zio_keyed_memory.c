/* test_rt_zio_keyed_memory.c - scopes, queues and keyed pools when there is no
 * memory: the n-th allocation fails, and nothing is left.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/core/acquire_release.h"
#include "reference-runtime/core/disconnect.h"
#include "reference-runtime/core/payload.h"
#include "reference-runtime/core/queue.h"
#include "reference-runtime/core/task.h"
#include "reference-runtime/run/zio_maker.h"
#include "reference-runtime/zio/zio_keyed_pool.h"
#include "tests/runtime/rt_no_memory.h"
#include "tests/support/check.h"

static const struct rt_waker nobody;

/* ---- Scopes ---- */

static long runs;

static struct rt_future *count_run(void *env, int exit)
{
    (void)env, (void)exit;
    runs++;
    return NULL;
}

static long add(struct rt_scope *scope)
{
    const struct rt_finalizer_fn fn = {.run = count_run};
    struct rt_future *running = NULL;
    if (!scope) return 0;
    const int err = rt_scope_add_or_run(scope, fn, &running);
    OL_CHECK(err == 0 || err == -ENOMEM);
    return err == 0;
}

static void run_scopes(void *env)
{
    struct rt_scope *const parent = rt_scope_create();
    struct rt_scope *const child = parent ? rt_scope_fork(parent) : NULL;
    (void)env;
    runs = 0;
    long added = add(parent);
    added += add(child);
    added += add(child);
    if (parent) OL_CHECK(!rt_scope_close(parent, 0));
    OL_CHECK_EQ(runs, added);
    added += add(child); // runs now, and needs memory all the same
    OL_CHECK_EQ(runs, added);
    rt_scope_unref(child);
    rt_scope_unref(parent);
}

OL_CASE(what_a_scope_has_taken_it_runs_whichever_allocation_fails)
{
    OL_CHECK_EQ(rt_no_memory_each(run_scopes, NULL), 7);
}

/* ---- Queues ---- */

static void offer(struct rt_queue *queue)
{
    struct rt_payload *const payload = rt_payload_create(1);
    if (payload && rt_queue_offer(queue, &payload->object) != 0)
        rt_payload_unref(payload);
}

static void run_queue(void *env)
{
    struct rt_queue *const queue = rt_queue_create(2);
    (void)env;
    if (!queue) return;
    struct rt_future *const take = rt_queue_take(queue);
    if (take) OL_CHECK_EQ(rt_future_poll(take, &nobody), RT_PENDING);
    offer(queue);
    offer(queue);
    rt_future_drop(take);
    struct rt_future *const ended = rt_queue_await_shutdown(queue);
    rt_queue_shutdown(queue);
    if (ended) OL_CHECK_EQ(rt_future_poll(ended, &nobody), RT_READY);
    rt_future_drop(ended);
    rt_queue_unref(queue);
}

OL_CASE(a_queue_gives_all_back_whichever_allocation_fails)
{
    OL_CHECK_EQ(rt_no_memory_each(run_queue, NULL), 6);
}

/* ---- Tasks ---- */

static intptr_t released;

static struct rt_future *count_release(void *env, intptr_t value, int exit)
{
    (void)env, (void)exit;
    released += value;
    return NULL;
}

static void run_acquire(struct rt_scheduler *scheduler, struct rt_scope *scope)
{
    const struct rt_release_fn release = {.run = count_release};
    struct rt_future *const acquire = rt_acquire_release(
        scope, rt_disconnect(scheduler, rt_future_ready(0, 1)), release);
    struct rt_task *const task =
        acquire ? rt_task_spawn(scheduler, acquire) : NULL;
    rt_scheduler_run(scheduler);
    const bool is_held = task && rt_task_status(task) == 0;
    const bool is_done = task && rt_task_is_done(task);
    OL_CHECK_EQ(task != NULL, is_done);
    rt_task_unref(task);
    const intptr_t before = released;
    OL_CHECK(!rt_scope_close(scope, 0));
    OL_CHECK_EQ(released - before, is_held);
}

static void run_tasks(void *env)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_scope *const scope = rt_scope_create();
    (void)env;
    if (scheduler && scope) run_acquire(scheduler, scope);
    rt_scope_unref(scope);
    if (scheduler) OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
}

OL_CASE(what_is_acquired_is_released_whichever_allocation_fails)
{
    OL_CHECK(rt_no_memory_each(run_tasks, NULL) > 8);
}

/* ---- Keyed pools ---- */

static struct rt_future *make(void *env, uint64_t key, struct rt_scope *scope)
{
    (void)key;
    return rt_zio_maker_make(env, scope);
}

static struct rt_zio_range one_item(void *env, uint64_t key)
{
    (void)env, (void)key;
    return (struct rt_zio_range){1, 1};
}

/* Without a task, which would need memory. */
static void close(struct rt_scheduler *scheduler, struct rt_scope *scope)
{
    struct rt_future *const closing = rt_scope_close(scope, 0);
    int turns = 0;
    while (closing && rt_future_poll(closing, &nobody) == RT_PENDING) {
        rt_scheduler_run(scheduler);
        OL_CHECK(++turns < 100);
    }
    rt_future_drop(closing);
    rt_scope_unref(scope);
}

static void get(struct rt_scheduler *scheduler, struct rt_zio_keyed_pool *keyed,
    struct rt_scope *scope, uint64_t key)
{
    struct rt_future *const future = rt_zio_keyed_pool_get(keyed, key, scope);
    struct rt_task *const task =
        future ? rt_task_spawn(scheduler, future) : NULL;
    rt_scheduler_run(scheduler);
    if (task && rt_task_is_done(task) && rt_task_status(task) != 0)
        OL_CHECK_EQ(rt_task_status(task), -ENOMEM);
    rt_task_unref(task);
}

static void use(struct rt_scheduler *scheduler, struct rt_zio_keyed_pool *keyed,
    struct rt_scope *owner)
{
    for (uint64_t key = 0; key < 2; key++) {
        struct rt_scope *const scope = rt_scope_create();
        if (!scope) continue;
        get(scheduler, keyed, scope, key);
        close(scheduler, scope);
    }
    rt_zio_keyed_pool_unref(keyed);
    close(scheduler, owner);
    rt_scheduler_run(scheduler);
}

static void run_keyed(void *env)
{
    const struct rt_zio_variant *const *const variant = env;
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_scope *const owner = rt_scope_create();
    struct rt_zio_maker maker;
    rt_zio_maker_init(&maker, RT_ZIO_SUCCEEDS);
    const struct rt_zio_keyed_creator creator = {
        .create = make, .range = one_item, .env = &maker};
    struct rt_zio_keyed_pool *const keyed =
        scheduler && owner
            ? rt_zio_keyed_pool_create(*variant, scheduler, creator, owner)
            : NULL;
    if (keyed)
        use(scheduler, keyed, owner);
    else
        rt_scope_unref(owner);
    OL_CHECK_EQ(rt_zio_maker_live(&maker), 0);
    rt_zio_maker_deinit(&maker);
    if (scheduler) OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
}

OL_CASE(a_keyed_pool_ends_whichever_allocation_fails)
{
    const struct rt_zio_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_zio_variant_at(i)); i++)
        OL_CHECK(rt_no_memory_each(run_keyed, &variant) > 40);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(what_a_scope_has_taken_it_runs_whichever_allocation_fails)
OL_CASES_ENTRY(a_queue_gives_all_back_whichever_allocation_fails)
OL_CASES_ENTRY(what_is_acquired_is_released_whichever_allocation_fails)
OL_CASES_ENTRY(a_keyed_pool_ends_whichever_allocation_fails)
OL_CASES_END
