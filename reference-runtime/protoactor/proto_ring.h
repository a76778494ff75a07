/* proto_ring.h - who waits on a channel, the oldest first.
 *
 * Shape:     a ring through `next`; the channel's pointer is to the tail, the
 *            newest, whose next is the oldest. All are detached at once by a
 *            write, and then are nobody's; one by one only by cancelling.
 * Ownership: the ring owns a reference to each operation in it.
 * Threads:   under the lock of the ring's owner, but for the two that end
 *            what has been detached, which run outside of all locks.
 * Source:    .NET's ChannelUtilities, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_RING_H
#define OL_RUNTIME_PROTO_RING_H

#include "reference-runtime/protoactor/proto_wait_op.h"

/* All zero: empty. */
struct rt_proto_ring {
    struct rt_proto_wait_op *tail; /* owner of all */
    unsigned long lap;             /* how often it was detached */
};

/* Adds an operation, with a reference of the ring's own. */
void rt_proto_ring_append(
    struct rt_proto_ring *ring, struct rt_proto_wait_op *op);

/* Takes an operation out, if it is in. Returns whether it was; the reference
 * is the caller's then. */
OL_MUST_USE bool rt_proto_ring_remove(
    struct rt_proto_ring *ring, struct rt_proto_wait_op *op);

/* Takes all out. Returns the tail, or NULL. */
OL_MUST_USE struct rt_proto_wait_op *rt_proto_ring_detach(
    struct rt_proto_ring *ring);

/* Ends all that were detached, and lets go of them. */
void rt_proto_ring_complete(struct rt_proto_wait_op *tail, int result);

/* The same by rt_proto_wait_op_abandon. Returns how many were not over. */
size_t rt_proto_ring_abandon(struct rt_proto_wait_op *tail);

/* Returns how many operations are in; of those without a result if `pending`
 * is set. */
size_t rt_proto_ring_count(const struct rt_proto_ring *ring, bool pending);

#endif
