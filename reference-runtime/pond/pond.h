/* pond.h - a pool of worker threads, as Pond's (Go) is one of goroutines.
 *
 * Shape:     a task goes straight to a new worker while there are fewer than
 *            the limit, else into the queue. A worker takes task after task
 *            and ends when the queue is empty: there are no idle workers.
 *            A bounded queue that is full blocks the submitter, or refuses
 *            the task in a non-blocking pool; without a queue, so do workers
 *            that are all busy.
 * Units:     counts of tasks and workers.
 *            Workers' stacks have 256 KiB.
 * Ownership: create gives the caller the pool, destroy takes it back. Groups,
 *            tasks and subpools hold it meanwhile.
 * Threads:   all calls from any thread but create and destroy. One lock a
 *            pool, below the contexts' locks, a subpool's above its
 *            parent's. User functions run outside.
 * Errors:    -ESHUTDOWN the pool was stopped, -EAGAIN the queue is full,
 *            -ECANCELED its context was cancelled, -ENOMEM, or why there was
 *            no thread to be had. A task that fails to be submitted is
 *            dropped.
 * Source:    github.com/alitto/pond, pool.go of the variant's version.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_H
#define OL_RUNTIME_POND_H

#include <stdint.h>

#include "reference-runtime/pond/pond_closure.h"
#include "reference-runtime/pond/pond_variant.h"

struct rt_pond;

/* With a dispatcher: the most tasks in a batch, in the ring before the
 * workers, and in a node of the buffer; fewer if there are fewer workers. */
enum {
    RT_POND_LARGEST_BATCH = 128
};

/* As a size of the queue: there is none. Only from v2.6.0 on. */
#define RT_POND_NO_QUEUE SIZE_MAX

struct rt_pond_options {
    const struct rt_pond_variant *variant;
    size_t max_workers;         /* at least 1 */
    size_t queue_size;          /* 0 = unbounded, or RT_POND_NO_QUEUE */
    bool non_blocking;          /* a full queue refuses */
    struct rt_pond *parent;     /* whose workers run the tasks; may be NULL */
    struct rt_context *context; /* borrowed, parent of the pool's; NULL: that
                                 * of the parent pool, if there is one */
    /* Called at named steps that matter to the order of events, outside of
     * locks: "submit-full" before a submitter goes to sleep. May be NULL. */
    void (*at_step)(void *env, const char *step);
    void *env; /* borrowed */
};

/* What the pool knows of itself, at one instant.
 * submitted == direct + queued; queued == waiting + those read. */
struct rt_pond_counts {
    size_t running;   /* workers */
    uint64_t waiting; /* tasks in the queue */
    size_t blocked;   /* submitters */
    uint64_t submitted;
    uint64_t direct; /* went straight to a new worker */
    uint64_t queued; /* went through the queue */
    uint64_t succeeded;
    uint64_t failed;
    uint64_t cancelled;
    size_t dead_slots; /* consumed slots of the queue that hold a task */
    size_t nodes;      /* of the queue */
};

/* Makes a pool, or a subpool, which has limits and a queue of its own and
 * borrows the workers of its parent. The parent must be unbounded. Returns 0,
 * -EINVAL, -ENOMEM, or why there was no thread for a dispatcher. */
OL_MUST_USE int rt_pond_create(
    const struct rt_pond_options *options, struct rt_pond **out);

/* Stops the pool and frees it. Returns 0, or -EBUSY while workers, queued
 * tasks, blocked submitters, groups or tasks are left: it is stopped then,
 * and this can be called again. NULL is fine. */
OL_MUST_USE int rt_pond_destroy(struct rt_pond *pond);

/* Runs a function on a worker; nobody is told how it went. */
OL_MUST_USE int rt_pond_go(struct rt_pond *pond, struct rt_pond_fn fn);

/* Hands over a closure. Blocks only if asked to and the pool does. Takes the
 * caller's reference if it returns 0. */
OL_MUST_USE int rt_pond_submit_closure(
    struct rt_pond *pond, struct rt_pond_closure *closure, bool may_block);

/* Changes the limit of workers, at least 1. Who is above it ends after the
 * task at hand; tasks that wait get the workers that there now may be. */
void rt_pond_resize(struct rt_pond *pond, size_t max_workers);

/* Refuses what is submitted from now on. */
void rt_pond_stop(struct rt_pond *pond);

/* Stops the pool, waits for its workers, and cancels its context. */
void rt_pond_stop_and_wait(struct rt_pond *pond);

/* Waits until no worker is left, and their threads have ended. */
void rt_pond_wait_idle(struct rt_pond *pond);

/* Settles as cancelled what workers have left in the queue: the rescue that
 * versions before v2.7.0 lack. */
void rt_pond_settle_queue(struct rt_pond *pond);

/* Returns the pool's context, borrowed. */
struct rt_context *rt_pond_context(struct rt_pond *pond);

/* Returns the version that the pool is of. */
const struct rt_pond_variant *rt_pond_variant(const struct rt_pond *pond);

/* Returns the pool's counts. */
struct rt_pond_counts rt_pond_counts(struct rt_pond *pond);

/* Takes a reference to the pool, for a part of it that lives on its own. */
struct rt_pond *rt_pond_ref(struct rt_pond *pond);

/* Gives such a reference back. */
void rt_pond_unref(struct rt_pond *pond);

#endif
