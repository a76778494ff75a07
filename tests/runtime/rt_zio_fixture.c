/* rt_zio_fixture.c - a pool, what it makes, and whoever uses it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/runtime/rt_zio_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

static void demand(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "fixture: does not hold: %s\n", what);
    abort();
}

/* ---- Versions and scripts ---- */

const char *const rt_fixture_newest[] = {"2.1.14", "ideal", NULL};

unsigned rt_fixture_left_in(const char *variant)
{
    return strcmp(variant, "ideal") == 0 ? 0 : RT_ZIO_P(8) | RT_ZIO_P(10);
}

enum rt_fixture_making rt_fixture_always_bad(long call)
{
    (void)call;
    return RT_FIXTURE_BAD;
}

enum rt_fixture_making rt_fixture_always_suspends(long call)
{
    (void)call;
    return RT_FIXTURE_SUSPENDS;
}

enum rt_fixture_making rt_fixture_bad_up_to_ten(long call)
{
    return call <= 10 ? RT_FIXTURE_BAD : RT_FIXTURE_GOOD;
}

/* ---- What is made ---- */

struct resource {
    struct rt_object object;
    struct rt_fixture_bench *bench; /* borrowed */
    long number;
    bool is_given_back;
};

static const struct rt_object_type resource_type = {.kind = RT_RESOURCE};

static struct rt_future *give_resource_back(void *env, int exit)
{
    struct resource *const resource = env;
    demand(!resource->is_given_back, "P6: each finalizer runs once");
    resource->is_given_back = true;
    atomic_store(&resource->bench->last_exit, exit);
    atomic_fetch_sub(&resource->bench->live, 1);
    rt_object_end(&resource->object, "released");
    const struct rt_fixture_bench *const bench = resource->bench;
    if (!bench->release_ns) return NULL;
    return rt_sleep(rt_scheduler_clock(bench->scheduler), bench->release_ns);
}

static void drop_resource(void *env)
{
    rt_object_unref(env);
}

static struct resource *acquire_resource(
    struct rt_fixture_bench *bench, struct rt_scope *scope)
{
    struct resource *const resource =
        rt_object_create(&resource_type, sizeof *resource);
    demand(resource, "memory for a resource");
    resource->bench = bench;
    resource->number = atomic_fetch_add(&bench->calls, 1) + 1;
    atomic_fetch_add(&bench->acquired, 1);
    atomic_fetch_add(&bench->live, 1);
    const struct rt_finalizer_fn fn = {
        .run = give_resource_back,
        .drop = drop_resource,
        .env = rt_object_ref(&resource->object),
    };
    demand(rt_scope_add(scope, fn, NULL) == 0, "the item's scope is open");
    return resource;
}

/* ---- How it is made ---- */

struct making {
    struct rt_future future;
    struct rt_fixture_bench *bench; /* borrowed */
    struct rt_scope *scope;         /* owner */
    struct resource *resource;      /* owner; NULL: not yet acquired */
    struct rt_future *sleep;        /* owner */
    bool is_bad;                    /* after its sleep */
};

static enum rt_fixture_making consult(
    const struct rt_fixture_bench *bench, long call)
{
    return bench->script ? bench->script(call) : RT_FIXTURE_GOOD;
}

static enum rt_poll poll_making(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct making *const making = (struct making *)future;
    struct rt_fixture_bench *const bench = making->bench;
    if (!making->resource) {
        making->resource = acquire_resource(bench, making->scope);
        const long number = making->resource->number;
        const enum rt_fixture_making what = consult(bench, number);
        if (what == RT_FIXTURE_BAD)
            return rt_future_finish(future, -EIO, number);
        making->is_bad = what == RT_FIXTURE_BAD_LATER;
        if (what == RT_FIXTURE_SUSPENDS || what == RT_FIXTURE_BAD_LATER)
            making->sleep = rt_sleep(
                rt_scheduler_clock(bench->scheduler), 1000 * RT_FIXTURE_SECOND);
    }
    if (making->sleep && rt_future_poll(making->sleep, waker) == RT_PENDING)
        return RT_PENDING;
    if (making->is_bad)
        return rt_future_finish(future, -EIO, making->resource->number);
    return rt_future_finish(
        future, 0, (intptr_t)rt_object_ref(&making->resource->object));
}

