/* proto_wait_task.h - a wait as a task: others may continue when it is over.
 *
 * Shape:     a result and the continuations that wait for it, in the order in
 *            which they came. A continuation is an object of its own: whom
 *            to tell, and as which of the tasks that he waits for.
 * Units:     a result is 1 there is something, 0 there will be nothing more,
 *            a negative errno, -ECANCELED if the wait was cancelled; and
 *            -EINPROGRESS while there is none.
 * Ownership: counted. The task owns its continuations until it is over; they
 *            hold their target weakly, unless they are to keep it.
 * Threads:   all calls from any thread; one lock a task, taken inside, never
 *            while a continuation runs.
 * Errors:    the makers return NULL when there is no memory.
 * Source:    .NET's Task<bool> as made by ValueTask.AsTask, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_WAIT_TASK_H
#define OL_RUNTIME_PROTO_WAIT_TASK_H

#include "reference-runtime/core/object.h"

struct rt_proto_wait_task;

/* Tells the target that its task at that index is over. */
typedef void (*rt_proto_continue_fn)(struct rt_object *target, size_t index);

struct rt_proto_continuation {
    rt_proto_continue_fn run;
    struct rt_object *target; /* not told any more once it is gone */
    size_t index;
    bool keeps; /* the target, until it has been told */
};

/* Makes a task with that result, or without one. */
OL_MUST_USE struct rt_proto_wait_task *rt_proto_wait_task_create(int result);

/* Takes one more reference. Returns the task. */
struct rt_proto_wait_task *rt_proto_wait_task_ref(
    struct rt_proto_wait_task *task);

/* Gives a reference back; NULL is fine. */
void rt_proto_wait_task_unref(struct rt_proto_wait_task *task);

/* Returns the header of the task. */
const struct rt_object *rt_proto_wait_task_object(
    const struct rt_proto_wait_task *task);

/* Returns the result, or -EINPROGRESS. */
int rt_proto_wait_task_result(const struct rt_proto_wait_task *task);

/* Sets the result, once, and runs the continuations. */
void rt_proto_wait_task_complete(struct rt_proto_wait_task *task, int result);

/* Adds a continuation. Returns 0, -EALREADY if the task is over, or
 * -ENOMEM. */
OL_MUST_USE int rt_proto_wait_task_add(struct rt_proto_wait_task *task,
    const struct rt_proto_continuation *continuation);

/* Takes out the continuation for that target, if there is one. */
void rt_proto_wait_task_forget(
    struct rt_proto_wait_task *task, const struct rt_object *target);

/* Returns how many continuations the task has. */
size_t rt_proto_wait_task_continuations(struct rt_proto_wait_task *task);

#endif
