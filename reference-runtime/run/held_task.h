/* held_task.h - the task that workloads submit: it waits at a gate.
 *
 * Ownership: the task holds a reference to the payload; the gate is borrowed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_HELD_TASK_H
#define OL_RUNTIME_HELD_TASK_H

#include "reference-runtime/core/gate.h"
#include "reference-runtime/core/payload.h"
#include "reference-runtime/pond/pond_closure.h"

/* Makes a task that passes the gate, NULL meaning none, then touches the
 * payload, NULL meaning none; its value is the payload's first byte. */
struct rt_pond_fn rt_held_task(
    struct rt_gate *gate, struct rt_payload *payload);

#endif