static void drop_making(struct rt_object *object)
{
    struct making *const making = (struct making *)object;
    rt_future_drop(making->sleep);
    if (making->resource) rt_object_unref(&making->resource->object);
    rt_scope_unref(making->scope);
}

static const struct rt_future_type making_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_making},
    .poll = poll_making,
};

/* Keeps the scope, so that it can be found again. */
static void keep_scope(struct rt_fixture_bench *bench, struct rt_scope *scope)
{
    pthread_mutex_lock(&bench->mutex);
    const size_t count = bench->scope_count;
    if ((count & (count - 1)) == 0)
        bench->scopes = realloc(
            bench->scopes, (count ? 2 * count : 1) * sizeof(struct rt_scope *));
    demand(bench->scopes, "memory for scopes");
    bench->scopes[bench->scope_count++] = rt_scope_ref(scope);
    pthread_mutex_unlock(&bench->mutex);
}

static struct rt_future *create(void *env, struct rt_scope *scope)
{
    struct rt_fixture_bench *const bench = env;
    struct making *const making =
        rt_future_create(&making_type, sizeof *making);
    if (!making) return NULL;
    making->bench = bench;
    making->scope = rt_scope_ref(scope);
    if (bench->keeps_scopes) keep_scope(bench, scope);
    return &making->future;
}

/* ---- Running ---- */

/* P4: a live resource is one finalizer of a scope that is open. */
static unsigned check_resources(const struct rt_fixture_bench *bench)
{
    long finalizers = 0;
    for (size_t i = 0; i < bench->scope_count; i++)
        finalizers += (long)rt_scope_size(bench->scopes[i]);
    return finalizers == atomic_load(&bench->live) ? 0 : RT_ZIO_P(4);
}

static void check(struct rt_fixture_bench *bench, bool at_rest)
{
    unsigned broken = rt_zio_check(bench->pool, at_rest);
    if (at_rest && bench->keeps_scopes) broken |= check_resources(bench);
    const unsigned new_ones = broken & ~bench->allowed;
    for (unsigned number = 1; number <= 12; number++) {
        if (new_ones & ~bench->broken & RT_ZIO_P(number))
            fprintf(stderr, "P%u does not hold %s\n", number,
                at_rest ? "at rest" : "at a step");
    }
    bench->broken |= new_ones;
}

struct rt_zio_counts rt_fixture_counts(struct rt_fixture_bench *bench)
{
    return rt_zio_pool_counts(bench->pool);
}

void rt_fixture_settle(struct rt_fixture_bench *bench)
{
    if (bench->is_det) {
        while (rt_scheduler_step(bench->scheduler))
            check(bench, false);
    } else {
        rt_scheduler_run(bench->scheduler);
    }
    check(bench, true);
}

void rt_fixture_pass(struct rt_fixture_bench *bench, uint64_t span_ns)
{
    rt_fixture_settle(bench);
    rt_scheduler_run_for(bench->scheduler, span_ns);
    check(bench, true);
}

struct rt_task *rt_fixture_start(
    struct rt_fixture_bench *bench, struct rt_future *future)
{
    demand(future, "memory for a future");
    struct rt_task *const task = rt_task_spawn(bench->scheduler, future);
    demand(task, "memory for a task");
    return task;
}

void rt_fixture_close(struct rt_fixture_bench *bench, struct rt_scope *scope)
{
    struct rt_future *const closing = rt_scope_close(scope, 0);
    if (closing) rt_task_unref(rt_fixture_start(bench, closing));
    rt_fixture_settle(bench);
}

/* ---- The bench ---- */

