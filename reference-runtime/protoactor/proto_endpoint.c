/* proto_endpoint.c - sends messages to another node in batches.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_endpoint.h"

/* ---- Objects ---- */

/* Channels first: what waits for them takes its registrations back. */
static void drop(struct rt_object *object)
{
    struct rt_proto_endpoint *const endpoint =
        (struct rt_proto_endpoint *)object;
    rt_proto_channel_unref(endpoint->data);
    rt_proto_channel_unref(endpoint->priority);
    rt_proto_channel_unref(endpoint->outgoing);
    rt_cancel_unref(endpoint->source);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_proto_endpoint *const endpoint =
        (const struct rt_proto_endpoint *)object;
    visit(object, "data", rt_proto_channel_object(endpoint->data), true, env);
    visit(object, "priority", rt_proto_channel_object(endpoint->priority), true,
        env);
    visit(object, "outgoing", rt_proto_channel_object(endpoint->outgoing), true,
        env);
    visit(object, "source", rt_cancel_object(endpoint->source), true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_proto_endpoint, data, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_proto_endpoint, priority, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_proto_endpoint, outgoing, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_proto_endpoint, source, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_ENDPOINT,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

static bool has_two_channels(const struct rt_proto_endpoint *endpoint)
{
    return endpoint->options.variant->waits != RT_PROTO_WAITS_ONE;
}

static bool create_parts(struct rt_proto_endpoint *endpoint)
{
    const struct rt_proto_channel_kind *const kind =
        endpoint->options.variant->channel;
    endpoint->source = rt_cancel_create();
    endpoint->data = rt_proto_channel_create(kind, 0);
    endpoint->outgoing =
        rt_proto_channel_create(kind, endpoint->options.outgoing);
    if (!endpoint->data) return false;
    endpoint->priority = has_two_channels(endpoint)
                             ? rt_proto_channel_create(kind, 0)
                             : rt_proto_channel_ref(endpoint->data);
    return endpoint->source && endpoint->outgoing && endpoint->priority;
}

struct rt_proto_endpoint *rt_proto_endpoint_create(
    const struct rt_proto_endpoint_options *options)
{
    struct rt_proto_endpoint *const endpoint =
        rt_object_create(&type, sizeof *endpoint);
    if (!endpoint) return NULL;
    endpoint->options = *options;
    if (options->batch == 0) endpoint->options.batch = RT_PROTO_BATCH;
    if (options->outgoing == 0) endpoint->options.outgoing = RT_PROTO_OUTGOING;
    if (create_parts(endpoint)) return endpoint;
    rt_proto_endpoint_unref(endpoint);
    return NULL;
}

struct rt_proto_endpoint *rt_proto_endpoint_ref(
    struct rt_proto_endpoint *endpoint)
{
    return rt_object_ref(&endpoint->object);
}

void rt_proto_endpoint_unref(struct rt_proto_endpoint *endpoint)
{
    if (endpoint) rt_object_unref(&endpoint->object);
}

/* ---- Messages ---- */

int rt_proto_endpoint_send(struct rt_proto_endpoint *endpoint,
    struct rt_proto_message *message, bool has_priority)
{
    return rt_proto_channel_write(
        has_priority ? endpoint->priority : endpoint->data, &message->item);
}

struct rt_proto_batch *rt_proto_endpoint_take(
    struct rt_proto_endpoint *endpoint)
{
    return (struct rt_proto_batch *)rt_proto_channel_read(endpoint->outgoing);
}

void rt_proto_endpoint_dispose(struct rt_proto_endpoint *endpoint)
{
    rt_proto_channel_complete(endpoint->data, 0);
    if (endpoint->options.variant->disposes_both)
        rt_proto_channel_complete(endpoint->priority, 0);
    rt_object_end(&endpoint->object, "disposed");
    rt_cancel_request(endpoint->source);
}

static size_t reject_all(struct rt_proto_channel *channel)
{
    size_t count = 0;
    struct rt_proto_item *item = NULL;
    while ((item = rt_proto_channel_read(channel))) {
        rt_proto_item_finish(item, "rejected");
        count++;
    }
    return count;
}

size_t rt_proto_endpoint_reject(struct rt_proto_endpoint *endpoint)
{
    const size_t data = reject_all(endpoint->data);
    if (!endpoint->options.variant->disposes_both) return data;
    return data + reject_all(endpoint->priority);
}

/* Relaxed: each count is of use by itself. */
static size_t read_count(const atomic_size_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

struct rt_proto_endpoint_counts rt_proto_endpoint_counts(
    const struct rt_proto_endpoint *endpoint)
{
    return (struct rt_proto_endpoint_counts){
        .turns = read_count(&endpoint->turns),
        .delivered = read_count(&endpoint->delivered),
        .batches = read_count(&endpoint->batches),
        .empty = read_count(&endpoint->empty),
        .lost = read_count(&endpoint->lost),
    };
}
