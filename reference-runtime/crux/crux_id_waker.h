/* crux_id_waker.h - a waker that knows but the number of its task.
 *
 * Shape:     id waker -> sender of the executor's ready queue; to wake sends
 *            the number. It does not lead to the task: that is what cuts the
 *            cycle of crux_task.h.
 *            A number is used again when its task is done; a late wake may
 *            thus have another task polled once too often, which futures
 *            have to bear.
 * Ownership: a clone is a reference to the same object.
 * Threads:   all calls from any thread.
 * Errors:    to wake a task whose executor is gone does nothing; without
 *            memory it aborts, as Rust does.
 * Source:    crux_core 0.9.1, capability/executor.rs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_ID_WAKER_H
#define OL_RUNTIME_CRUX_ID_WAKER_H

#include "reference-runtime/crux/crux_channel.h"

/* Makes a waker for the task of that number. Returns nobody if there is no
 * memory. */
OL_MUST_USE struct rt_waker rt_crux_id_waker_create(
    uint32_t id, const struct rt_crux_sender *ready);

#endif
