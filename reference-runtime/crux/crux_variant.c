/* crux_variant.c - what sets the versions of Crux apart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_variant.h"

#include <string.h>

static const struct rt_crux_variant variants[] = {
    {
        .name = "0.2.0",
        .summary = "a request that is not polled keeps itself",
        .callback_is_strong = true,
    },
    {
        .name = "0.3.0",
        .summary = "a suspended task is owned by its own waker (#268)",
    },
    {
        .name = "0.9.0",
        .summary = "a suspended task is owned by its own waker (#268)",
    },
    {
        .name = "pr269-slab",
        .summary = "48f6c15b: the executor owns tasks, and their slots forever",
        .wakes_by_id = true,
    },
    {
        .name = "0.9.1",
        .summary = "the executor owns its tasks",
        .wakes_by_id = true,
        .frees_slots = true,
    },
};

static const struct rt_crux_command_variant commands[] = {
    {
        .name = "0.11.0",
        .summary = "a task that wakes itself is evicted (#339)",
    },
    {
        .name = "0.13.0",
        .summary = "an aborted command keeps what was not spawned yet (#425)",
        .keeps_self_woken = true,
    },
    {
        .name = "pr423",
        .summary = "on the way to 0.16.1: so aborted, it is never done",
        .keeps_self_woken = true,
        .waits_for_contexts = true,
    },
    {
        .name = "0.19.0",
        .summary = "joins pile up wakers; abort wakes nobody; a race (#577)",
        .keeps_self_woken = true,
        .drops_unspawned = true,
        .waits_for_contexts = true,
    },
    {
        .name = "0.20.0",
        .summary = "the bridge forgets what nobody will answer",
        .keeps_self_woken = true,
        .drops_unspawned = true,
        .waits_for_contexts = true,
        .forgets_notifies = true,
    },
    {
        .name = "strict",
        .summary = "ours: 0.20.0 without what is left to grow",
        .keeps_self_woken = true,
        .counts_before_flag = true,
        .drops_unspawned = true,
        .waits_for_contexts = true,
        .one_waker_a_join = true,
        .abort_wakes = true,
        .forgets_notifies = true,
        .forgets_ended = true,
    },
};

static const struct rt_crux_time_variant times[] = {
    {
        .name = "time-0.6.0",
        .summary = "to clear a timer only tells the shell (#292)",
    },
    {
        .name = "time-0.7.0",
        .summary = "to clear a timer ends who waits for it",
        .clear_ends = true,
    },
};

const struct rt_crux_variant *rt_crux_variant_find(const char *name)
{
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++)
        if (strcmp(variants[i].name, name) == 0) return &variants[i];
    return NULL;
}

const struct rt_crux_command_variant *rt_crux_command_variant_find(
    const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    return NULL;
}

const struct rt_crux_time_variant *rt_crux_time_variant_find(const char *name)
{
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (strcmp(times[i].name, name) == 0) return &times[i];
    return NULL;
}
