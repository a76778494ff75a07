/* zio_client.h - users of a pool who come and go, in both modes.
 *
 * Shape:     a client makes some visits, one after the other: in a scope of
 *            its own it gets an item, lets others run, perhaps invalidates
 *            the item, and closes the scope. Now and then it gives up a get
 *            that has begun. Who does what is drawn from the client's number.
 * Units:     counts of visits.
 * Ownership: clients borrow their crowd.
 * Threads:   a client is a task's; the crowd's counts are everybody's.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_CLIENT_H
#define OL_RUNTIME_ZIO_CLIENT_H

#include <stdatomic.h>

#include "reference-runtime/run/zio_keyed_rig.h"
#include "reference-runtime/run/zio_rig.h"

/* What all clients have in common. */
struct rt_zio_crowd {
    struct rt_scheduler *scheduler; /* borrowed */
    /* Makes a get; `draw` is a number drawn for this visit. */
    struct rt_future *(*get)(void *env, uint64_t draw, struct rt_scope *scope);
    int (*invalidate)(void *env, struct rt_object *item);
    void *env;            /* borrowed */
    unsigned invalidates; /* every so many items, on average; 0: never */
    unsigned gives_up;    /* every so many gets, on average; 0: never */
    long visits;          /* of each client */
    atomic_long got;      /* gets that had an item, */
    atomic_long failed;   /* and that had not */
    atomic_long interrupted;
    atomic_int error; /* of the crowd itself: -ENOMEM */
};

/* Makes the client of that number; a future for a task of its own. */
OL_MUST_USE struct rt_future *rt_zio_client(
    struct rt_zio_crowd *crowd, uint64_t number);

/* Returns a crowd on the pool of a rig, whose clients make so many visits and
 * neither invalidate nor give up; and one that asks for items of all keys. */
struct rt_zio_crowd rt_zio_crowd_of(struct rt_zio_rig *rig, long visits);
struct rt_zio_crowd rt_zio_crowd_of_keyed(
    struct rt_zio_keyed_rig *rig, long visits);

/* Starts so many clients, from that number on, and runs until all have gone.
 * Returns 0 or a negative errno; -EINPROGRESS: somebody waits for ever. */
OL_MUST_USE int rt_zio_crowd_run(
    struct rt_zio_crowd *crowd, uint64_t first, long clients);

#endif
