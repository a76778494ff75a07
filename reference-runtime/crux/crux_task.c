/* crux_task.c - a task that its own wakers keep alive.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_task.h"

#include <pthread.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"

struct rt_crux_task {
    struct rt_object object;
    struct rt_crux_sender ready; /* owner */

    pthread_mutex_t mutex;    /* guards what follows, and each poll */
    struct rt_future *future; /* owner; NULL: is polled, or done */
};

static void drop_task(struct rt_object *object)
{
    struct rt_crux_task *const task = (struct rt_crux_task *)object;
    rt_future_drop(task->future);
    rt_crux_sender_drop(&task->ready);
    pthread_mutex_destroy(&task->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_task *const task = (const struct rt_crux_task *)object;
    rt_crux_sender_each_edge(&task->ready, object, visit, env);
    if (task->future) visit(object, "future", &task->future->object, true, env);
}

static const struct rt_object_field task_fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_task, ready.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_task, future, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type task_type = {
    .kind = RT_TASK,
    .fields = task_fields,
    .drop = drop_task,
    .each_edge = each_edge,
};

struct rt_crux_task *rt_crux_task_create(
    struct rt_future *future, const struct rt_crux_sender *ready)
{
    struct rt_crux_task *const task =
        rt_object_create(&task_type, sizeof *task);
    if (!task) {
        rt_future_drop(future);
        return NULL;
    }
    pthread_mutex_init(&task->mutex, NULL);
    task->ready = rt_crux_sender_clone(ready);
    task->future = future;
    return task;
}

struct rt_object *rt_crux_task_object(struct rt_crux_task *task)
{
    return &task->object;
}

/* ---- Its wakers ---- */

static void wake(void *data)
{
    struct rt_crux_task *const task = data;
    const struct rt_crux_item item = {.object = rt_object_ref(&task->object)};
    if (rt_crux_sender_send(&task->ready, item) != 0) abort();
}

static const struct rt_waker_type waker_type = {.wake = wake};

/* ---- Running ---- */

/* Returns the future if it is done, for the caller to drop. */
static struct rt_future *poll(struct rt_crux_task *task)
{
    const struct rt_waker waker = {&waker_type, task}; /* borrowed */
    struct rt_future *future = NULL;
    pthread_mutex_lock(&task->mutex);
    future = task->future;
    task->future = NULL;
    if (future && rt_future_poll(future, &waker) == RT_PENDING) {
        task->future = future;
        future = NULL;
    }
    pthread_mutex_unlock(&task->mutex);
    return future;
}

void rt_crux_task_run(struct rt_crux_task *task)
{
    ol_enter(task);
    struct rt_future *const done = poll(task);
    ol_leave(task);
    if (!done) return;
    rt_object_end(&task->object, "completed");
    rt_future_drop(done);
}
