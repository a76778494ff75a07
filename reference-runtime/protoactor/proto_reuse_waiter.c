/* proto_reuse_waiter.c - waits for any of several things, again and again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_reuse_waiter.h"

#include <errno.h>

static bool is_pending(const struct rt_proto_wait_task *task)
{
    return task && rt_proto_wait_task_result(task) == -EINPROGRESS;
}

/* Fills a slot. Returns -EINPROGRESS, or a result that there was at once. */
static int fill(struct rt_proto_reuse_waiter *waiter, size_t index)
{
    const struct rt_proto_wait_factory *const factory =
        &waiter->factories[index];
    struct rt_proto_wait wait = factory->make(factory->env);
    if (rt_proto_wait_is_over(&wait)) {
        const int result = rt_proto_wait_result(&wait);
        rt_proto_wait_drop(&wait);
        return result;
    }
    struct rt_proto_wait_task *task = NULL;
    const int err = rt_proto_wait_as_task(&wait, &task);
    if (err) return err;
    rt_proto_wait_task_unref(waiter->slots[index]);
    waiter->slots[index] = task;
    return -EINPROGRESS;
}

/* Begins to wait. Returns -EINPROGRESS, or a result that there was at once. */
static int begin(struct rt_proto_reuse_waiter *waiter)
{
    int result = -EINPROGRESS;
    for (size_t i = 0; i < waiter->count && result == -EINPROGRESS; i++)
        if (!is_pending(waiter->slots[i])) result = fill(waiter, i);
    if (result != -EINPROGRESS) return result;
    waiter->race =
        rt_proto_when_any(waiter->slots, waiter->count, waiter->keeps_losers);
    return waiter->race ? -EINPROGRESS : -ENOMEM;
}

enum rt_poll rt_proto_reuse_waiter_poll(struct rt_proto_reuse_waiter *waiter,
    const struct rt_waker *waker, int *out)
{
    if (!waiter->race) {
        const int result = begin(waiter);
        if (result != -EINPROGRESS) {
            *out = result;
            return RT_READY;
        }
    }
    if (rt_future_poll(waiter->race, waker) == RT_PENDING) return RT_PENDING;
    *out = rt_proto_wait_task_result(waiter->slots[waiter->race->value]);
    rt_future_drop(waiter->race);
    waiter->race = NULL;
    return RT_READY;
}

void rt_proto_reuse_waiter_deinit(struct rt_proto_reuse_waiter *waiter)
{
    rt_future_drop(waiter->race);
    waiter->race = NULL;
    for (size_t i = 0; i < waiter->count; i++) {
        rt_proto_wait_task_unref(waiter->slots[i]);
        waiter->slots[i] = NULL;
    }
}
