/* proto_channel.h - a queue that is waited for, as .NET's channels are.
 *
 * Shape:     items, the oldest first, and who waits: for something to read,
 *            and where there is a capacity, for room to write. A wait that
 *            cannot be answered at once adds an operation to a ring; the next
 *            write answers all of them at once. Whoever was told then has to
 *            try: others may have been faster.
 * Units:     results of waits: 1 try now, 0 there will be nothing more (or no
 *            room any more), -ECANCELED, or the error of completion.
 * Ownership: counted. The channel owns its items and its rings. One that goes
 *            is completed first.
 * Threads:   all calls from any thread; a channel for a single reader has one
 *            at a time. One lock a channel; operations end outside of it.
 * Errors:    -EPIPE it is completed, -EAGAIN it is full; waits that find no
 *            memory are over with -ENOMEM.
 * Source:    .NET's UnboundedChannel, SingleConsumerUnboundedChannel and
 *            BoundedChannel, in our own words. There are no blocked readers:
 *            to read is to wait, then to try.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_CHANNEL_H
#define OL_RUNTIME_PROTO_CHANNEL_H

#include "reference-runtime/protoactor/proto_item.h"
#include "reference-runtime/protoactor/proto_variant.h"
#include "reference-runtime/protoactor/proto_wait.h"

struct rt_proto_channel;

/* What a channel knows of itself, at one instant.
 * waiters == pending + those that are over and linger. */
struct rt_proto_channel_counts {
    size_t items;
    size_t waiters; /* operations in the ring of readers */
    size_t pending; /* of them, without a result */
    size_t writers; /* operations in the ring of writers */
    size_t writes;
    size_t abandoned; /* waits that a second wait has cancelled */
};

/* Makes a channel; a capacity of 0 is none. Returns NULL if there is no
 * memory. */
OL_MUST_USE struct rt_proto_channel *rt_proto_channel_create(
    const struct rt_proto_channel_kind *kind, size_t capacity);

/* Takes one more reference. Returns the channel. */
struct rt_proto_channel *rt_proto_channel_ref(struct rt_proto_channel *channel);

/* Gives a reference back; NULL is fine. */
void rt_proto_channel_unref(struct rt_proto_channel *channel);

/* Returns the header of the channel. */
const struct rt_object *rt_proto_channel_object(
    const struct rt_proto_channel *channel);

/* Writes an item, and takes the caller's reference if it returns 0; else
 * -EPIPE or -EAGAIN. */
OL_MUST_USE int rt_proto_channel_write(
    struct rt_proto_channel *channel, struct rt_proto_item *item);

/* Reads the oldest item, or NULL. */
OL_MUST_USE struct rt_proto_item *rt_proto_channel_read(
    struct rt_proto_channel *channel);

/* Takes no more items, with 0 or an error for who waits. Returns whether
 * nobody had completed it before. */
bool rt_proto_channel_complete(struct rt_proto_channel *channel, int err);

/* Returns -EINPROGRESS until it is completed and empty, then 0 or the
 * error. */
int rt_proto_channel_status(struct rt_proto_channel *channel);

/* Waits until there is something to read. `source` cancels that; NULL is for
 * a wait that cannot be cancelled. */
OL_MUST_USE struct rt_proto_wait rt_proto_channel_wait_to_read(
    struct rt_proto_channel *channel, struct rt_cancel_source *source);

/* Waits until there is room to write. */
OL_MUST_USE struct rt_proto_wait rt_proto_channel_wait_to_write(
    struct rt_proto_channel *channel, struct rt_cancel_source *source);

/* Returns the channel's counts. Looks at every operation in its rings. */
struct rt_proto_channel_counts rt_proto_channel_counts(
    struct rt_proto_channel *channel);

#endif
