/* pond_future.c - the results of many tasks, waited for together.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_future.h"

#include <errno.h>
#include <stdlib.h>

#include "base/checked.h"
#include "include/outlive/outlive.h"

struct rt_pond_result {
    struct rt_object object;
    size_t index;
    long value;
};

static const struct rt_object_type result_type = {.kind = RT_RESULT};

void rt_pond_future_init(struct rt_pond_future *future,
    const struct rt_object *owner, struct rt_context *context)
{
    *future = (struct rt_pond_future){.owner = owner, .context = context};
    pthread_mutex_init(&future->mutex, NULL);
    pthread_cond_init(&future->changed, NULL);
}

int rt_pond_future_deinit(struct rt_pond_future *future)
{
    pthread_mutex_lock(&future->mutex);
    const bool busy = future->waiters > 0;
    pthread_mutex_unlock(&future->mutex);
    if (busy) return -EBUSY;

    for (size_t i = 0; i < future->count; i++)
        rt_object_unref(&future->results[i]->object);
    free(future->results);
    rt_context_unref(future->context);
    pthread_cond_destroy(&future->changed);
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

void rt_pond_future_resolve(
    struct rt_pond_future *future, size_t index, int err, long value)
{
    pthread_mutex_lock(&future->mutex);
    if (!err && !rt_context_cause(future->context))
        err = append(future, index, value);
    pthread_cond_broadcast(&future->changed);
    pthread_mutex_unlock(&future->mutex);

    if (err) rt_pond_future_cancel(future, err);
}

/* Returns whether waiting for `count` is over, and stores how. */
static bool has_ended(
    const struct rt_pond_future *future, size_t count, int *err_out)
{
    const int cause = rt_context_cause(future->context);
    *err_out = 0;
    if (future->count >= count) return true;
    *err_out = future->error ? future->error : cause;
    return *err_out != 0;
}

/* The context was cancelled: its lock is held, ours comes after it. */
static void wake(void *env)
{
    struct rt_pond_future *const future = env;
    pthread_mutex_lock(&future->mutex);
    pthread_cond_broadcast(&future->changed);
    pthread_mutex_unlock(&future->mutex);
}

int rt_pond_future_wait(struct rt_pond_future *future, size_t count)
{
    struct rt_context_watcher watcher = {.cancelled = wake, .env = future};
    /* A reference: meanwhile somebody may put another in its place. */
    struct rt_context *const context = rt_pond_future_context(future);
    int err = rt_context_watch(context, &watcher);
    if (err) goto fail_watch;

    pthread_mutex_lock(&future->mutex);
    future->waiters++;
    while (!has_ended(future, count, &err))
        pthread_cond_wait(&future->changed, &future->mutex);
    future->waiters--;
    pthread_mutex_unlock(&future->mutex);

    rt_context_unwatch(context, &watcher);
fail_watch:
    rt_context_unref(context);
    return err;
}

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

size_t rt_pond_future_waiters(struct rt_pond_future *future)
{
    pthread_mutex_lock(&future->mutex);
    const size_t waiters = future->waiters;
    pthread_mutex_unlock(&future->mutex);
    return waiters;
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
