/* crux_timer.c - timers that the shell keeps, and that can be cleared.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_timer.h"

#include <errno.h>

#include "reference-runtime/crux/crux_atomic_waker.h"

enum {
    VERBS = 2
};

struct rt_crux_timer {
    struct rt_object object;
    const struct rt_crux_time_variant *variant; /* borrowed */
    struct rt_crux_capability *capability;      /* owner of a reference */
    intptr_t id;
    /* Release by who clears, then a wake; acquire after registering. */
    atomic_bool cleared;
    struct rt_crux_atomic_waker *waiter; /* owner; NULL: none is woken */
};

intptr_t rt_crux_timer_operation(enum rt_crux_timer_verb verb, intptr_t id)
{
    return VERBS * id + (intptr_t)verb;
}

/* ---- The timer ---- */

static void drop_timer(struct rt_object *object)
{
    struct rt_crux_timer *const timer = (struct rt_crux_timer *)object;
    rt_crux_atomic_waker_unref(timer->waiter);
    rt_crux_capability_unref(timer->capability);
}

static void each_timer_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_timer *const timer =
        (const struct rt_crux_timer *)object;
    visit(object, "capability", rt_crux_capability_object(timer->capability),
        true, env);
    if (timer->waiter) {
        visit(object, "waiter", rt_crux_atomic_waker_object(timer->waiter),
            true, env);
    }
}

static const struct rt_object_type timer_type = {
    .kind = RT_SLEEPER,
    .drop = drop_timer,
    .each_edge = each_timer_edge,
};

struct rt_crux_timer *rt_crux_timer_create(
    const struct rt_crux_time_variant *variant,
    struct rt_crux_capability *capability, intptr_t id)
{
    struct rt_crux_timer *const timer =
        rt_object_create(&timer_type, sizeof *timer);
    if (!timer) return NULL;
    timer->variant = variant;
    timer->capability = rt_crux_capability_ref(capability);
    timer->id = id;
    if (!variant->clear_ends) return timer;
    timer->waiter = rt_crux_atomic_waker_create();
    if (timer->waiter) return timer;
    rt_crux_timer_unref(timer);
    return NULL;
}

void rt_crux_timer_unref(struct rt_crux_timer *timer)
{
    if (timer) rt_object_unref(&timer->object);
}

int rt_crux_timer_clear(struct rt_crux_timer *timer)
{
    atomic_store_explicit(&timer->cleared, true, memory_order_release);
    if (timer->waiter) rt_crux_atomic_waker_wake(timer->waiter);
    return rt_crux_capability_notify(timer->capability,
        rt_crux_timer_operation(RT_CRUX_TIMER_CLEAR, timer->id));
}

/* ---- Who waits ---- */

struct wait {
    struct rt_future future;
    struct rt_crux_timer *timer; /* owner of a reference */
    struct rt_crux_shell_request request;
};

static void drop_wait(struct rt_object *object)
{
    struct wait *const wait = (struct wait *)object;
    rt_crux_shell_request_drop(&wait->request);
    rt_crux_timer_unref(wait->timer);
}

static void each_wait_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct wait *const wait = (const struct wait *)object;
    visit(object, "timer", &wait->timer->object, true, env);
    rt_crux_shell_request_each_edge(&wait->request, object, visit, env);
}

static bool was_cleared(
    struct rt_crux_timer *timer, const struct rt_waker *waker)
{
    if (!timer->waiter) return false;
    rt_crux_atomic_waker_register(timer->waiter, waker);
    return atomic_load_explicit(&timer->cleared, memory_order_acquire);
}

static enum rt_poll poll_wait(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct wait *const wait = (struct wait *)future;
    if (was_cleared(wait->timer, waker))
        return rt_future_finish(future, -ECANCELED, 0);
    int err = 0;
    intptr_t value = 0;
    if (rt_crux_shell_request_poll(&wait->request, waker, &value, &err) ==
        RT_PENDING)
        return RT_PENDING;
    return rt_future_finish(future, err, value);
}

static const struct rt_future_type wait_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .drop = drop_wait,
            .each_edge = each_wait_edge,
        },
    .poll = poll_wait,
};

struct rt_future *rt_crux_timer_await(struct rt_crux_timer *timer)
{
    struct wait *const wait = rt_future_create(&wait_type, sizeof *wait);
    if (!wait) return NULL;
    wait->timer = rt_object_ref(&timer->object);
    if (rt_crux_capability_request(timer->capability,
            rt_crux_timer_operation(RT_CRUX_TIMER_NOTIFY, timer->id),
            &wait->request) == 0)
        return &wait->future;
    rt_future_drop(&wait->future);
    return NULL;
}
