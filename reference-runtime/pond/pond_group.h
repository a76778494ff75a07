/* pond_group.h - tasks that are waited for together and fail together.
 *
 * Shape:     group -> pool, group -> future with one result a task that
 *            ended well. A group may be used again after a wait; results
 *            stay until the group goes.
 *            The group's context is a child of the pool's (or of one of the
 *            user's). Upstream cancels it on error and on stop only: the
 *            context of a group that went well stays with its parent, unless
 *            the variant cancels when done.
 * Ownership: counted; create gives the caller one reference. Tasks on their
 *            way hold the group.
 * Threads:   all calls from any thread.
 * Errors:    -EPIPE the group was stopped; else those of pond.h, or what a
 *            task returned.
 * Source:    Pond's group.go.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_GROUP_H
#define OL_RUNTIME_POND_GROUP_H

#include "reference-runtime/pond/pond.h"

struct rt_pond_group;

/* Makes a group in the context `parent`; NULL: the pool's own. Returns NULL
 * if there is no memory. */
OL_MUST_USE struct rt_pond_group *rt_pond_group_create(
    struct rt_pond *pond, struct rt_context *parent);

/* Gives a reference back; NULL is fine. */
void rt_pond_group_unref(struct rt_pond_group *group);

/* Returns the header of the group. */
const struct rt_object *rt_pond_group_object(const struct rt_pond_group *group);

/* Submits a task. A failure to do so is the group's failure too. */
OL_MUST_USE int rt_pond_group_submit(
    struct rt_pond_group *group, struct rt_pond_fn fn);

/* Makes a future that is ready when all tasks submitted so far have ended
 * well, or one has not; in either case not before none runs. Its status is 0
 * or the first error. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_future *rt_pond_group_done(struct rt_pond_group *group);

/* Has this thread wait for that. Returns its status, or -ENOMEM. */
OL_MUST_USE int rt_pond_group_wait(struct rt_pond_group *group);

/* Stores the values of the first `count` tasks, in order of submitting. */
void rt_pond_group_values(
    struct rt_pond_group *group, size_t count, long *values_out);

/* Cancels what has not begun. */
void rt_pond_group_stop(struct rt_pond_group *group);

/* Returns how many tasks have not ended. */
size_t rt_pond_group_pending(struct rt_pond_group *group);

/* Returns how many wait for tasks to end well, or for an error. */
size_t rt_pond_group_waiters(struct rt_pond_group *group);

/* Returns how many results the group holds. */
size_t rt_pond_group_results(struct rt_pond_group *group);

#endif
