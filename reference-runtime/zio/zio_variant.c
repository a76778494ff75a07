/* zio_variant.c - what sets the versions of ZIO's pools apart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_variant.h"

#include <string.h>

static const struct rt_zio_variant variants[] = {
    {
        .name = "rc6",
        .summary =
            "a failed get keeps its slot: a retry waits for ever (#6844)",
    },
    {
        .name = "2.0",
        .summary = "gets after an invalidate may wait for ever (#8820)",
        .releases_failed_early = true,
    },
    {
        .name = "2.1.8",
        .summary = "what a failed creation had acquired is lost (#9152)",
        .releases_failed_early = true,
        .refills_for_waiters = true,
    },
    {
        .name = "pr9163",
        .summary = "2.1.8, and a failed creation is closed",
        .releases_failed_early = true,
        .refills_for_waiters = true,
        .closes_failed = true,
    },
    {
        .name = "main-9164",
        .summary = "an opening that is interrupted loses the pool (#9174)",
        .releases_failed_early = true,
        .refills_for_waiters = true,
        .closes_failed = true,
        .opens_in_caller = true,
    },
    {
        .name = "2.1.9",
        .summary = "remembers what was invalidated elsewhere (#9306)",
        .releases_failed_early = true,
        .refills_for_waiters = true,
        .closes_failed = true,
        .opens_in_caller = true,
        .shuts_down_failed_open = true,
    },
    {
        .name = "2.1.13",
        .summary = "keyed pools keep their items' finalizers (#9329)",
        .releases_failed_early = true,
        .refills_for_waiters = true,
        .closes_failed = true,
        .opens_in_caller = true,
        .shuts_down_failed_open = true,
        .tracks_valid_items = true,
    },
    {
        .name = "2.1.14",
        .summary = "upstream's last: ghosts, excess, failed gets in one scope",
        .releases_failed_early = true,
        .refills_for_waiters = true,
        .closes_failed = true,
        .opens_in_caller = true,
        .shuts_down_failed_open = true,
        .tracks_valid_items = true,
        .scopes_keyed_items = true,
    },
    {
        .name = "ideal",
        .summary = "2.1.14, and what upstream never changed",
        .releases_failed_early = true,
        .refills_for_waiters = true,
        .closes_failed = true,
        .opens_in_caller = true,
        .shuts_down_failed_open = true,
        .tracks_valid_items = true,
        .scopes_keyed_items = true,
        .counts_excess_right = true,
        .cancels_takers = true,
        .drops_failed_lease = true,
        .refills_after_failure = true,
        .drains_last_slot = true,
    },
};

const struct rt_zio_variant *rt_zio_variant_find(const char *name)
{
    const struct rt_zio_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_zio_variant_at(i)); i++)
        if (strcmp(variant->name, name) == 0) return variant;
    return NULL;
}

const struct rt_zio_variant *rt_zio_variant_at(size_t index)
{
    if (index >= sizeof variants / sizeof variants[0]) return NULL;
    return &variants[index];
}
