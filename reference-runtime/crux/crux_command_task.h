/* crux_command_task.h - a future that a command runs.
 *
 * Ownership: the task owns its future and a reference to its handle. The
 *            command owns the task; before that, its queue of spawned ones.
 * Threads:   those of its command.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_TASK_H
#define OL_RUNTIME_CRUX_COMMAND_TASK_H

#include "reference-runtime/core/future.h"
#include "reference-runtime/crux/crux_join_handle.h"

struct rt_crux_command_task {
    struct rt_object object;
    struct rt_future *future;           /* owner */
    struct rt_crux_join_handle *handle; /* owner of a reference */
};

/* Makes a task; takes the future, in any case; NULL is no memory, too.
 * Returns NULL if there is none. */
OL_MUST_USE struct rt_crux_command_task *rt_crux_command_task_create(
    const struct rt_crux_command_variant *variant, struct rt_future *future);

/* Drops the task and its future: "completed", "cancelled" or "aborted". */
void rt_crux_command_task_drop(
    struct rt_crux_command_task *task, const char *how);

#endif
