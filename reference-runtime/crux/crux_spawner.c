/* crux_spawner.c - hands futures to an executor.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_spawner.h"

#include <errno.h>

#include "reference-runtime/crux/crux_task.h"

struct rt_crux_spawner rt_crux_spawner_clone(
    const struct rt_crux_spawner *spawner)
{
    return (struct rt_crux_spawner){
        .variant = spawner->variant,
        .sender = rt_crux_sender_clone(&spawner->sender),
    };
}

int rt_crux_spawner_spawn(
    const struct rt_crux_spawner *spawner, struct rt_future *future)
{
    struct rt_crux_item item = {.object = &future->object};
    if (!spawner->variant->wakes_by_id) {
        struct rt_crux_task *const task =
            rt_crux_task_create(future, &spawner->sender);
        if (!task) return -ENOMEM;
        item.object = rt_crux_task_object(task);
    }
    return rt_crux_sender_send(&spawner->sender, item);
}

void rt_crux_spawner_drop(struct rt_crux_spawner *spawner)
{
    rt_crux_sender_drop(&spawner->sender);
}
