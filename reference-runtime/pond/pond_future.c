/* pond_future.c - the results of many tasks, waited for together.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_future.h"

#include <errno.h>
#include <stdlib.h>

#include "base/checked.h"
#include "include/outlive/outlive.h"
#include "reference-runtime/core/task.h"

struct rt_pond_result {
    struct rt_object object;
    size_t index;
    long value;
};

/* Who waits for so many results. */
struct wait {
    struct rt_future future;
    struct rt_pond_future *of;   /* borrowed */
    struct rt_future *cancelled; /* owner; of the context */
    size_t count;
    struct rt_wait wait; /* in the waits of the pond future */
};

static const struct rt_object_type result_type = {.kind = RT_RESULT};

void rt_pond_future_init(struct rt_pond_future *future,
    const struct rt_object *owner, struct rt_context *context)
{
    *future = (struct rt_pond_future){.owner = owner, .context = context};
    pthread_mutex_init(&future->mutex, NULL);
    rt_wait_list_init(&future->waits);
}

int rt_pond_future_deinit(struct rt_pond_future *future)
{
    pthread_mutex_lock(&future->mutex);
    const bool busy = future->waits.count > 0;
    pthread_mutex_unlock(&future->mutex);
    if (busy) return -EBUSY;

    for (size_t i = 0; i < future->count; i++)
        rt_object_unref(&future->results[i]->object);
    free(future->results);
    rt_context_unref(future->context);
    pthread_mutex_destroy(&future->mutex);
    return 0;
}

/* Makes room for one more result, under the lock. */
static int reserve(struct rt_pond_future *future)
{
    if (future->count < future->capacity) return 0;

    const size_t capacity = future->capacity ? 2 * future->capacity : 8;
    size_t bytes = 0;
    if (!ol_checked_mul(capacity, sizeof(struct rt_pond_result *), &bytes))
        return -ENOMEM;
    struct rt_pond_result **const results = realloc(future->results, bytes);
    if (!results) return -ENOMEM;
    ol_adopt(future->owner, results);
    future->results = results;
    future->capacity = capacity;
    return 0;
}

static int append(struct rt_pond_future *future, size_t index, long value)
{
    if (reserve(future) != 0) return -ENOMEM;

    struct rt_pond_result *const result =
        rt_object_create(&result_type, sizeof *result);
    if (!result) return -ENOMEM;
    ol_adopt(future->owner, result);
    result->index = index;
    result->value = value;
    future->results[future->count++] = result;
    return 0;
}

/* Returns whether waiting for `count` is over, and stores how. Under the
 * lock. */
static bool has_ended(
    const struct rt_pond_future *future, size_t count, int *err_out)
{
    const int cause = rt_context_cause(future->context);
    *err_out = 0;
    if (future->count >= count) return true;
    *err_out = future->error ? future->error : cause;
    return *err_out != 0;
}

/* Takes out the waker of one whose wait is over. Returns whether there is
 * one. */
static bool take_ended(struct rt_pond_future *future, struct rt_waker *out)
{
    bool is_found = false;
    pthread_mutex_lock(&future->mutex);
    OL_LIST_FOR_EACH(link, &future->waits.waits) {
        struct wait *const wait = OL_LIST_ENTRY(link, struct wait, wait.link);
        int err = 0;
        is_found = has_ended(future, wait->count, &err);
        if (is_found) *out = rt_wait_remove(&wait->wait);
        if (is_found) break;
    }
    pthread_mutex_unlock(&future->mutex);
    return is_found;
}

void rt_pond_future_resolve(
    struct rt_pond_future *future, size_t index, int err, long value)
{
    pthread_mutex_lock(&future->mutex);
    if (!err && !rt_context_cause(future->context))
        err = append(future, index, value);
    pthread_mutex_unlock(&future->mutex);
    if (err) rt_pond_future_cancel(future, err);

    struct rt_waker waker = {0};
    while (take_ended(future, &waker))
        rt_waker_fire(&waker);
}

/* ---- To wait ---- */

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct wait *const wait = (struct wait *)future;
    struct rt_pond_future *const of = wait->of;
    struct rt_waker replaced = {0};
    int err = 0;
    pthread_mutex_lock(&of->mutex);
    const bool is_over = has_ended(of, wait->count, &err);
    if (!is_over) replaced = rt_wait_list_add(&of->waits, &wait->wait, waker);
    pthread_mutex_unlock(&of->mutex);
    rt_waker_drop(&replaced);

    if (is_over) return rt_future_finish(future, err, 0);
    if (rt_future_poll(wait->cancelled, waker) == RT_READY)
        return rt_future_finish(future, wait->cancelled->status, 0);
    rt_task_waits(of->owner);
    return RT_PENDING;
}

