/* scheduler.h - runs tasks that are ready, the longest ready first.
 *
 * Shape:     a run queue, a virtual clock, and the threads that serve the
 *            queue: none in det mode, where the caller's thread does and the
 *            order is always the same; some in mt mode.
 * Ownership: created and destroyed; the run queue holds the tasks in it.
 *            Nobody owns a sleeping task but who could wake it, and who
 *            holds its handle.
 * Threads:   all calls from any thread, but run and step (det) from one, and
 *            none of create, run, destroy from a task.
 * Errors:    create returns NULL when there is no memory or no thread;
 *            destroy returns -EBUSY while tasks are not done.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_SCHEDULER_H
#define OL_RUNTIME_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "reference-runtime/core/virtual_clock.h"

struct rt_scheduler;

/* Makes one with that many threads; 0 is det mode. */
OL_MUST_USE struct rt_scheduler *rt_scheduler_create(unsigned threads);

/* Stops the threads. Returns 0, or -EBUSY while tasks are not done; they are
 * left as they are. */
OL_MUST_USE int rt_scheduler_destroy(struct rt_scheduler *scheduler);

/* Lets tasks run until none is ready: in det mode here, in mt mode by waiting
 * for the threads. Time does not pass. */
void rt_scheduler_run(struct rt_scheduler *scheduler);

/* Lets one ready task run once; det mode only. Returns whether there was
 * one. */
bool rt_scheduler_step(struct rt_scheduler *scheduler);

/* Runs, and lets time pass from sleep to sleep, until the span is over. */
void rt_scheduler_run_for(struct rt_scheduler *scheduler, uint64_t span_ns);

/* Returns how many tasks are not done. */
size_t rt_scheduler_tasks(struct rt_scheduler *scheduler);

/* Returns its clock; borrowed. */
struct rt_clock *rt_scheduler_clock(struct rt_scheduler *scheduler);

#endif
