/* ce_callback.h - who waits on a stack, and what to call.
 *
 * Shape:     WAITING -> FIRED | CANCELLED, exactly once. Only who fires it
 *            has `fire` called; only who cancels it may take it back.
 * Units:     the value is the deferred's.
 * Ownership: counted; create gives the caller one reference. `drop` is called
 *            with the last one.
 * Threads:   all calls from any thread. The block stays, as rt_epoch has it,
 *            while a reader may still be about to take a reference.
 * Errors:    what `fire` returns: 0, or a negative errno, which is what a
 *            callback that throws is here.
 * Source:    the callbacks of IO.async in Cats Effect.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_CALLBACK_H
#define OL_RUNTIME_CE_CALLBACK_H

#include <stdint.h>

#include "reference-runtime/core/object.h"

struct rt_ce_callback;

struct rt_ce_callback_fn {
    int (*fire)(intptr_t value, void *env); /* NULL: nothing to do */
    void (*drop)(void *env);                /* NULL: nothing to give back */
    void *env;
};

/* Makes one that waits. Returns NULL if there is no memory; `fn` is then
 * still the caller's. */
OL_MUST_USE struct rt_ce_callback *rt_ce_callback_create(
    struct rt_ce_callback_fn fn);

/* Takes one more reference. Returns the callback. */
struct rt_ce_callback *rt_ce_callback_ref(struct rt_ce_callback *callback);

/* Gives a reference back; NULL is fine. */
void rt_ce_callback_unref(struct rt_ce_callback *callback);

/* Returns the callback of a place that others may empty, with a reference for
 * the caller, or NULL. The place is loaded once (#1012: who loads it twice may
 * find nothing there the second time). */
OL_MUST_USE struct rt_ce_callback *rt_ce_callback_get(
    _Atomic(struct rt_ce_callback *) *place);

/* Calls it, if it waits. Returns whether it did, and with `error`, what it
 * said. */
bool rt_ce_callback_fire(
    struct rt_ce_callback *callback, intptr_t value, int *error_out);

/* Takes it back. Returns whether it waited; else it has been fired, or is
 * being so, or was cancelled before. */
bool rt_ce_callback_cancel(struct rt_ce_callback *callback);

/* Returns whether it is neither fired nor cancelled. */
bool rt_ce_callback_is_waiting(const struct rt_ce_callback *callback);

/* Returns its header. */
struct rt_object *rt_ce_callback_object(struct rt_ce_callback *callback);

#endif
