/* pond_closure.h - a task on its way to a worker.
 *
 * Shape:     closure -> the user's function and what it captured,
 *            closure -> who wants to know how it went (a group, a task).
 * Units:     errors are negative errno.
 * Ownership: counted. The closure owns its function's env, dropped with it,
 *            and a reference to its listener.
 * Threads:   made by one thread, then run by one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_CLOSURE_H
#define OL_RUNTIME_POND_CLOSURE_H

#include "reference-runtime/core/context.h"
#include "reference-runtime/core/object.h"

struct rt_pond_fn;

/* The user's function. Returns 0 or a negative errno, and may store a value. */
typedef int (*rt_pond_run_fn)(const struct rt_pond_fn *self, long *value);

/* What the user submits: a function and what it captured. Whoever is given
 * one drops its env in the end, also when submitting fails. */
struct rt_pond_fn {
    rt_pond_run_fn run;
    void (*drop)(void *env); /* gives env back; NULL if there is no need */
    void *env;               /* owner */
    void *shared;            /* borrowed */
};

/* Told once how the closure of that index ended. */
typedef void (*rt_pond_settle_fn)(
    struct rt_object *listener, size_t index, int err, long value);

/* Who is told, in whose context. */
struct rt_pond_listener {
    struct rt_object *object;   /* owner; NULL: nobody */
    rt_pond_settle_fn settle;   /* not NULL if there is a listener */
    struct rt_context *context; /* owner; NULL: not to be cancelled */
    size_t index;
};

struct rt_pond_closure {
    struct rt_object object;
    struct rt_pond_fn fn;
    struct rt_pond_listener listener;
};

enum rt_pond_outcome {
    RT_POND_SUCCEEDED,
    RT_POND_FAILED,
    RT_POND_CANCELLED
};

/* Makes a closure; it takes over fn and what the listener owns, at once.
 * Returns NULL if there is no memory. */
OL_MUST_USE struct rt_pond_closure *rt_pond_closure_create(
    struct rt_pond_fn fn, struct rt_pond_listener listener);

/* Gives a reference back; NULL is fine. */
void rt_pond_closure_unref(struct rt_pond_closure *closure);

/* Runs the function, or only settles it as cancelled if `refused` is not 0
 * or its context was cancelled. Returns how it went. */
enum rt_pond_outcome rt_pond_closure_run(
    struct rt_pond_closure *closure, int refused);

#endif
