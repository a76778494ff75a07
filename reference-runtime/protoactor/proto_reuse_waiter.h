/* proto_reuse_waiter.h - waits for any of several things, again and again.
 *
 * Shape:     a factory of waits and a slot a place. A wait that is not over
 *            stays in its slot and is waited for the next time; only where
 *            there is none, or one that is over, the factory is asked for
 *            another. What is ready at once is answered without a task, and
 *            the places after it are left as they are.
 * Ownership: the caller's storage. The slots own their tasks, also when they
 *            are over.
 * Threads:   one call at a time.
 * Source:    MultiTaskReuseWaiter of protoactor-dotnet#2111, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_REUSE_WAITER_H
#define OL_RUNTIME_PROTO_REUSE_WAITER_H

#include "reference-runtime/protoactor/proto_wait.h"
#include "reference-runtime/protoactor/proto_when_any.h"

struct rt_proto_wait_factory {
    struct rt_proto_wait (*make)(void *env);
    void *env; /* borrowed */
};

struct rt_proto_reuse_waiter {
    struct rt_proto_wait_factory factories[RT_PROTO_WHEN_ANY_MOST];
    struct rt_proto_wait_task *slots[RT_PROTO_WHEN_ANY_MOST]; /* owner */
    size_t count;
    bool keeps_losers;      /* see proto_when_any.h */
    struct rt_future *race; /* owner; NULL while nobody waits */
};

/* Waits for any. Returns whether one is ready, and its result, which may be
 * one that the caller has made use of already. */
OL_MUST_USE enum rt_poll rt_proto_reuse_waiter_poll(
    struct rt_proto_reuse_waiter *waiter, const struct rt_waker *waker,
    int *out);

/* Waits no longer, and lets go of all tasks. */
void rt_proto_reuse_waiter_deinit(struct rt_proto_reuse_waiter *waiter);

#endif
