/* crux_abort_handle.c - to abort a command from outside.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_abort_handle.h"

struct rt_crux_abort_handle {
    struct rt_object object;
    struct rt_crux_atomic_waker *host; /* owner; NULL: nobody is told */
    /* Release by who aborts, acquire by who runs. */
    atomic_bool aborted;
};

static void drop(struct rt_object *object)
{
    struct rt_crux_abort_handle *const handle =
        (struct rt_crux_abort_handle *)object;
    rt_crux_atomic_waker_unref(handle->host);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_abort_handle *const handle =
        (const struct rt_crux_abort_handle *)object;
    if (!handle->host) return;
    visit(object, "host", rt_crux_atomic_waker_object(handle->host), true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_abort_handle, host, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_SOURCE,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_crux_abort_handle *rt_crux_abort_handle_create(
    const struct rt_crux_command_variant *variant,
    struct rt_crux_atomic_waker *host)
{
    struct rt_crux_abort_handle *const handle =
        rt_object_create(&type, sizeof *handle);
    if (!handle) return NULL;
    if (variant->abort_wakes) handle->host = rt_crux_atomic_waker_ref(host);
    return handle;
}

struct rt_crux_abort_handle *rt_crux_abort_handle_ref(
    struct rt_crux_abort_handle *handle)
{
    return rt_object_ref(&handle->object);
}

void rt_crux_abort_handle_unref(struct rt_crux_abort_handle *handle)
{
    if (handle) rt_object_unref(&handle->object);
}

const struct rt_object *rt_crux_abort_handle_object(
    const struct rt_crux_abort_handle *handle)
{
    return &handle->object;
}

void rt_crux_abort_handle_abort(struct rt_crux_abort_handle *handle)
{
    atomic_store_explicit(&handle->aborted, true, memory_order_release);
    if (handle->host) rt_crux_atomic_waker_wake(handle->host);
}

bool rt_crux_abort_handle_is_aborted(const struct rt_crux_abort_handle *handle)
{
    return atomic_load_explicit(&handle->aborted, memory_order_acquire);
}
