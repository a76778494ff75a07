/* pond_variant.c - what sets the versions of Pond apart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_variant.h"

#include <string.h>

static const struct rt_pond_variant variants[] = {
    {
        .name = "v2.1.6",
        .summary = "dispatcher thread; keeps at most one small node (#110)",
        .dispatches = true,
        .signal = RT_POND_SIGNAL_CHAIN,
    },
    {
        .name = "v2.2.0",
        .summary = "the buffer keeps what was read (#110)",
        .signal = RT_POND_SIGNAL_LOST,
    },
    {
        .name = "v2.3.1",
        .summary = "as v2.2.0; blocked submitters may sleep for ever (#108)",
        .signal = RT_POND_SIGNAL_LOST,
    },
    {
        .name = "v2.3.2",
        .summary = "the buffer keeps what was read (#110)",
        .signal = RT_POND_SIGNAL_KEPT,
    },
    {
        .name = "v2.3.3",
        .summary = "reading empties the slot",
        .clears_slots = true,
        .signal = RT_POND_SIGNAL_KEPT,
    },
    {
        .name = "v2.6.2",
        .summary = "a cancelled pool strands its queue (#138)",
        .clears_slots = true,
        .goes_without_queue = true,
        .signal = RT_POND_SIGNAL_CHAIN,
    },
    {
        .name = "v2.7.0",
        .summary = "a cancelled pool settles its queue",
        .clears_slots = true,
        .goes_without_queue = true,
        .drains_on_cancel = true,
        .signal = RT_POND_SIGNAL_CHAIN,
    },
    {
        .name = "cancel-on-done",
        .summary = "v2.7.0, and a finished group gives its context back",
        .clears_slots = true,
        .goes_without_queue = true,
        .drains_on_cancel = true,
        .cancels_when_done = true,
        .signal = RT_POND_SIGNAL_CHAIN,
    },
};

const struct rt_pond_variant *rt_pond_variant_find(const char *name)
{
    const struct rt_pond_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_pond_variant_at(i)); i++)
        if (strcmp(variant->name, name) == 0) return variant;
    return NULL;
}

const struct rt_pond_variant *rt_pond_variant_at(size_t index)
{
    if (index >= sizeof variants / sizeof variants[0]) return NULL;
    return &variants[index];
}
