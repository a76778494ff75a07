/* crux_executor.h - polls the futures that were spawned, when they are woken.
 *
 * Shape:     up to 0.9.0 a queue of tasks, which own themselves: task ->
 *            future -> … -> waker -> task. From 0.9.1 on a queue of futures
 *            that are new, slots that own those that wait, and a queue of
 *            the numbers of those that were woken.
 * Ownership: created and destroyed. To destroy it drops what is queued and
 *            what its slots hold; a suspended task of the older kind is
 *            nobody's, and stays.
 * Threads:   run from any number of threads at once, not from within a poll.
 * Errors:    create: -ENOMEM. To run aborts when there is no memory, as Rust
 *            does.
 * Source:    crux_core 0.9.0 and 0.9.1, capability/executor.rs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_EXECUTOR_H
#define OL_RUNTIME_CRUX_EXECUTOR_H

#include "reference-runtime/crux/crux_spawner.h"

struct rt_crux_executor;

struct rt_crux_executor_counts {
    size_t spawned; /* never polled yet; up to 0.9.0 also those woken */
    size_t woken;   /* wakes that wait to be served */
    size_t slots;
};

/* Makes an executor and stores it and its first spawner. Returns 0 or
 * -ENOMEM. */
OL_MUST_USE int rt_crux_executor_create(const struct rt_crux_variant *variant,
    struct rt_crux_executor **out, struct rt_crux_spawner *spawner_out);

/* Drops the tasks that it holds; NULL is fine. */
void rt_crux_executor_destroy(struct rt_crux_executor *executor);

/* Polls what can be polled, until nothing can. */
void rt_crux_executor_run(struct rt_crux_executor *executor);

struct rt_crux_executor_counts rt_crux_executor_counts(
    struct rt_crux_executor *executor);

/* Returns its header. */
const struct rt_object *rt_crux_executor_object(
    const struct rt_crux_executor *executor);

#endif
