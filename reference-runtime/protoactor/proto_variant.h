/* proto_variant.h - what sets the versions of endpoint and channel apart.
 *
 * Shape:     a row a version, named as upstream names it; each trait is one
 *            decision of that version. What comes after the version is not
 *            its default: another channel, or one of its own flaws turned.
 * Threads:   constant.
 * Source:    github.com/asynkron/protoactor-dotnet, its tags and #2111;
 *            github.com/dotnet/runtime for the channels.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_VARIANT_H
#define OL_RUNTIME_PROTO_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

struct rt_proto_channel_kind {
    const char *name;
    const char *summary;
    /* A wait that is cancelled leaves the ring (dotnet/runtime#761). */
    bool removes_cancelled;
    /* A second wait cancels the first. */
    bool has_single_reader;
};

/* How the loop of an endpoint waits for messages. */
enum rt_proto_waits {
    RT_PROTO_WAITS_ONE,    /* on the one channel that there is */
    RT_PROTO_WAITS_PAIR,   /* on both, from scratch every time (#2110) */
    RT_PROTO_WAITS_REUSED, /* on both; a wait is used until it is over */
};

struct rt_proto_variant {
    const char *name;
    const char *summary;
    const struct rt_proto_channel_kind *channel;
    enum rt_proto_waits waits;
    /* Whichever task loses keeps the continuation (coreclr#9011). */
    bool keeps_losers;
    /* Disposing completes and drains the priority channel too. */
    bool disposes_both;
};

/* Returns the version of that name, or NULL. */
const struct rt_proto_variant *rt_proto_variant_find(const char *name);

/* Returns the version at that place, or NULL past the last. */
const struct rt_proto_variant *rt_proto_variant_at(size_t index);

/* Returns the kind of channel of that name, or NULL. */
const struct rt_proto_channel_kind *rt_proto_channel_kind_find(
    const char *name);

#endif