void rt_fixture_bench_init(
    struct rt_fixture_bench *bench, struct rt_fixture_shape shape)
{
    *bench = (struct rt_fixture_bench){
        .scheduler = rt_scheduler_create(shape.threads),
        .owner = rt_scope_create(),
        .script = shape.script,
        .release_ns = shape.release_ns,
        .allowed = shape.allowed,
        .is_det = shape.threads == 0,
        .keeps_scopes = shape.threads == 0 || shape.keeps_scopes,
    };
    pthread_mutex_init(&bench->mutex, NULL);
    demand(bench->scheduler && bench->owner, "memory for a bench");
    const struct rt_zio_pool_options options = {
        .variant = rt_zio_variant_find(shape.variant),
        .scheduler = bench->scheduler,
        .creator = {.create = create, .env = bench},
        .min = shape.min,
        .max = shape.max,
        .ttl_ns = shape.ttl_ns,
    };
    demand(rt_zio_pool_create(&options, &bench->pool) == 0, "a pool");
}

void rt_fixture_bench_open(
    struct rt_fixture_bench *bench, struct rt_fixture_shape shape)
{
    rt_fixture_bench_init(bench, shape);
    rt_task_unref(
        rt_fixture_start(bench, rt_zio_pool_open(bench->pool, bench->owner)));
    rt_fixture_settle(bench);
}

void rt_fixture_bench_close_owner(struct rt_fixture_bench *bench)
{
    rt_fixture_close(bench, bench->owner);
}

/* What nobody has closed is closed here. */
static void close_orphans(struct rt_fixture_bench *bench)
{
    for (size_t i = 0; i < bench->scope_count; i++) {
        demand(!rt_scope_close(bench->scopes[i], 0), "no finalizer sleeps");
        rt_scope_unref(bench->scopes[i]);
    }
    free(bench->scopes);
}

void rt_fixture_bench_deinit(struct rt_fixture_bench *bench)
{
    rt_fixture_bench_close_owner(bench);
    rt_scope_unref(bench->owner);
    rt_zio_pool_unref(bench->pool);
    close_orphans(bench);
    demand(rt_scheduler_destroy(bench->scheduler) == 0, "all tasks are done");
    pthread_mutex_destroy(&bench->mutex);
    demand(bench->broken == 0, "no invariant is broken");
    demand(atomic_load(&bench->live) == 0, "no resource is live");
    demand(rt_object_live_all() == 0, "nothing lives");
}

/* ---- Gets ---- */

struct rt_fixture_get rt_fixture_get_in(
    struct rt_fixture_bench *bench, struct rt_scope *scope)
{
    const struct rt_fixture_get get = {
        .scope = rt_scope_ref(scope),
        .task = rt_fixture_start(bench, rt_zio_pool_get(bench->pool, scope)),
    };
    rt_fixture_settle(bench);
    return get;
}

struct rt_fixture_get rt_fixture_get(struct rt_fixture_bench *bench)
{
    struct rt_scope *const scope = rt_scope_create();
    demand(scope, "memory for a scope");
    const struct rt_fixture_get get = rt_fixture_get_in(bench, scope);
    rt_scope_unref(scope);
    return get;
}

int rt_fixture_get_status(const struct rt_fixture_get *get)
{
    demand(rt_task_is_done(get->task), "the get has ended");
    return rt_task_status(get->task);
}

static intptr_t value_of(const struct rt_fixture_get *get)
{
    struct rt_future *const join = rt_task_join(get->task);
    demand(join && rt_future_poll(join, &(struct rt_waker){0}) == RT_READY,
        "the get has ended");
    const intptr_t value = join->value;
    rt_future_drop(join);
    return value;
}

struct rt_object *rt_fixture_get_item(const struct rt_fixture_get *get)
{
    demand(rt_fixture_get_status(get) == 0, "the get went well");
    return (struct rt_object *)value_of(get);
}

long rt_fixture_get_number(const struct rt_fixture_get *get)
{
    if (rt_fixture_get_status(get) != 0) return value_of(get);
    return ((struct resource *)rt_fixture_get_item(get))->number;
}

void rt_fixture_get_close(
    struct rt_fixture_bench *bench, struct rt_fixture_get *get)
{
    rt_fixture_close(bench, get->scope);
    rt_scope_unref(get->scope);
    rt_task_unref(get->task);
}

