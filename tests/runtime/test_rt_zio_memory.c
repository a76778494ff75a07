/* test_rt_zio_memory.c - a pool when there is no memory: the n-th allocation
 * fails, n = 0, 1, … until none does, and nothing is left over.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/scope.h"
#include "reference-runtime/core/task.h"
#include "reference-runtime/run/zio_maker.h"
#include "reference-runtime/zio/zio_check.h"
#include "tests/runtime/rt_no_memory.h"
#include "tests/support/check.h"

enum {
    USERS = 3
};

/* A program: users of a pool, who invalidate the item they have, if any. */
struct program {
    const char *variant;
    unsigned fails; /* every so many items; 0: none */
    struct rt_scheduler *scheduler;
    struct rt_zio_maker maker;
    struct rt_zio_pool *pool;
};

static struct rt_future *make(void *env, struct rt_scope *scope)
{
    return rt_zio_maker_make(env, scope);
}

/* Polls a future here, where that needs no memory; tasks run in between, and
 * a minute is more than enough. */
static int finish(struct program *program, struct rt_future *future)
{
    const struct rt_waker nobody = {0};
    if (!future) return 0;
    for (int i = 0; rt_future_poll(future, &nobody) == RT_PENDING; i++) {
        OL_CHECK(i < 60);
        rt_scheduler_run_for(program->scheduler, 1000000000);
    }
    const int status = future->status;
    rt_future_drop(future);
    return status;
}

/* Starts a get, which may come to nothing. */
static struct rt_task *start_get(
    struct program *program, struct rt_scope *scope)
{
    struct rt_future *const get = rt_zio_pool_get(program->pool, scope);
    return get ? rt_task_spawn(program->scheduler, get) : NULL;
}

static void invalidate_item(struct program *program, struct rt_task *get)
{
    const struct rt_waker nobody = {0};
    struct rt_future *const join = rt_task_join(get);
    if (!join) return;
    if (rt_future_poll(join, &nobody) == RT_READY && join->status == 0) {
        const int err = rt_zio_pool_invalidate(
            program->pool, (struct rt_object *)join->value);
        (void)err; /* it stays valid then */
    }
    rt_future_drop(join);
}

static void use(struct program *program)
{
    struct rt_scope *scopes[USERS] = {NULL};
    struct rt_task *gets[USERS] = {NULL};
    for (int i = 0; i < USERS; i++) {
        scopes[i] = rt_scope_create();
        if (scopes[i]) gets[i] = start_get(program, scopes[i]);
        rt_scheduler_run(program->scheduler);
    }
    for (int i = 0; i < USERS; i++) {
        if (gets[i]) invalidate_item(program, gets[i]);
        if (scopes[i]) (void)finish(program, rt_scope_close(scopes[i], 0));
        rt_scheduler_run(program->scheduler);
        rt_task_unref(gets[i]);
        rt_scope_unref(scopes[i]);
    }
}

/* What is left to do for a pool: its owner's scope is closed, and it ends. */
static void end(struct program *program, struct rt_scope *owner)
{
    (void)finish(program, rt_scope_close(owner, 0));
    rt_scheduler_run(program->scheduler);
    const unsigned broken = rt_zio_check(program->pool, true);
    OL_CHECK_EQ(broken & (RT_ZIO_P(1) | RT_ZIO_P(2) | RT_ZIO_P(3)), 0);
}

static void open_and_use(struct program *program, struct rt_scope *owner)
{
    const struct rt_zio_pool_options options = {
        .variant = rt_zio_variant_find(program->variant),
        .scheduler = program->scheduler,
        .creator = {.create = make, .env = &program->maker},
        .min = 1,
        .max = 2,
        .ttl_ns = 1000000000,
    };
    if (rt_zio_pool_create(&options, &program->pool) != 0) return;
    struct rt_future *const opening = rt_zio_pool_open(program->pool, owner);
    const int err = opening ? finish(program, opening) : -1;
    if (!err) {
        rt_scheduler_run(program->scheduler);
        use(program);
    }
    end(program, owner);
    rt_zio_pool_unref(program->pool);
    program->pool = NULL;
}

static void run(void *env)
{
    struct program *const program = env;
    program->scheduler = rt_scheduler_create(0);
    struct rt_scope *const owner = rt_scope_create();
    rt_zio_maker_init(&program->maker, RT_ZIO_SUCCEEDS);
    program->maker.fails = program->fails;
    if (program->scheduler && owner) open_and_use(program, owner);
    rt_scope_unref(owner);
    OL_CHECK_EQ(rt_scheduler_destroy(program->scheduler), 0);
    OL_CHECK_EQ(rt_zio_maker_live(&program->maker), 0);
    rt_zio_maker_deinit(&program->maker);
}

OL_CASE(whatever_fails_a_pool_ends_and_leaves_nothing)
{
    static const char *const versions[] = {
        "pr9163", "2.1.9", "2.1.14", "ideal"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        struct program program = {.variant = versions[i]};
        OL_CHECK(rt_no_memory_each(run, &program) > 49);
    }
}

OL_CASE(so_it_does_when_items_fail_as_well)
{
    static const char *const versions[] = {
        "pr9163", "2.1.9", "2.1.14", "ideal"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        struct program program = {.variant = versions[i], .fails = 2};
        OL_CHECK(rt_no_memory_each(run, &program) > 49);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(whatever_fails_a_pool_ends_and_leaves_nothing)
OL_CASES_ENTRY(so_it_does_when_items_fail_as_well)
OL_CASES_END