static void drop_wait(struct rt_object *object)
{
    struct wait *const wait = (struct wait *)object;
    rt_wait_leave(&wait->wait, &wait->of->mutex);
    rt_future_drop(wait->cancelled);
}

static void each_edge_of_wait(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct wait *const wait = (const struct wait *)object;
    visit(object, "cancelled", &wait->cancelled->object, true, env);
    rt_waker_each_edge(&wait->wait.waker, object, "wait.waker", visit, env);
}

static const struct rt_object_field wait_fields[] = {
    RT_OBJECT_FIELD(struct wait, of, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct wait, cancelled, OL_FIELD_STRONG),
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

struct rt_future *rt_pond_future_done(
    struct rt_pond_future *future, size_t count)
{
    struct rt_context *const context = rt_pond_future_context(future);
    struct rt_future *const cancelled = rt_context_done(context);
    rt_context_unref(context);
    if (!cancelled) return NULL;
    struct wait *const wait = rt_future_create(&wait_type, sizeof *wait);
    if (!wait) {
        rt_future_drop(cancelled);
        return NULL;
    }

    wait->of = future;
    wait->cancelled = cancelled;
    wait->count = count;
    rt_wait_init(&wait->wait);
    return &wait->future;
}

int rt_pond_future_wait(struct rt_pond_future *future, size_t count)
{
    struct rt_future *const done = rt_pond_future_done(future, count);
    if (!done) return -ENOMEM;
    const int err = rt_future_block_on(done);
    rt_future_drop(done);
    return err;
}

size_t rt_pond_future_waiters(struct rt_pond_future *future)
{
    pthread_mutex_lock(&future->mutex);
    const size_t waiters = future->waits.count;
    pthread_mutex_unlock(&future->mutex);
    return waiters;
}

/* ---- Results ---- */

void rt_pond_future_values(
    struct rt_pond_future *future, size_t count, long *values_out)
{
    pthread_mutex_lock(&future->mutex);
    for (size_t i = 0; i < future->count; i++) {
        const struct rt_pond_result *const result = future->results[i];
        if (result->index < count) values_out[result->index] = result->value;
    }
    pthread_mutex_unlock(&future->mutex);
}

size_t rt_pond_future_count(struct rt_pond_future *future)
{
    pthread_mutex_lock(&future->mutex);
    const size_t count = future->count;
    pthread_mutex_unlock(&future->mutex);
    return count;
}

static void cancel_context(struct rt_pond_future *future, int cause)
{
    struct rt_context *const context = rt_pond_future_context(future);
    rt_context_cancel(context, cause);
    rt_context_unref(context);
}

void rt_pond_future_cancel(struct rt_pond_future *future, int cause)
{
    pthread_mutex_lock(&future->mutex);
    if (!future->error) future->error = cause;
    future->is_retired = false;
    pthread_mutex_unlock(&future->mutex);
    cancel_context(future, cause);
}

void rt_pond_future_retire(struct rt_pond_future *future)
{
    pthread_mutex_lock(&future->mutex);
    future->is_retired = !future->error;
    pthread_mutex_unlock(&future->mutex);
    cancel_context(future, -ECANCELED);
}

bool rt_pond_future_is_retired(struct rt_pond_future *future)
{
    pthread_mutex_lock(&future->mutex);
    const bool is_retired = future->is_retired;
    pthread_mutex_unlock(&future->mutex);
    return is_retired;
}

void rt_pond_future_renew(
    struct rt_pond_future *future, struct rt_context *context)
{
    pthread_mutex_lock(&future->mutex);
    struct rt_context *const retired = future->context;
    future->context = context;
    future->is_retired = false;
    pthread_mutex_unlock(&future->mutex);
    rt_context_unref(retired);
}

struct rt_context *rt_pond_future_context(struct rt_pond_future *future)
{
    pthread_mutex_lock(&future->mutex);
    struct rt_context *const context = rt_context_ref(future->context);
    pthread_mutex_unlock(&future->mutex);
    return context;
}

void rt_pond_future_each_edge(
    const struct rt_pond_future *future, rt_object_edge_fn visit, void *env)
{
    visit(future->owner, "future.context", rt_context_object(future->context),
        true, env);
    for (size_t i = 0; i < future->count; i++) {
        visit(future->owner, "future.results", &future->results[i]->object,
            true, env);
    }
}
