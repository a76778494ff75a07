/* task.h - a future that is run by a scheduler, and can be interrupted.
 *
 * Shape:     READY (in the run queue) -> RUNNING -> SLEEPING -> READY … ->
 *            DONE. An interrupt is sticky: it stays pending until the task
 *            is done. It takes effect where the task is not masked: before
 *            its first poll, while it sleeps, and at the end of the poll in
 *            which it unmasks, the task is done with -EINTR, and its body
 *            dropped unasked. It also wakes a task that is masked. A body
 *            that is ready first is done as it says.
 * Units:     status is the body's, or -EINTR.
 * Ownership: spawn takes the body, and has dropped it when the task is done.
 *            Handles are counted; giving the last one back does not end the
 *            task. One that nobody can wake or ask for any more is dropped
 *            with its body; but a wait in its own body is one who can.
 * Threads:   all calls from any thread, those on "the current task" from
 *            within a poll.
 * Errors:    spawn returns NULL when there is no memory, and has dropped the
 *            body.
 * Source:    ZIO's fibers, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_TASK_H
#define OL_RUNTIME_TASK_H

#include "reference-runtime/core/future.h"
#include "reference-runtime/core/scheduler.h"

struct rt_task;

/* Starts a task. Returns a handle. */
OL_MUST_USE struct rt_task *rt_task_spawn(
    struct rt_scheduler *scheduler, struct rt_future *body);

/* Takes one more reference. Returns the task. */
struct rt_task *rt_task_ref(struct rt_task *task);

/* Gives a reference back; NULL is fine. */
void rt_task_unref(struct rt_task *task);

/* Returns its header. */
const struct rt_object *rt_task_object(const struct rt_task *task);

/* Asks the task to end; does not wait for that. */
void rt_task_interrupt(struct rt_task *task);

bool rt_task_is_done(const struct rt_task *task);

/* Returns the status; only of a task that is done. */
int rt_task_status(const struct rt_task *task);

/* Makes a future that is ready, with the task's status and value, when the
 * task is done. It holds the task. */
OL_MUST_USE struct rt_future *rt_task_join(struct rt_task *task);

/* ---- The current task: from within a poll ---- */

/* Returns the task that polls on this thread, borrowed, or NULL. */
struct rt_task *rt_task_current(void);

/* Holds interrupts back until the matching unmask; nests. Stays in force
 * while the task sleeps. */
void rt_task_mask(struct rt_task *task);
void rt_task_unmask(struct rt_task *task);
bool rt_task_is_masked(const struct rt_task *task);

/* Returns whether an interrupt is pending and nothing holds it back: the
 * body should end now. */
bool rt_task_must_end(const struct rt_task *task);

/* Makes a future that is ready once an interrupt is pending, masked or not.
 * It is for the body of that very task, and keeps no reference to it. */
OL_MUST_USE struct rt_future *rt_task_interrupted(struct rt_task *task);

/* Tells outlive that the current task, if there is one, waits for `on`; for
 * the polls of what is waited for. */
void rt_task_waits(const struct rt_object *on);

#endif
