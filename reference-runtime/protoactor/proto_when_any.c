/* proto_when_any.c - the first of several tasks to be over.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_when_any.h"

#include <errno.h>
#include <pthread.h>

#include "reference-runtime/core/step.h"

enum {
    NOBODY = -1
};

struct promise {
    struct rt_future future;
    bool keeps_losers;
    size_t count;
    atomic_int winner;
    /* Touched by the maker, then by whoever wins, or by drop if nobody has. */
    struct rt_proto_wait_task *tasks[RT_PROTO_WHEN_ANY_MOST]; /* owner */
    pthread_mutex_t mutex;
    /* Guarded by mutex. */
    bool is_over;
    struct rt_waker waker; /* owner */
};

/* ---- Objects ---- */

/* Has the tasks forget the promise, unless they are to keep it, and lets go
 * of them. */
static void let_go(struct promise *promise)
{
    for (size_t i = 0; i < promise->count; i++) {
        struct rt_proto_wait_task *const task = promise->tasks[i];
        if (!promise->keeps_losers)
            rt_proto_wait_task_forget(task, &promise->future.object);
        promise->tasks[i] = NULL;
        rt_proto_wait_task_unref(task);
    }
}

static void drop(struct rt_object *object)
{
    struct promise *const promise = (struct promise *)object;
    if (atomic_load(&promise->winner) == NOBODY) let_go(promise);
    rt_waker_drop(&promise->waker);
    pthread_mutex_destroy(&promise->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct promise *const promise = (const struct promise *)object;
    for (size_t i = 0; i < promise->count; i++) {
        const struct rt_proto_wait_task *const task = promise->tasks[i];
        if (task)
            visit(object, "tasks", rt_proto_wait_task_object(task), true, env);
    }
    rt_waker_each_edge(&promise->waker, object, "waker", visit, env);
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct promise *const promise = (struct promise *)future;
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&promise->mutex);
    const bool is_over = promise->is_over;
    if (!is_over) replaced = rt_waker_replace(&promise->waker, waker);
    pthread_mutex_unlock(&promise->mutex);
    rt_waker_drop(&replaced);
    if (!is_over) return RT_PENDING;
    return rt_future_finish(future, 0, atomic_load(&promise->winner));
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct promise, tasks[0], OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct promise, tasks[1], OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct promise, tasks[2], OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct promise, tasks[3], OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct promise, waker.data, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type type = {
    .object =
        {
            .kind = RT_PROMISE,
            .fields = fields,
            .drop = drop,
            .each_edge = each_edge,
        },
    .poll = poll,
};

/* ---- Who wins ---- */

static bool is_decided(struct promise *promise)
{
    return atomic_load(&promise->winner) != NOBODY;
}

/* The promise is over once the tasks have forgotten it: who waited for it is
 * free to let go of them then. */
static void decide(struct rt_object *target, size_t index)
{
    struct promise *const promise = (struct promise *)target;
    int nobody = NOBODY;
    if (!atomic_compare_exchange_strong(&promise->winner, &nobody, (int)index))
        return;

    rt_step("when-any-decided");
    let_go(promise);
    pthread_mutex_lock(&promise->mutex);
    promise->is_over = true;
    struct rt_waker waker = promise->waker;
    promise->waker = (struct rt_waker){0};
    pthread_mutex_unlock(&promise->mutex);
    rt_waker_fire(&waker);
}

/* Adds a continuation to a task. A winner may have told the task to forget it
 * before it was added (coreclr#9024): so look again. */
static int wait_for(
    struct promise *promise, struct rt_proto_wait_task *task, size_t index)
{
    const struct rt_proto_continuation continuation = {
        .run = decide,
        .target = &promise->future.object,
        .index = index,
        .keeps = promise->keeps_losers,
    };
    rt_step("when-any-add");
    const int err = rt_proto_wait_task_add(task, &continuation);
    if (err == -EALREADY) {
        decide(continuation.target, index);
        return 0;
    }
    rt_step("when-any-added");
    if (!err && is_decided(promise) && !promise->keeps_losers)
        rt_proto_wait_task_forget(task, continuation.target);
    return err;
}

struct rt_future *rt_proto_when_any(
    struct rt_proto_wait_task *const *tasks, size_t count, bool keeps_losers)
{
    struct promise *const promise = rt_future_create(&type, sizeof *promise);
    if (!promise) return NULL;
    pthread_mutex_init(&promise->mutex, NULL);
    atomic_init(&promise->winner, NOBODY);
    promise->keeps_losers = keeps_losers;
    promise->count = count;
    for (size_t i = 0; i < count; i++)
        promise->tasks[i] = rt_proto_wait_task_ref(tasks[i]);

    int err = 0;
    for (size_t i = 0; i < count && !err && !is_decided(promise); i++)
        err = wait_for(promise, tasks[i], i);
    if (!err) return &promise->future;
    rt_future_drop(&promise->future);
    return NULL;
}
