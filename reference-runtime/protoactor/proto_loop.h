/* proto_loop.h - what runs in an endpoint.
 *
 * Shape:     a future that is over when the endpoint has been cancelled, or,
 *            with one channel, when that is completed and empty. A turn: wait
 *            for either channel; take up to a batch, looking at priority
 *            every ten messages; write the batch.
 *            1.6.0 waits with two new tasks a turn and forgets them both,
 *            though only one is over: the other one's wait stays in the ring
 *            of its channel and in the registrations (#2110).
 * Ownership: the loop holds its endpoint. What it waits for goes with it, or
 *            when the turn ends, whichever is later.
 * Threads:   one poll at a time; by a task, or by rt_future_block_on.
 * Errors:    its status is 0, or -ENOMEM; create returns NULL when there is no
 *            memory.
 * Source:    RunAsync in Endpoint.cs of the variant's version.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_LOOP_H
#define OL_RUNTIME_PROTO_LOOP_H

#include "reference-runtime/protoactor/proto_endpoint.h"

/* Makes the loop of an endpoint; one is enough. When it is over, so is
 * Outgoing. */
OL_MUST_USE struct rt_future *rt_proto_loop_create(
    struct rt_proto_endpoint *endpoint);

#endif
