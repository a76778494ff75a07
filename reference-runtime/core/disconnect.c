/* disconnect.c - work that its caller can leave at once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/disconnect.h"

#include "reference-runtime/core/task.h"

struct disconnected {
    struct rt_future future;
    struct rt_task *task;   /* owner */
    struct rt_future *join; /* owner */
};

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct disconnected *const disconnected = (struct disconnected *)future;
    struct rt_future *const join = disconnected->join;
    if (rt_future_poll(join, waker) == RT_PENDING) return RT_PENDING;
    return rt_future_finish(future, join->status, join->value);
}

/* An interrupt comes too late for a task that is done. */
static void drop(struct rt_object *object)
{
    struct disconnected *const disconnected = (struct disconnected *)object;
    rt_future_drop(disconnected->join);
    if (disconnected->task) rt_task_interrupt(disconnected->task);
    rt_task_unref(disconnected->task);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct disconnected *const disconnected =
        (const struct disconnected *)object;
    visit(object, "task", rt_task_object(disconnected->task), true, env);
    visit(object, "join", &disconnected->join->object, true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct disconnected, task, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct disconnected, join, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = fields,
            .drop = drop,
            .each_edge = each_edge,
        },
    .poll = poll,
};

struct rt_future *rt_disconnect(
    struct rt_scheduler *scheduler, struct rt_future *body)
{
    if (!body) return NULL;
    struct disconnected *const disconnected =
        rt_future_create(&type, sizeof *disconnected);
    if (!disconnected) {
        rt_future_drop(body);
        return NULL;
    }

    disconnected->task = rt_task_spawn(scheduler, body);
    if (disconnected->task)
        disconnected->join = rt_task_join(disconnected->task);
    if (disconnected->join) return &disconnected->future;
    rt_future_drop(&disconnected->future);
    return NULL;
}

struct rt_task *rt_disconnect_task(const struct rt_future *disconnected)
{
    return ((const struct disconnected *)disconnected)->task;
}
