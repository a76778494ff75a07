/* pond_worker.h - who runs the tasks of a pool.
 *
 * Shape:     started -> (task at hand -> next task)* -> ended. A worker of a
 *            pool is a thread; those that have ended are joined before a new
 *            one is started, so there never are more than the limit.
 *            A worker of a subpool is a task of the parent, a *turn*: it runs
 *            one task and hands on to a turn of its own for the next, so that
 *            subpools and parent take turns.
 * Threads:   start under the pool's lock; reap without.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_WORKER_H
#define OL_RUNTIME_POND_WORKER_H

#include "reference-runtime/pond/pond_state.h"

/* Starts a worker, counted at once, that waits for the pool's lock and then
 * runs the closure that it was given meanwhile, or looks for one. Returns 0,
 * -ENOMEM, or why there was no thread. */
OL_MUST_USE int rt_pond_worker_start(
    struct rt_pond *pond, struct rt_pond_worker **out);

/* Joins the threads that have ended. */
void rt_pond_worker_reap(struct rt_pond *pond);

#endif
