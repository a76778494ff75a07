/* proto_when_any.h - the first of several tasks to be over.
 *
 * Shape:     a promise, which is a future; its value is the index of the task
 *            that won. It adds a continuation to each task. When one has won
 *            the others are told to forget theirs, or, as in .NET before
 *            coreclr#9011 was mended, keep them, and with them the promise.
 * Ownership: the caller's, as any future; it holds its tasks until one has
 *            won. Continuations hold it weakly, or strongly if kept.
 * Threads:   tasks may be over on any thread. One lock a promise, never held
 *            while a task is called.
 * Errors:    create returns NULL when there is no memory.
 * Source:    .NET's Task.WhenAny, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_WHEN_ANY_H
#define OL_RUNTIME_PROTO_WHEN_ANY_H

#include "reference-runtime/core/future.h"
#include "reference-runtime/protoactor/proto_wait_task.h"

enum {
    RT_PROTO_WHEN_ANY_MOST = 4 /* tasks */
};

/* Makes the promise for 1 to RT_PROTO_WHEN_ANY_MOST tasks. */
OL_MUST_USE struct rt_future *rt_proto_when_any(
    struct rt_proto_wait_task *const *tasks, size_t count, bool keeps_losers);

#endif
