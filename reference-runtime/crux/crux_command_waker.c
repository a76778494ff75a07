/* crux_command_waker.c - wakes one task of one command.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_command_waker.h"

#include "reference-runtime/core/step.h"

struct rt_crux_command_waker {
    struct rt_object object;
    uint32_t number;
    struct rt_crux_sender ready;       /* owner */
    struct rt_crux_atomic_waker *host; /* owner of a reference */
    /* Release after sending; pairs with the acquire of the eviction. */
    atomic_bool woken;
};

/* ---- The object ---- */

static void drop(struct rt_object *object)
{
    struct rt_crux_command_waker *const waker =
        (struct rt_crux_command_waker *)object;
    rt_crux_sender_drop(&waker->ready);
    rt_crux_atomic_waker_unref(waker->host);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_command_waker *const waker =
        (const struct rt_crux_command_waker *)object;
    rt_crux_sender_each_edge(&waker->ready, object, visit, env);
    visit(object, "host", rt_crux_atomic_waker_object(waker->host), true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(
        struct rt_crux_command_waker, ready.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_command_waker, host, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_WAKER,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_crux_command_waker *rt_crux_command_waker_create(
    const struct rt_crux_sender *ready, struct rt_crux_atomic_waker *host)
{
    struct rt_crux_command_waker *const waker =
        rt_object_create(&type, sizeof *waker);
    if (!waker) return NULL;
    waker->ready = rt_crux_sender_clone(ready);
    waker->host = rt_crux_atomic_waker_ref(host);
    return waker;
}

void rt_crux_command_waker_set_number(
    struct rt_crux_command_waker *waker, uint32_t number)
{
    waker->number = number;
}

void rt_crux_command_waker_unref(struct rt_crux_command_waker *waker)
{
    if (waker) rt_object_unref(&waker->object);
}

/* ---- Waking ---- */

static void wake(void *data)
{
    struct rt_crux_command_waker *const waker = data;
    const struct rt_crux_item number = {.value = (intptr_t)waker->number};
    rt_step(RT_CRUX_STEP_SEND);
    /* Where the command is gone there is nobody to poll the task either. */
    if (rt_crux_sender_send(&waker->ready, number) != 0) return;
    rt_step(RT_CRUX_STEP_FLAG);
    atomic_store_explicit(&waker->woken, true, memory_order_release);
    rt_step(RT_CRUX_STEP_HOST);
    rt_crux_atomic_waker_wake(waker->host);
    rt_step(RT_CRUX_STEP_LET_GO);
}

struct rt_waker rt_crux_command_waker_borrow(
    struct rt_crux_command_waker *waker)
{
    static const struct rt_waker_type waker_type = {.wake = wake};
    return (struct rt_waker){&waker_type, &waker->object};
}

/* ---- Eviction ---- */

/* Acquire: pairs with the release of the unref that left this count. */
static bool is_alone(const struct rt_crux_command_waker *waker)
{
    rt_step(RT_CRUX_STEP_COUNT);
    return atomic_load_explicit(&waker->object.strong, memory_order_acquire) <
           2;
}

static bool was_woken(const struct rt_crux_command_waker *waker)
{
    rt_step(RT_CRUX_STEP_WOKEN);
    return atomic_load_explicit(&waker->woken, memory_order_acquire);
}

bool rt_crux_command_waker_is_abandoned(
    const struct rt_crux_command_waker *waker,
    const struct rt_crux_command_variant *variant)
{
    if (!variant->keeps_self_woken) return is_alone(waker);
    /* Alone means that all clones have let go, and each says that it woke
     * before it does. */
    if (variant->counts_before_flag)
        return is_alone(waker) && !was_woken(waker);
    /* Between the two a clone may wake and let go (#577). */
    return !was_woken(waker) && is_alone(waker);
}
