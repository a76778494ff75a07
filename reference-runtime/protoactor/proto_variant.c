/* proto_variant.c - what sets the versions of endpoint and channel apart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_variant.h"

#include <string.h>

static const struct rt_proto_channel_kind net9 = {
    .name = "net9",
    .summary = "cancelled waits stay in the ring until the next write (#761)",
};

static const struct rt_proto_channel_kind net10 = {
    .name = "net10",
    .summary = "cancelled waits leave the ring",
    .removes_cancelled = true,
};

static const struct rt_proto_channel_kind single_reader = {
    .name = "single-reader",
    .summary = "a second wait cancels the first",
    .has_single_reader = true,
};

static const struct rt_proto_channel_kind *const kinds[] = {
    &net9,
    &net10,
    &single_reader,
};

static const struct rt_proto_variant variants[] = {
    {
        .name = "1.5.0",
        .summary = "one channel, one wait",
        .waits = RT_PROTO_WAITS_ONE,
        .channel = &net9,
    },
    {
        .name = "1.6.0",
        .summary = "two channels, two new waits a turn (#2110)",
        .waits = RT_PROTO_WAITS_PAIR,
        .channel = &net9,
    },
    {
        .name = "pr2111",
        .summary = "a wait that is not over is used again",
        .waits = RT_PROTO_WAITS_REUSED,
        .channel = &net9,
    },
    {
        .name = "1.5.0-net10",
        .summary = "1.5.0 on channels of .NET 10",
        .waits = RT_PROTO_WAITS_ONE,
        .channel = &net10,
    },
    {
        .name = "1.6.0-net10",
        .summary = "1.6.0 on channels of .NET 10, which do not help",
        .waits = RT_PROTO_WAITS_PAIR,
        .channel = &net10,
    },
    {
        .name = "pr2111-net10",
        .summary = "#2111 on channels of .NET 10",
        .waits = RT_PROTO_WAITS_REUSED,
        .channel = &net10,
    },
    {
        .name = "1.6.0-single-reader",
        .summary = "1.6.0 on channels that cancel all waits but the last",
        .waits = RT_PROTO_WAITS_PAIR,
        .channel = &single_reader,
    },
    {
        .name = "pr2111-single-reader",
        .summary = "#2111 on channels that cancel all waits but the last",
        .waits = RT_PROTO_WAITS_REUSED,
        .channel = &single_reader,
    },
    {
        .name = "pr2111-keep-loser",
        .summary = "#2111 where who loses is not told to forget",
        .waits = RT_PROTO_WAITS_REUSED,
        .channel = &net9,
        .keeps_losers = true,
    },
    {
        .name = "1.6.0-dispose-both",
        .summary = "1.6.0, and disposing ends both channels",
        .waits = RT_PROTO_WAITS_PAIR,
        .channel = &net9,
        .disposes_both = true,
    },
    {
        .name = "pr2111-dispose-both",
        .summary = "#2111, and disposing ends both channels",
        .waits = RT_PROTO_WAITS_REUSED,
        .channel = &net9,
        .disposes_both = true,
    },
};

const struct rt_proto_variant *rt_proto_variant_find(const char *name)
{
    const struct rt_proto_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_proto_variant_at(i)); i++)
        if (strcmp(variant->name, name) == 0) return variant;
    return NULL;
}

const struct rt_proto_variant *rt_proto_variant_at(size_t index)
{
    if (index >= sizeof variants / sizeof variants[0]) return NULL;
    return &variants[index];
}

const struct rt_proto_channel_kind *rt_proto_channel_kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i]->name, name) == 0) return kinds[i];
    return NULL;
}
