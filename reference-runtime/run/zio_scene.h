/* zio_scene.h - a scheduler and an owner's scope, and pools step by step.
 *
 * Shape:     each step starts one thing and lets tasks run until none can.
 * Ownership: the caller's storage.
 * Threads:   one, beside those of the scheduler.
 * Errors:    negative errno; -EINPROGRESS: it is not done, and goes on when
 *            something else lets it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_SCENE_H
#define OL_RUNTIME_ZIO_SCENE_H

#include "reference-runtime/core/scope.h"
#include "reference-runtime/core/task.h"

struct rt_zio_scene {
    struct rt_scheduler *scheduler; /* owner */
    struct rt_scope *owner;         /* owner; NULL once closed */
};

/* Makes one with so many threads; 0 is det mode. Returns 0, or -ENOMEM. */
OL_MUST_USE int rt_zio_scene_init(struct rt_zio_scene *scene, unsigned threads);

/* Closes the owner's scope if that was not done, and ends the scheduler.
 * Returns -EBUSY, or -EINPROGRESS, if there are tasks that do not end. */
OL_MUST_USE int rt_zio_scene_deinit(struct rt_zio_scene *scene);

/* Starts the future, NULL for want of memory, in a task. Returns that, or
 * NULL without memory. */
OL_MUST_USE struct rt_task *rt_zio_scene_start(
    struct rt_zio_scene *scene, struct rt_future *future);

/* Returns the status of a task; `value`, if not NULL, gets its value. */
OL_MUST_USE int rt_zio_scene_result(struct rt_task *task, intptr_t *value);

/* Starts a future and forgets its task. Returns its status; `value`, if not
 * NULL, gets its value. */
OL_MUST_USE int rt_zio_scene_await(
    struct rt_zio_scene *scene, struct rt_future *future, intptr_t *value);

/* Interrupts a task, lets that have its effect, and gives the handle back. */
void rt_zio_scene_interrupt(struct rt_zio_scene *scene, struct rt_task *task);

/* Closes the scope and gives it back. */
OL_MUST_USE int rt_zio_scene_close(
    struct rt_zio_scene *scene, struct rt_scope *scope, int exit);

/* Closes the owner's scope: what it owns ends. */
OL_MUST_USE int rt_zio_scene_stop(struct rt_zio_scene *scene);

#endif
