/* zio_scene.c - a scheduler and an owner's scope, and pools step by step.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_scene.h"

#include <errno.h>

int rt_zio_scene_init(struct rt_zio_scene *scene, unsigned threads)
{
    *scene = (struct rt_zio_scene){0};
    scene->scheduler = rt_scheduler_create(threads);
    if (!scene->scheduler) return -ENOMEM;
    scene->owner = rt_scope_create();
    if (scene->owner) return 0;

    const int busy = rt_scheduler_destroy(scene->scheduler);
    return busy ? busy : -ENOMEM;
}

int rt_zio_scene_deinit(struct rt_zio_scene *scene)
{
    const int err = rt_zio_scene_stop(scene);
    const int busy = rt_scheduler_destroy(scene->scheduler);
    return err ? err : busy;
}

struct rt_task *rt_zio_scene_start(
    struct rt_zio_scene *scene, struct rt_future *future)
{
    if (!future) return NULL;
    struct rt_task *const task = rt_task_spawn(scene->scheduler, future);
    rt_scheduler_run(scene->scheduler);
    return task;
}

int rt_zio_scene_result(struct rt_task *task, intptr_t *value)
{
    if (!value)
        return rt_task_is_done(task) ? rt_task_status(task) : -EINPROGRESS;

    struct rt_future *const join = rt_task_join(task);
    const struct rt_waker nobody = {0};
    if (!join) return -ENOMEM;
    const bool is_done = rt_future_poll(join, &nobody) == RT_READY;
    const int status = is_done ? join->status : -EINPROGRESS;
    *value = join->value;
    rt_future_drop(join);
    return status;
}

int rt_zio_scene_await(
    struct rt_zio_scene *scene, struct rt_future *future, intptr_t *value)
{
    struct rt_task *const task = rt_zio_scene_start(scene, future);
    if (!task) return -ENOMEM;
    const int status = rt_zio_scene_result(task, value);
    rt_task_unref(task);
    return status;
}

void rt_zio_scene_interrupt(struct rt_zio_scene *scene, struct rt_task *task)
{
    rt_task_interrupt(task);
    rt_scheduler_run(scene->scheduler);
    rt_task_unref(task);
}

int rt_zio_scene_close(
    struct rt_zio_scene *scene, struct rt_scope *scope, int exit)
{
    struct rt_future *const closing = rt_scope_close(scope, exit);
    rt_scope_unref(scope);
    return closing ? rt_zio_scene_await(scene, closing, NULL) : 0;
}

int rt_zio_scene_stop(struct rt_zio_scene *scene)
{
    struct rt_scope *const owner = scene->owner;
    scene->owner = NULL;
    return owner ? rt_zio_scene_close(scene, owner, 0) : 0;
}
