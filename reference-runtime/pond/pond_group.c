/* pond_group.c - tasks that are waited for together and fail together.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_group.h"

#include <errno.h>
#include <pthread.h>

#include "reference-runtime/core/task.h"
#include "reference-runtime/pond/pond_future.h"

struct rt_pond_group {
    struct rt_object object;
    struct rt_pond *pond;         /* owner */
    struct rt_context *parent;    /* owner; of the future's context */
    struct rt_pond_future future; /* its results are adopted by the group */

    pthread_mutex_t mutex;     /* guards what follows; above the future's */
    struct rt_wait_list waits; /* of wait.wait: for the last to end */
    size_t submitted;
    size_t pending;
};

/* Waits for results, then for the tasks that still run. */
struct wait {
    struct rt_future future;
    struct rt_pond_group *group; /* owner */
    struct rt_future *results;   /* owner */
    struct rt_wait wait;         /* in the group's waits */
};

static void drop(struct rt_object *object)
{
    struct rt_pond_group *const group = (struct rt_pond_group *)object;
    /* Nobody waits: who does so holds a reference. */
    if (rt_pond_future_deinit(&group->future) != 0) return;
    pthread_mutex_destroy(&group->mutex);
    rt_context_unref(group->parent);
    rt_pond_unref(group->pond);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_pond_group *const group =
        (const struct rt_pond_group *)object;
    rt_pond_future_each_edge(&group->future, visit, env);
}

