/* proto_endpoint.h - sends messages to another node in batches.
 *
 * Shape:     messages come in by a data channel and, from 1.6.0 on, another
 *            one for what has priority. The loop (proto_loop.h) gathers what
 *            there is into a batch and writes it to a bounded channel, out
 *            of which batches are sent. One source cancels all waits.
 * Units:     counts of messages and batches.
 * Ownership: counted; the loop holds the endpoint. Dropping the last one frees
 *            the channels and all that is in them.
 * Threads:   all calls from any thread.
 * Errors:    -EPIPE it has been disposed of; create returns NULL when there is
 *            no memory.
 * Source:    github.com/asynkron/protoactor-dotnet, Endpoint.cs of the
 *            variant's version.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_ENDPOINT_H
#define OL_RUNTIME_PROTO_ENDPOINT_H

#include "reference-runtime/protoactor/proto_channel.h"

enum {
    RT_PROTO_BATCH = 1000, /* messages at most in a batch */
    RT_PROTO_OUTGOING = 3, /* batches that wait to be sent */
};

struct rt_proto_endpoint_options {
    const struct rt_proto_variant *variant;
    size_t batch;    /* 0: RT_PROTO_BATCH */
    size_t outgoing; /* 0: RT_PROTO_OUTGOING */
};

/* What has gone through the loop, at one instant.
 * delivered == messages in all batches; batches == empty + others. */
struct rt_proto_endpoint_counts {
    size_t turns; /* waits begun */
    size_t delivered;
    size_t batches;
    size_t empty; /* batches without a message */
    size_t lost;  /* messages of a batch that cancelling kept back */
};

struct rt_proto_endpoint {
    struct rt_object object;
    struct rt_proto_endpoint_options options;
    struct rt_proto_channel *data;     /* owner */
    struct rt_proto_channel *priority; /* owner; that of data, if one is all */
    struct rt_proto_channel *outgoing; /* owner; of batches */
    struct rt_cancel_source *source;   /* owner */
    /* Written by the loop, each read by itself. */
    atomic_size_t turns;
    atomic_size_t delivered;
    atomic_size_t batches;
    atomic_size_t empty;
    atomic_size_t lost;
};

/* Makes an endpoint. */
OL_MUST_USE struct rt_proto_endpoint *rt_proto_endpoint_create(
    const struct rt_proto_endpoint_options *options);

/* Takes one more reference. Returns the endpoint. */
struct rt_proto_endpoint *rt_proto_endpoint_ref(
    struct rt_proto_endpoint *endpoint);

/* Gives a reference back; NULL is fine. */
void rt_proto_endpoint_unref(struct rt_proto_endpoint *endpoint);

/* Sends a message, and takes the caller's reference if it returns 0; else
 * -EPIPE. */
OL_MUST_USE int rt_proto_endpoint_send(struct rt_proto_endpoint *endpoint,
    struct rt_proto_message *message, bool has_priority);

/* Takes a batch that is to be sent, or NULL. */
OL_MUST_USE struct rt_proto_batch *rt_proto_endpoint_take(
    struct rt_proto_endpoint *endpoint);

/* Ends it: takes no more data, and cancels the loop. What has priority is
 * only refused where the variant disposes of both channels. */
void rt_proto_endpoint_dispose(struct rt_proto_endpoint *endpoint);

/* Rejects the messages that the loop has left in the channels that were
 * disposed of; once the loop is over. Returns how many. */
size_t rt_proto_endpoint_reject(struct rt_proto_endpoint *endpoint);

/* Returns the endpoint's counts. */
struct rt_proto_endpoint_counts rt_proto_endpoint_counts(
    const struct rt_proto_endpoint *endpoint);

#endif
