/* crux_atomic_waker.c - one place for one waker, without a lock.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_atomic_waker.h"

/* Both bits at once: somebody wakes while the owner registers. */
enum {
    WAITING = 0,
    REGISTERING = 1,
    WAKING = 2
};

struct rt_crux_atomic_waker {
    struct rt_object object;
    /* Acquire on taking the slot pairs with release on leaving it, so that
     * `waker` is one thread's at a time. */
    atomic_uint state;
    struct rt_waker waker; /* owner */
};

static void drop(struct rt_object *object)
{
    rt_waker_drop(&((struct rt_crux_atomic_waker *)object)->waker);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    rt_waker_each_edge(&((const struct rt_crux_atomic_waker *)object)->waker,
        object, "waker", visit, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_atomic_waker, waker.data, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_WAKER_SLOT,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_crux_atomic_waker *rt_crux_atomic_waker_create(void)
{
    return rt_object_create(&type, sizeof(struct rt_crux_atomic_waker));
}

struct rt_crux_atomic_waker *rt_crux_atomic_waker_ref(
    struct rt_crux_atomic_waker *slot)
{
    return rt_object_ref(&slot->object);
}

void rt_crux_atomic_waker_unref(struct rt_crux_atomic_waker *slot)
{
    if (slot) rt_object_unref(&slot->object);
}

const struct rt_object *rt_crux_atomic_waker_object(
    const struct rt_crux_atomic_waker *slot)
{
    return &slot->object;
}

/* Leaves the slot after registering. Returns the waker to fire on behalf of
 * who came meanwhile, or nobody. */
static struct rt_waker leave(struct rt_crux_atomic_waker *slot)
{
    unsigned registering = REGISTERING;
    if (atomic_compare_exchange_strong_explicit(&slot->state, &registering,
            WAITING, memory_order_acq_rel, memory_order_acquire))
        return (struct rt_waker){0};

    const struct rt_waker waker = slot->waker;
    slot->waker = (struct rt_waker){0};
    atomic_exchange_explicit(&slot->state, WAITING, memory_order_acq_rel);
    return waker;
}

void rt_crux_atomic_waker_register(
    struct rt_crux_atomic_waker *slot, const struct rt_waker *waker)
{
    unsigned waiting = WAITING;
    if (!atomic_compare_exchange_strong_explicit(&slot->state, &waiting,
            REGISTERING, memory_order_acquire, memory_order_acquire)) {
        /* Somebody is waking the one before: that is meant for us. */
        rt_waker_wake(waker);
        return;
    }
    struct rt_waker replaced = rt_waker_replace(&slot->waker, waker);
    struct rt_waker missed = leave(slot);
    rt_waker_drop(&replaced);
    rt_waker_fire(&missed);
}

void rt_crux_atomic_waker_wake(struct rt_crux_atomic_waker *slot)
{
    if (atomic_fetch_or_explicit(&slot->state, WAKING, memory_order_acq_rel) !=
        WAITING)
        return;
    struct rt_waker waker = slot->waker;
    slot->waker = (struct rt_waker){0};
    atomic_fetch_and_explicit(
        &slot->state, ~(unsigned)WAKING, memory_order_release);
    rt_waker_fire(&waker);
}
