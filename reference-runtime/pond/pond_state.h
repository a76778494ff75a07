/* pond_state.h - what a pool is made of, for the files that make it.
 *
 * Shape:     a queue, by version a buffer or a dispatcher with its ring; a
 *            door, where submitters wait for room in it; so many workers, of
 *            which those that have ended are a list.
 * Ownership: the pool's fields are the pool's; see each.
 * Threads:   `mutex` guards all that stands below it; what stands above does
 *            not change.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_STATE_H
#define OL_RUNTIME_POND_STATE_H

#include <pthread.h>

#include "reference-runtime/core/wait_list.h"
#include "reference-runtime/pond/pond.h"
#include "reference-runtime/pond/pond_buffer.h"
#include "reference-runtime/pond/pond_dispatcher.h"
#include "reference-runtime/pond/pond_ring.h"

/* A thread that runs tasks, or in a subpool a turn. A thread that has ended
 * stays until it is joined. */
struct rt_pond_worker {
    struct rt_object object;
    struct rt_pond *pond; /* borrowed: the pool outlives its workers */
    pthread_t thread;
    struct rt_pond_closure *closure; /* owner; the task at hand */
    struct rt_pond_worker *previous; /* owner; ended before this one */
    bool had_turn;                   /* the parent has run the turn */
};

/* Where submitters wait for room: Go's channel of empty messages. */
struct rt_pond_door {
    struct rt_wait_list waits; /* the submitters */
    bool kept;                 /* a signal that met nobody */
};

struct rt_pond {
    struct rt_object object;
    struct rt_pond_options options;
    struct rt_context *context;  /* owner */
    struct rt_future *cancelled; /* owner; of the context, wakes the pool */

    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct rt_pond_buffer buffer;          /* empty if there is a dispatcher */
    struct rt_pond_dispatcher *dispatcher; /* owner; NULL from v2.2.0 on */
    struct rt_pond_ring ring;
    uint64_t moving; /* tasks on their way through the dispatcher */
    struct rt_pond_door door;
    struct rt_pond_worker *ended; /* owner; to be joined, the last first */
    size_t max_workers;
    size_t workers;
    uint64_t direct;
    uint64_t outcomes[RT_POND_CANCELLED + 1];
    bool is_closed;
};

#endif