static const struct rt_object_field group_fields[] = {
    RT_OBJECT_FIELD(struct rt_pond_group, pond, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond_group, parent, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond_group, future.context, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond_group, future.results, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type group_type = {
    .kind = RT_GROUP,
    .fields = group_fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_pond_group *rt_pond_group_create(
    struct rt_pond *pond, struct rt_context *parent)
{
    if (!parent) parent = rt_pond_context(pond);
    struct rt_context *const context = rt_context_create(parent);
    if (!context) return NULL;

    struct rt_pond_group *const group =
        rt_object_create(&group_type, sizeof *group);
    if (!group) goto fail_group;
    group->pond = rt_pond_ref(pond);
    group->parent = rt_context_ref(parent);
    rt_pond_future_init(&group->future, &group->object, context);
    pthread_mutex_init(&group->mutex, NULL);
    rt_wait_list_init(&group->waits);
    return group;

fail_group:
    rt_context_cancel(context, -ENOMEM);
    rt_context_unref(context);
    return NULL;
}

void rt_pond_group_unref(struct rt_pond_group *group)
{
    if (group) rt_object_unref(&group->object);
}

const struct rt_object *rt_pond_group_object(const struct rt_pond_group *group)
{
    return &group->object;
}

/* Takes out the waker of who has waited longest, if no task is left. Returns
 * whether there is one. */
static bool take_wait(struct rt_pond_group *group, struct rt_waker *out)
{
    pthread_mutex_lock(&group->mutex);
    struct rt_wait *const wait =
        group->pending == 0 ? rt_wait_list_take(&group->waits) : NULL;
    if (wait) {
        *out = wait->waker;
        wait->waker = (struct rt_waker){0};
    }
    pthread_mutex_unlock(&group->mutex);
    return wait != NULL;
}

static void settle(
    struct rt_object *listener, size_t index, int err, long value)
{
    struct rt_pond_group *const group = (struct rt_pond_group *)listener;
    struct rt_waker waker = {0};
    rt_pond_future_resolve(&group->future, index, err, value);

    pthread_mutex_lock(&group->mutex);
    group->pending--;
    pthread_mutex_unlock(&group->mutex);
    while (take_wait(group, &waker))
        rt_waker_fire(&waker);
}

/* Under the lock: nobody retires the context meanwhile. */
static int renew_context(struct rt_pond_group *group)
{
    if (!rt_pond_future_is_retired(&group->future)) return 0;
    struct rt_context *const context = rt_context_create(group->parent);
    if (!context) return -ENOMEM;
    rt_pond_future_renew(&group->future, context);
    return 0;
}

/* Counts one more task. Stores who is to be told of its end. */
static int enlist(struct rt_pond_group *group, struct rt_pond_listener *out)
{
    pthread_mutex_lock(&group->mutex);
    const int err = renew_context(group);
    if (!err) {
        *out = (struct rt_pond_listener){
            .object = rt_object_ref(&group->object),
            .settle = settle,
            .context = rt_pond_future_context(&group->future),
            .index = group->submitted++,
        };
        group->pending++;
    }
    pthread_mutex_unlock(&group->mutex);
    return err;
}

int rt_pond_group_submit(struct rt_pond_group *group, struct rt_pond_fn fn)
{
    struct rt_pond_listener listener;
    int err = enlist(group, &listener);
    if (err) {
        if (fn.drop) fn.drop(fn.env);
        return err;
    }
    struct rt_pond_closure *const closure =
        rt_pond_closure_create(fn, listener);
    err = -ENOMEM;
    if (closure) err = rt_pond_submit_closure(group->pond, closure, true);
    if (err) {
        rt_pond_closure_unref(closure);
        settle(&group->object, listener.index, err, 0);
    }
    return err;
}

/* ---- To wait ---- */

/* Returns whether no task is left; else waits for that. */
static bool await_last(struct wait *wait, const struct rt_waker *waker)
{
    struct rt_pond_group *const group = wait->group;
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&group->mutex);
    const bool has_ended = group->pending == 0;
    if (!has_ended) {
        replaced = rt_wait_list_add(&group->waits, &wait->wait, waker);
    } else if (wait->results->status == 0 &&
               rt_pond_variant(group->pond)->cancels_when_done) {
        rt_pond_future_retire(&group->future);
    }
    pthread_mutex_unlock(&group->mutex);
    rt_waker_drop(&replaced);
    return has_ended;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct wait *const wait = (struct wait *)future;
    struct rt_future *const results = wait->results;
    if (results->state == RT_PENDING &&
        rt_future_poll(results, waker) == RT_PENDING)
        return RT_PENDING;
    if (await_last(wait, waker))
        return rt_future_finish(future, results->status, 0);
    rt_task_waits(&wait->group->object);
    return RT_PENDING;
}

static void drop_wait(struct rt_object *object)
{
    struct wait *const wait = (struct wait *)object;
    struct rt_pond_group *const group = wait->group;
    rt_wait_leave(&wait->wait, &group->mutex);
    rt_future_drop(wait->results);
    rt_pond_group_unref(group);
}

static void each_edge_of_wait(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct wait *const wait = (const struct wait *)object;
    visit(object, "group", &wait->group->object, true, env);
    visit(object, "results", &wait->results->object, true, env);
    rt_waker_each_edge(&wait->wait.waker, object, "wait.waker", visit, env);
}

static const struct rt_object_field wait_fields[] = {
    RT_OBJECT_FIELD(struct wait, group, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct wait, results, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct wait, wait.link, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct wait, wait.list, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct wait, wait.waker.data, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type wait_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = wait_fields,
            .drop = drop_wait,
            .each_edge = each_edge_of_wait,
        },
    .poll = poll,
};

static size_t count_submitted(struct rt_pond_group *group)
{
    pthread_mutex_lock(&group->mutex);
    const size_t submitted = group->submitted;
    pthread_mutex_unlock(&group->mutex);
    return submitted;
}

struct rt_future *rt_pond_group_done(struct rt_pond_group *group)
{
    struct rt_future *const results =
        rt_pond_future_done(&group->future, count_submitted(group));
    if (!results) return NULL;
    struct wait *const wait = rt_future_create(&wait_type, sizeof *wait);
    if (!wait) {
        rt_future_drop(results);
        return NULL;
    }

    wait->group = rt_object_ref(&group->object);
    wait->results = results;
    rt_wait_init(&wait->wait);
    return &wait->future;
}

int rt_pond_group_wait(struct rt_pond_group *group)
{
    struct rt_future *const done = rt_pond_group_done(group);
    if (!done) return -ENOMEM;
    const int err = rt_future_block_on(done);
    rt_future_drop(done);
    return err;
}

void rt_pond_group_values(
    struct rt_pond_group *group, size_t count, long *values_out)
{
    rt_pond_future_values(&group->future, count, values_out);
}

void rt_pond_group_stop(struct rt_pond_group *group)
{
    rt_pond_future_cancel(&group->future, -EPIPE);
}

size_t rt_pond_group_pending(struct rt_pond_group *group)
{
    pthread_mutex_lock(&group->mutex);
    const size_t pending = group->pending;
    pthread_mutex_unlock(&group->mutex);
    return pending;
}

size_t rt_pond_group_waiters(struct rt_pond_group *group)
{
    return rt_pond_future_waiters(&group->future);
}

size_t rt_pond_group_results(struct rt_pond_group *group)
{
    return rt_pond_future_count(&group->future);
}
