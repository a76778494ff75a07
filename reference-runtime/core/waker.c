/* waker.c - two words that wake.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/waker.h"

static bool is_object(const struct rt_waker *waker)
{
    return waker->type && !waker->type->clone;
}

struct rt_waker rt_waker_clone(const struct rt_waker *waker)
{
    struct rt_waker clone = *waker;
    if (is_object(waker)) {
        rt_object_ref(waker->data);
    } else if (waker->type) {
        clone.data = waker->type->clone(waker->data);
    }
    return clone;
}

void rt_waker_wake(const struct rt_waker *waker)
{
    if (waker->type) waker->type->wake(waker->data);
}

void rt_waker_drop(struct rt_waker *waker)
{
    const struct rt_waker dropped = *waker;
    *waker = (struct rt_waker){0};
    if (is_object(&dropped)) {
        rt_object_unref(dropped.data);
    } else if (dropped.type) {
        dropped.type->drop(dropped.data);
    }
}

void rt_waker_fire(struct rt_waker *waker)
{
    rt_waker_wake(waker);
    rt_waker_drop(waker);
}

bool rt_waker_is_same(const struct rt_waker *one, const struct rt_waker *other)
{
    return one->type == other->type && one->data == other->data;
}

struct rt_waker rt_waker_replace(
    struct rt_waker *kept, const struct rt_waker *shown)
{
    if (rt_waker_is_same(kept, shown)) return (struct rt_waker){0};
    const struct rt_waker replaced = *kept;
    *kept = rt_waker_clone(shown);
    return replaced;
}

void rt_waker_each_edge(const struct rt_waker *waker,
    const struct rt_object *from, const char *field, rt_object_edge_fn visit,
    void *env)
{
    if (is_object(waker)) visit(from, field, waker->data, true, env);
}
