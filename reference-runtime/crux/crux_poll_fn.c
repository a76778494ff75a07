/* crux_poll_fn.c - a future made of a function.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_poll_fn.h"

struct poll_fn {
    struct rt_future future;
    struct rt_crux_poll_fn fn;
};

static void drop_env(struct rt_crux_poll_fn fn)
{
    if (fn.drop) fn.drop(fn.env);
}

static void drop(struct rt_object *object)
{
    drop_env(((struct poll_fn *)object)->fn);
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    const struct rt_crux_poll_fn *const fn = &((struct poll_fn *)future)->fn;
    intptr_t value = 0;
    if (fn->poll(fn->env, waker, &value) == RT_PENDING) return RT_PENDING;
    return rt_future_finish(future, 0, value);
}

static const struct rt_future_type type = {
    .object = {.kind = RT_FUTURE, .drop = drop},
    .poll = poll,
};

struct rt_future *rt_crux_poll_fn_create(struct rt_crux_poll_fn fn)
{
    struct poll_fn *const made = rt_future_create(&type, sizeof *made);
    if (!made) {
        drop_env(fn);
        return NULL;
    }
    made->fn = fn;
    return &made->future;
}
