/* pond_task.c - one submitted task, as seen by who waits for it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_task.h"

#include <errno.h>

#include "reference-runtime/pond/pond_future.h"

struct rt_pond_task {
    struct rt_object object;
    struct rt_pond_future future;
};

static void drop(struct rt_object *object)
{
    struct rt_pond_task *const task = (struct rt_pond_task *)object;
    /* Nobody waits: who does so holds a reference. */
    if (rt_pond_future_deinit(&task->future) != 0) return;
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_pond_task *const task = (const struct rt_pond_task *)object;
    rt_pond_future_each_edge(&task->future, visit, env);
}

static const struct rt_object_field task_fields[] = {
    RT_OBJECT_FIELD(struct rt_pond_task, future.context, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond_task, future.results, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type task_type = {
    .kind = RT_TASK,
    .fields = task_fields,
    .drop = drop,
    .each_edge = each_edge,
};

static void settle(
    struct rt_object *listener, size_t index, int err, long value)
{
    struct rt_pond_task *const task = (struct rt_pond_task *)listener;
    rt_pond_future_resolve(&task->future, index, err, value);
    rt_pond_future_retire(&task->future);
    rt_object_end(listener, err ? "failed" : "completed");
}

static struct rt_pond_task *create(struct rt_pond *pond)
{
    struct rt_context *const context = rt_context_create(rt_pond_context(pond));
    if (!context) return NULL;
    struct rt_pond_task *const task =
        rt_object_create(&task_type, sizeof *task);
    if (!task) goto fail_task;
    rt_pond_future_init(&task->future, &task->object, context);
    return task;

fail_task:
    rt_context_cancel(context, -ENOMEM);
    rt_context_unref(context);
    return NULL;
}

static int submit(struct rt_pond *pond, struct rt_pond_fn fn, bool may_block,
    struct rt_pond_task **out)
{
    struct rt_pond_task *const task = create(pond);
    if (!task) {
        if (fn.drop) fn.drop(fn.env);
        return -ENOMEM;
    }
    const struct rt_pond_listener listener = {
        .object = rt_object_ref(&task->object),
        .settle = settle,
        .context = rt_pond_future_context(&task->future),
    };
    struct rt_pond_closure *const closure =
        rt_pond_closure_create(fn, listener);
    int err = closure ? 0 : -ENOMEM;
    if (!err) err = rt_pond_submit_closure(pond, closure, may_block);
    if (err) {
        rt_pond_closure_unref(closure);
        settle(&task->object, 0, err, 0);
        rt_pond_task_unref(task);
        return err;
    }
    *out = task;
    return 0;
}

int rt_pond_submit(
    struct rt_pond *pond, struct rt_pond_fn fn, struct rt_pond_task **out)
{
    return submit(pond, fn, true, out);
}

int rt_pond_try_submit(
    struct rt_pond *pond, struct rt_pond_fn fn, struct rt_pond_task **out)
{
    return submit(pond, fn, false, out);
}

int rt_pond_task_wait(struct rt_pond_task *task, long *value_out)
{
    const int err = rt_pond_future_wait(&task->future, 1);
    if (!err && value_out) rt_pond_future_values(&task->future, 1, value_out);
    return err;
}

void rt_pond_task_unref(struct rt_pond_task *task)
{
    if (task) rt_object_unref(&task->object);
}
