/* ce_callback.c - who waits on a stack, and what to call.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_callback.h"

#include "reference-runtime/core/epoch.h"

enum state {
    WAITING,
    FIRED,
    CANCELLED
};

struct rt_ce_callback {
    struct rt_object object;
    struct rt_ce_callback_fn fn;
    atomic_int state;
    struct rt_epoch_retired retired;
};

static const struct rt_object_type callback_type = {.kind = RT_CALLBACK};

struct rt_ce_callback *rt_ce_callback_create(struct rt_ce_callback_fn fn)
{
    struct rt_ce_callback *const callback =
        rt_object_create(&callback_type, sizeof *callback);
    if (callback) callback->fn = fn;
    return callback;
}

struct rt_ce_callback *rt_ce_callback_ref(struct rt_ce_callback *callback)
{
    return rt_object_ref(&callback->object);
}

static void reclaim(struct rt_epoch_retired *retired)
{
    char *const block = (char *)retired;
    rt_object_unref_weak(
        (void *)(block - offsetof(struct rt_ce_callback, retired)));
}

void rt_ce_callback_unref(struct rt_ce_callback *callback)
{
    if (!callback || !rt_object_unref_last(&callback->object)) return;
    if (callback->fn.drop) callback->fn.drop(callback->fn.env);
    rt_epoch_retire(&callback->retired, reclaim);
}

struct rt_ce_callback *rt_ce_callback_get(
    _Atomic(struct rt_ce_callback *) *place)
{
    const unsigned long entered = rt_epoch_enter();
    /* Acquire: pairs with the release of the push that showed the place. */
    struct rt_ce_callback *callback =
        atomic_load_explicit(place, memory_order_acquire);
    if (callback) callback = rt_object_upgrade(&callback->object);
    rt_epoch_leave(entered);
    return callback;
}

/* Leaves WAITING for that state. Returns whether nobody did so before. */
static bool leave_waiting(struct rt_ce_callback *callback, int state)
{
    int expected = WAITING;
    return atomic_compare_exchange_strong_explicit(&callback->state, &expected,
        state, memory_order_acq_rel, memory_order_acquire);
}

bool rt_ce_callback_fire(
    struct rt_ce_callback *callback, intptr_t value, int *error_out)
{
    *error_out = 0;
    if (!leave_waiting(callback, FIRED)) return false;
    ol_enter(callback);
    if (callback->fn.fire)
        *error_out = callback->fn.fire(value, callback->fn.env);
    ol_leave(callback);
    rt_object_end(&callback->object, *error_out ? "failed" : "fired");
    return true;
}

bool rt_ce_callback_cancel(struct rt_ce_callback *callback)
{
    if (!leave_waiting(callback, CANCELLED)) return false;
    rt_object_end(&callback->object, "cancelled");
    return true;
}

bool rt_ce_callback_is_waiting(const struct rt_ce_callback *callback)
{
    return atomic_load_explicit(&callback->state, memory_order_acquire) ==
           WAITING;
}

struct rt_object *rt_ce_callback_object(struct rt_ce_callback *callback)
{
    return &callback->object;
}
