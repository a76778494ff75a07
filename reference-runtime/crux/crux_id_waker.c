/* crux_id_waker.c - a waker that knows but the number of its task.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_id_waker.h"

#include <errno.h>
#include <stdlib.h>

struct id_waker {
    struct rt_object object;
    struct rt_crux_sender ready; /* owner */
    uint32_t id;
};

static void drop_waker(struct rt_object *object)
{
    rt_crux_sender_drop(&((struct id_waker *)object)->ready);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct id_waker *const waker = (const struct id_waker *)object;
    rt_crux_sender_each_edge(&waker->ready, object, visit, env);
}

static const struct rt_object_field waker_fields[] = {
    RT_OBJECT_FIELD(struct id_waker, ready.channel, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type object_type = {
    .kind = RT_WAKER,
    .fields = waker_fields,
    .drop = drop_waker,
    .each_edge = each_edge,
};

static void wake(void *data)
{
    const struct id_waker *const waker = data;
    const struct rt_crux_item item = {.value = waker->id};
    if (rt_crux_sender_send(&waker->ready, item) == -ENOMEM) abort();
}

static const struct rt_waker_type waker_type = {.wake = wake};

struct rt_waker rt_crux_id_waker_create(
    uint32_t id, const struct rt_crux_sender *ready)
{
    struct id_waker *const waker =
        rt_object_create(&object_type, sizeof *waker);
    if (!waker) return (struct rt_waker){0};
    waker->ready = rt_crux_sender_clone(ready);
    waker->id = id;
    return (struct rt_waker){&waker_type, waker};
}