/* ---- Users ---- */

enum user_state {
    USER_BEGINS,
    USER_GETS,
    USER_HOLDS,
    USER_CLOSES
};

struct user {
    struct rt_future future;
    struct rt_fixture_bench *bench; /* borrowed */
    struct rt_fixture_user plan;
    enum user_state state;
    struct rt_scope *scope; /* owner; open or NULL */
    struct rt_future *wait; /* owner; what it waits for */
};

static bool must_wait(struct user *user, const struct rt_waker *waker)
{
    return user->wait && rt_future_poll(user->wait, waker) == RT_PENDING;
}

static void begin_get(struct user *user)
{
    user->scope = rt_scope_create();
    demand(user->scope, "memory for a scope");
    user->wait = rt_zio_pool_get(user->bench->pool, user->scope);
    demand(user->wait, "memory for a get");
    user->state = USER_GETS;
}

/* Lets all others run once. */
static enum rt_poll poll_turn(
    struct rt_future *future, const struct rt_waker *waker)
{
    if (future->value) return rt_future_finish(future, 0, 1);
    future->value = 1;
    rt_waker_wake(waker);
    return RT_PENDING;
}

static struct rt_future *make_pause(const struct user *user)
{
    static const struct rt_future_type turn_type = {
        .object = {.kind = RT_FUTURE},
        .poll = poll_turn,
    };
    if (!user->plan.hold_ns)
        return rt_future_create(&turn_type, sizeof(struct rt_future));
    return rt_sleep(
        rt_scheduler_clock(user->bench->scheduler), user->plan.hold_ns);
}

/* It has an item. */
static void hold(struct user *user)
{
    struct rt_object *const item = (struct rt_object *)user->wait->value;
    if (user->wait->status == 0 && user->plan.invalidates)
        demand(rt_zio_pool_invalidate(user->bench->pool, item) == 0,
            "memory to invalidate");
    user->future.status = user->wait->status;
    rt_future_drop(user->wait);
    user->wait = make_pause(user);
    demand(user->wait, "memory for a pause");
    user->state = USER_HOLDS;
}

static void close_scope(struct user *user)
{
    rt_future_drop(user->wait);
    user->wait = rt_scope_close(user->scope, 0);
    user->state = USER_CLOSES;
}

static void end_round(struct user *user)
{
    rt_future_drop(user->wait);
    user->wait = NULL;
    rt_scope_unref(user->scope);
    user->scope = NULL;
    user->plan.rounds--;
    if (user->plan.persists && user->future.status != -EINTR)
        user->future.status = 0;
    user->state = USER_BEGINS;
}

static enum rt_poll poll_user(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct user *const user = (struct user *)future;
    for (;;) {
        if (must_wait(user, waker)) return RT_PENDING;
        if (user->state == USER_GETS)
            hold(user);
        else if (user->state == USER_HOLDS)
            close_scope(user);
        else if (user->state == USER_CLOSES)
            end_round(user);
        else if (user->plan.rounds == 0 || future->status != 0)
            return rt_future_finish(future, future->status, 0);
        else
            begin_get(user);
    }
}

/* Interrupted, it closes its scope; what that takes goes on by itself. */
static void drop_user(struct rt_object *object)
{
    struct user *const user = (struct user *)object;
    rt_future_drop(user->wait);
    if (!user->scope) return;
    struct rt_future *const closing = rt_scope_close(user->scope, -EINTR);
    if (closing) rt_task_unref(rt_fixture_start(user->bench, closing));
    rt_scope_unref(user->scope);
}

static const struct rt_future_type user_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_user},
    .poll = poll_user,
};

struct rt_task *rt_fixture_user(
    struct rt_fixture_bench *bench, struct rt_fixture_user plan)
{
    struct user *const user = rt_future_create(&user_type, sizeof *user);
    demand(user, "memory for a user");
    user->bench = bench;
    user->plan = plan;
    return rt_fixture_start(bench, &user->future);
}
