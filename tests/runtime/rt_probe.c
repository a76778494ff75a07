/* rt_probe.c - wakers and futures that tests see through.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/runtime/rt_probe.h"

#include <assert.h>
#include <string.h>

#include "reference-runtime/core/task.h"

/* ---- Bells ---- */

static void ring(void *data)
{
    atomic_fetch_add(&((struct rt_bell *)data)->rung, 1);
}

static const struct rt_waker_type bell_waker = {.wake = ring};

static const struct rt_object_type bell_type = {.kind = RT_SLEEPER};

struct rt_bell *rt_bell_create(void)
{
    return rt_object_create(&bell_type, sizeof(struct rt_bell));
}

struct rt_waker rt_bell_waker(struct rt_bell *bell)
{
    return (struct rt_waker){&bell_waker, bell};
}

/* ---- Wakes ---- */

static void *keep(void *data)
{
    return data;
}

static void count_wake(void *data)
{
    ++*(long *)data;
}

static void forget(void *data)
{
    (void)data;
}

static const struct rt_waker_type wakes_waker = {
    .clone = keep, .wake = count_wake, .drop = forget};

struct rt_waker rt_wakes_waker(long *wakes)
{
    return (struct rt_waker){&wakes_waker, wakes};
}

/* ---- Signals ---- */

struct wait {
    struct rt_future future;
    struct rt_signal *signal; /* owner */
    struct rt_wait wait;      /* in the signal's waits */
};

static enum rt_poll poll_wait(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct wait *const wait = (struct wait *)future;
    struct rt_signal *const signal = wait->signal;
    struct rt_waker replaced = {0};
    atomic_fetch_add(&signal->polls, 1);
    pthread_mutex_lock(&signal->mutex);
    const bool is_on = signal->is_on;
    if (!is_on) replaced = rt_wait_list_add(&signal->waits, &wait->wait, waker);
    pthread_mutex_unlock(&signal->mutex);
    rt_waker_drop(&replaced);
    if (!is_on) return RT_PENDING;
    return rt_future_finish(future, signal->status, signal->value);
}

static void drop_wait(struct rt_object *object)
{
    struct wait *const wait = (struct wait *)object;
    struct rt_signal *const signal = wait->signal;
    rt_wait_leave(&wait->wait, &signal->mutex);
    atomic_fetch_add(&signal->drops, 1);
    rt_object_unref(&signal->object);
}

static const struct rt_future_type wait_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_wait},
    .poll = poll_wait,
};

static void drop_signal(struct rt_object *object)
{
    struct rt_signal *const signal = (struct rt_signal *)object;
    assert(signal->waits.count == 0);
    pthread_mutex_destroy(&signal->mutex);
}

static const struct rt_object_type signal_type = {
    .kind = RT_PROMISE, .drop = drop_signal};

struct rt_signal *rt_signal_create(void)
{
    struct rt_signal *const signal =
        rt_object_create(&signal_type, sizeof *signal);
    pthread_mutex_init(&signal->mutex, NULL);
    rt_wait_list_init(&signal->waits);
    return signal;
}

void rt_signal_unref(struct rt_signal *signal)
{
    rt_object_unref(&signal->object);
}

struct rt_future *rt_signal_wait(struct rt_signal *signal)
{
    struct wait *const wait = rt_future_create(&wait_type, sizeof *wait);
    wait->signal = rt_object_ref(&signal->object);
    rt_wait_init(&wait->wait);
    return &wait->future;
}

void rt_signal_set(struct rt_signal *signal, int status, intptr_t value)
{
    pthread_mutex_lock(&signal->mutex);
    signal->is_on = true;
    signal->status = status;
    signal->value = value;
    pthread_mutex_unlock(&signal->mutex);
    rt_signal_shake(signal);
}

/* As many as wait now: who is woken may wait again at once. */
void rt_signal_shake(struct rt_signal *signal)
{
    pthread_mutex_lock(&signal->mutex);
    for (size_t left = signal->waits.count; left > 0; left--) {
        struct rt_wait *const wait = rt_wait_list_take(&signal->waits);
        struct rt_waker waker = {0};
        if (wait) {
            waker = wait->waker;
            wait->waker = (struct rt_waker){0};
        }
        pthread_mutex_unlock(&signal->mutex);
        rt_waker_fire(&waker);
        pthread_mutex_lock(&signal->mutex);
    }
    pthread_mutex_unlock(&signal->mutex);
}

/* ---- Calls ---- */

struct call {
    struct rt_future future;
    rt_call_fn fn;
    void *env; /* borrowed */
};

static enum rt_poll poll_call(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct call *const call = (struct call *)future;
    return call->fn(future, waker, call->env);
}

static const struct rt_future_type call_type = {
    .object = {.kind = RT_FUTURE},
    .poll = poll_call,
};

struct rt_future *rt_call(rt_call_fn fn, void *env)
{
    struct call *const call = rt_future_create(&call_type, sizeof *call);
    call->fn = fn;
    call->env = env;
    return &call->future;
}

/* ---- Masked ---- */

struct masked {
    struct rt_future future;
    struct rt_future *body; /* owner */
    bool is_masked;
};

static enum rt_poll poll_masked(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct masked *const masked = (struct masked *)future;
    if (!masked->is_masked) rt_task_mask(rt_task_current());
    masked->is_masked = true;
    if (rt_future_poll(masked->body, waker) == RT_PENDING) return RT_PENDING;
    rt_task_unmask(rt_task_current());
    return rt_future_finish(future, masked->body->status, masked->body->value);
}

static void drop_masked(struct rt_object *object)
{
    rt_future_drop(((struct masked *)object)->body);
}

static const struct rt_future_type masked_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_masked},
    .poll = poll_masked,
};

struct rt_future *rt_masked(struct rt_future *body)
{
    struct masked *const masked =
        rt_future_create(&masked_type, sizeof *masked);
    masked->body = body;
    return &masked->future;
}

/* ---- Edges ---- */

static void count_edge(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    struct rt_edges *const edges = env;
    (void)from;
    if (!strong || strcmp(field, edges->field) != 0) return;
    edges->to = to;
    edges->count++;
}

struct rt_edges rt_edges_of(const struct rt_object *object, const char *field)
{
    struct rt_edges edges = {.field = field};
    rt_object_each_edge(object, count_edge, &edges);
    return edges;
}
