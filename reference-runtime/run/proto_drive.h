/* proto_drive.h - an endpoint that is driven step by step.
 *
 * Shape:     the endpoint's loop is a task of a scheduler without threads.
 *            A step lets it run until it waits, and takes what it has sent.
 * Threads:   one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_DRIVE_H
#define OL_RUNTIME_PROTO_DRIVE_H

#include "reference-runtime/core/task.h"
#include "reference-runtime/protoactor/proto_loop.h"
#include "reference-runtime/run/truth.h"

struct rt_proto_drive {
    struct rt_scheduler *scheduler;     /* owner */
    struct rt_proto_endpoint *endpoint; /* owner */
    struct rt_task *task;               /* owner; runs the loop */
    long sent;
    long received; /* messages in batches that were taken */
};

/* What is live while an endpoint waits, or after it has ended. */
struct rt_proto_remains {
    long ring_data, ring_priority;
    long pending;   /* of those in rings */
    long cancelled; /* of those in rings */
    long ops, tasks, registrations;
    long continuations, promises;
};

/* Makes an endpoint of that version, and lets it run until it waits. Returns
 * 0 or -ENOMEM; deinit is due in both cases. */
OL_MUST_USE int rt_proto_drive_init(
    struct rt_proto_drive *drive, const char *variant);

/* Sends a message. Returns 0, -EPIPE or -ENOMEM. */
OL_MUST_USE int rt_proto_drive_send(
    struct rt_proto_drive *drive, bool has_priority);

/* Lets the loop run until it waits. */
void rt_proto_drive_step(struct rt_proto_drive *drive);

/* Disposes of the endpoint and lets the loop end. */
void rt_proto_drive_dispose(struct rt_proto_drive *drive);

/* Disposes of the endpoint if need be, and frees it. Returns 0 or -EBUSY. */
OL_MUST_USE int rt_proto_drive_deinit(struct rt_proto_drive *drive);

/* Returns what is live. */
struct rt_proto_remains rt_proto_drive_remains(
    const struct rt_proto_drive *drive);

/* Adds a row for each of them. */
void rt_proto_remains_add(
    const struct rt_proto_remains *remains, struct rt_truth *out);

/* ---- What should be ---- */

/* Returns what is live while an endpoint of that version waits, after so many
 * turns since its first wait that were all begun by the one channel, while
 * nothing was written to the other. */
struct rt_proto_remains rt_proto_remains_after(
    const struct rt_proto_variant *variant, long turns, bool has_priority);

#endif
