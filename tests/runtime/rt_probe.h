/* rt_probe.h - wakers and futures that tests see through.
 *
 * Shape:     a bell counts how often it is rung. A signal is off, then on;
 *            each future of it counts its polls and its drop there. A call is
 *            a future that is a function.
 * Ownership: counted, as all objects; a future of a signal holds it.
 * Threads:   all calls from any thread, but wakes are counted in one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_RT_PROBE_H
#define OL_TESTS_RT_PROBE_H

#include <pthread.h>
#include <stdatomic.h>

#include "reference-runtime/core/future.h"
#include "reference-runtime/core/wait_list.h"

struct rt_bell {
    struct rt_object object;
    atomic_uint rung;
};

struct rt_bell *rt_bell_create(void);

/* Returns a waker that rings it, not owned. */
struct rt_waker rt_bell_waker(struct rt_bell *bell);

/* Returns a waker, not owned, that adds one to `wakes` and is no object. */
struct rt_waker rt_wakes_waker(long *wakes);

struct rt_signal {
    struct rt_object object;
    pthread_mutex_t mutex; /* guards what follows */
    struct rt_wait_list waits;
    bool is_on;
    int status;
    intptr_t value;

    atomic_uint polls;
    atomic_uint drops;
};

struct rt_signal *rt_signal_create(void);

void rt_signal_unref(struct rt_signal *signal);

/* Makes a future that is ready, with what it is set to, once it is. */
struct rt_future *rt_signal_wait(struct rt_signal *signal);

/* Sets it, once, and wakes all who wait. */
void rt_signal_set(struct rt_signal *signal, int status, intptr_t value);

/* Wakes all who wait for nothing. */
void rt_signal_shake(struct rt_signal *signal);

/* A poll of a call: returns what the future is to return. */
typedef enum rt_poll (*rt_call_fn)(
    struct rt_future *call, const struct rt_waker *waker, void *env);

struct rt_future *rt_call(rt_call_fn fn, void *env);

/* A future that holds interrupts back until its body, which it takes over,
 * is ready. */
struct rt_future *rt_masked(struct rt_future *body);

/* The strong edges of one field. */
struct rt_edges {
    const char *field;
    const struct rt_object *to; /* of the last of them */
    long count;
};

struct rt_edges rt_edges_of(const struct rt_object *object, const char *field);

#endif
