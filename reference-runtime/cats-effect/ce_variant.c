/* ce_variant.c - what sets the versions of Cats Effect apart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_variant.h"

#include <string.h>

static const struct rt_ce_variant variants[] = {
    {
        .name = "ce-3.4.2",
        .summary = "a map of waiters by number; also 3.4.5 to 3.4.8",
        .is_map = true,
    },
    {
        .name = "ce-3.4.3",
        .summary = "cancelled and called nodes stay in the stack",
    },
    {
        .name = "ce-3.4.4",
        .summary = "cancelled nodes stay in the stack (#3359)",
        .clears_on_complete = true,
    },
    {
        .name = "ce-3.5.2",
        .summary = "packs, and counts one too few (#3935); from 3.4.9",
        .pack = RT_CE_PACK_CAS,
        .clears_on_complete = true,
    },
    {
        .name = "ce-pr3936",
        .summary = "counts right, but two packs at once count twice (#3940)",
        .pack = RT_CE_PACK_CAS,
        .counts_bottom = true,
        .clears_on_complete = true,
    },
    {
        .name = "ce-3.5.3",
        .summary = "one packs at a time; a handle keeps what is below it",
        .pack = RT_CE_PACK_LOCK,
        .counts_bottom = true,
        .clears_on_complete = true,
        .clears_root = true,
    },
    {
        .name = "ce-3.5.4",
        .summary = "calling takes the stack apart (#3973)",
        .pack = RT_CE_PACK_LOCK,
        .counts_bottom = true,
        .tears_down = true,
    },
};

static const struct rt_ce_join_variant join_variants[] = {
    {
        .name = "unpacked",
        .summary = "a cancelled join stays with the fiber; every version",
    },
    {
        .name = "packed",
        .summary = "a cancelled join packs as a cancelled get does; ours",
        .packs = true,
    },
};

const struct rt_ce_variant *rt_ce_variant_find(const char *name)
{
    const struct rt_ce_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_ce_variant_at(i)); i++)
        if (strcmp(variant->name, name) == 0) return variant;
    return NULL;
}

const struct rt_ce_variant *rt_ce_variant_at(size_t index)
{
    if (index >= sizeof variants / sizeof variants[0]) return NULL;
    return &variants[index];
}

const struct rt_ce_join_variant *rt_ce_join_variant_find(const char *name)
{
    const struct rt_ce_join_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_ce_join_variant_at(i)); i++)
        if (strcmp(variant->name, name) == 0) return variant;
    return NULL;
}

const struct rt_ce_join_variant *rt_ce_join_variant_at(size_t index)
{
    if (index >= sizeof join_variants / sizeof join_variants[0]) return NULL;
    return &join_variants[index];
}
