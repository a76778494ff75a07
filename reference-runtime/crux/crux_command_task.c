/* crux_command_task.c - a future that a command runs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_command_task.h"

static void drop(struct rt_object *object)
{
    struct rt_crux_command_task *const task =
        (struct rt_crux_command_task *)object;
    rt_future_drop(task->future);
    rt_crux_join_handle_leave(task->handle);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_command_task *const task =
        (const struct rt_crux_command_task *)object;
    visit(object, "future", &task->future->object, true, env);
    visit(
        object, "handle", rt_crux_join_handle_object(task->handle), true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_command_task, future, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_command_task, handle, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_TASK,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_crux_command_task *rt_crux_command_task_create(
    const struct rt_crux_command_variant *variant, struct rt_future *future)
{
    if (!future) return NULL;
    struct rt_crux_join_handle *const handle =
        rt_crux_join_handle_create(variant);
    if (!handle) goto fail_handle;
    struct rt_crux_command_task *const task =
        rt_object_create(&type, sizeof *task);
    if (!task) goto fail_task;
    task->future = future;
    task->handle = handle;
    return task;

fail_task:
    rt_crux_join_handle_unref(handle);
fail_handle:
    rt_future_drop(future);
    return NULL;
}

void rt_crux_command_task_drop(
    struct rt_crux_command_task *task, const char *how)
{
    rt_object_end(&task->object, how);
    rt_object_unref(&task->object);
}
