/* crux_slots.h - where an executor keeps its tasks.
 *
 * Shape:     number -> slot -> future. FREE -> PARKED -> TAKEN (is polled) ->
 *            PARKED … -> done: FREE, for the next task, or, as it was once,
 *            DONE forever. A slot is a block of its own, so that slots which
 *            are never used again are seen to pile up.
 * Ownership: embedded in its owner, which adopts what the slots hold. A slot
 *            owns its future.
 * Threads:   insert, run and the counts from any thread. Futures are polled
 *            and dropped outside of the lock.
 * Errors:    insert: -ENOMEM, with nothing changed. To run aborts when there
 *            is no memory, as in Rust.
 * Source:    crux_core 0.9.1, capability/executor.rs; Rust's slab.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_SLOTS_H
#define OL_RUNTIME_CRUX_SLOTS_H

#include <pthread.h>

#include "reference-runtime/crux/crux_channel.h"

/* Steps (core/step.h). */
#define RT_CRUX_STEP_TAKE "slots: take the future, if it is there"
#define RT_CRUX_STEP_PARK "slots: put the future back"
#define RT_CRUX_STEP_FREE "slots: free the slot of one that is done"

struct rt_crux_slot;

struct rt_crux_slots {
    const struct rt_object *owner; /* borrowed */
    bool frees;                    /* slots are used again */

    pthread_mutex_t mutex;      /* guards what follows, and the slots */
    struct rt_crux_slot **slot; /* owner, of all `count` of them too */
    size_t count;
    size_t capacity;
    struct rt_crux_slot *free; /* borrowed; the last one freed, then others */
};

/* How it went to run a task. */
enum rt_crux_run {
    RT_CRUX_MISSING,     /* there is none of that number any more */
    RT_CRUX_UNAVAILABLE, /* another thread runs it */
    RT_CRUX_SUSPENDED,
    RT_CRUX_COMPLETED
};

void rt_crux_slots_init(
    struct rt_crux_slots *slots, const struct rt_object *owner, bool frees);

/* Drops all futures that are left, and frees the slots. */
void rt_crux_slots_deinit(struct rt_crux_slots *slots);

/* Parks a future, which is taken only on success, and stores its number.
 * Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_slots_insert(
    struct rt_crux_slots *slots, struct rt_future *future, uint32_t *id_out);

/* Polls the future of that number; when woken it sends that into `ready`.
 * Returns how it went. */
enum rt_crux_run rt_crux_slots_run(struct rt_crux_slots *slots, uint32_t id,
    const struct rt_crux_sender *ready);

/* Returns how many slots there are, free ones too. */
size_t rt_crux_slots_count(struct rt_crux_slots *slots);

/* Visits what the slots point at, on behalf of the owner. */
void rt_crux_slots_each_edge(
    const struct rt_crux_slots *slots, rt_object_edge_fn visit, void *env);

#endif
