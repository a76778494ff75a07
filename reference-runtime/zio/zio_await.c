/* zio_await.c - what the parts of a pool have in common when they wait.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_await.h"

enum rt_poll rt_zio_await(struct rt_future **future,
    const struct rt_waker *waker, struct rt_zio_outcome *out)
{
    if (rt_future_poll(*future, waker) == RT_PENDING) return RT_PENDING;

    *out = (struct rt_zio_outcome){(*future)->status, (*future)->value};
    rt_future_drop(*future);
    *future = NULL;
    return RT_READY;
}

void rt_zio_mask_hold(struct rt_zio_mask *mask)
{
    if (mask->task) return;
    mask->task = rt_task_current();
    if (mask->task) rt_task_mask(mask->task);
}

void rt_zio_mask_let_go(struct rt_zio_mask *mask)
{
    if (mask->task) rt_task_unmask(mask->task);
    mask->task = NULL;
}

bool rt_zio_is_interruptible(void)
{
    const struct rt_task *const task = rt_task_current();
    return !task || !rt_task_is_masked(task);
}
