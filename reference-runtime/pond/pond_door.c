/* pond_door.c - where submitters wait for room in a full queue.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_door.h"

#include <errno.h>

void rt_pond_door_signal(struct rt_pond *pond)
{
    struct rt_pond_door *const door = &pond->door;
    pthread_cond_broadcast(&pond->changed);
    if (door->called < door->waiting) {
        door->called++;
    } else {
        door->kept = pond->options.variant->signal != RT_POND_SIGNAL_LOST;
    }
}

int rt_pond_door_refusal(const struct rt_pond *pond)
{
    if (pond->is_closed) return -ESHUTDOWN;
    return rt_context_cause(pond->context);
}

int rt_pond_door_wait(struct rt_pond *pond)
{
    struct rt_pond_door *const door = &pond->door;
    if (door->kept) {
        door->kept = false;
        return 0;
    }

    int err = 0;
    door->waiting++;
    while (door->called == 0 && !(err = rt_pond_door_refusal(pond)))
        pthread_cond_wait(&pond->changed, &pond->mutex);
    door->waiting--;
    if (door->called > 0) door->called--;
    pthread_cond_broadcast(&pond->changed);
    return err;
}
