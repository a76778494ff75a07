/* proto_channel.c - a queue that is waited for, as .NET's channels are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_channel.h"

#include <errno.h>
#include <pthread.h>

#include "reference-runtime/core/step.h"
#include "reference-runtime/protoactor/proto_ring.h"

struct rt_proto_channel {
    struct rt_object object;
    const struct rt_proto_channel_kind *kind; /* borrowed, static */
    size_t capacity;
    atomic_size_t count; /* of items; written under the lock */
    pthread_mutex_t mutex;
    /* Guarded by mutex. */
    struct rt_proto_items items;
    struct rt_proto_ring readers;
    struct rt_proto_ring writers;
    struct rt_proto_wait_op *pooled; /* owner; for waits without a source */
    bool is_completed;
    int err; /* of completion */
    size_t writes;
    size_t abandoned;
};

/* ---- Objects ---- */

static void drop(struct rt_object *object)
{
    struct rt_proto_channel *const channel = (struct rt_proto_channel *)object;
    rt_proto_channel_complete(channel, 0);
    /* Those that had a result when it was completed before. */
    rt_proto_ring_complete(rt_proto_ring_detach(&channel->readers), 0);
    rt_proto_ring_complete(rt_proto_ring_detach(&channel->writers), 0);
    rt_proto_items_drop(&channel->items);
    rt_proto_wait_op_unref(channel->pooled);
    pthread_mutex_destroy(&channel->mutex);
}

static void visit_op(const struct rt_object *object, const char *field,
    const struct rt_proto_wait_op *op, rt_object_edge_fn visit, void *env)
{
    if (op) visit(object, field, rt_proto_wait_op_object(op), true, env);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_proto_channel *const channel =
        (const struct rt_proto_channel *)object;
    visit_op(object, "readers", channel->readers.tail, visit, env);
    visit_op(object, "writers", channel->writers.tail, visit, env);
    visit_op(object, "pooled", channel->pooled, visit, env);
    if (channel->items.first)
        visit(object, "items", &channel->items.first->object, true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_proto_channel, readers, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_proto_channel, writers, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_proto_channel, pooled, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_proto_channel, items, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_CHANNEL,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_proto_channel *rt_proto_channel_create(
    const struct rt_proto_channel_kind *kind, size_t capacity)
{
    struct rt_proto_channel *const channel =
        rt_object_create(&type, sizeof *channel);
    if (!channel) return NULL;
    channel->kind = kind;
    channel->capacity = capacity;
    pthread_mutex_init(&channel->mutex, NULL);
    return channel;
}

struct rt_proto_channel *rt_proto_channel_ref(struct rt_proto_channel *channel)
{
    return rt_object_ref(&channel->object);
}

void rt_proto_channel_unref(struct rt_proto_channel *channel)
{
    if (channel) rt_object_unref(&channel->object);
}

const struct rt_object *rt_proto_channel_object(
    const struct rt_proto_channel *channel)
{
    return &channel->object;
}

/* ---- Items ---- */

/* The count that is read without the lock. Release: who sees it sees what
 * was written before. */
static void publish(struct rt_proto_channel *channel)
{
    atomic_store_explicit(
        &channel->count, channel->items.count, memory_order_release);
}

static bool is_full(const struct rt_proto_channel *channel)
{
    return channel->capacity && channel->items.count >= channel->capacity;
}

int rt_proto_channel_write(
    struct rt_proto_channel *channel, struct rt_proto_item *item)
{
    struct rt_proto_wait_op *detached = NULL;
    int err = 0;
    rt_step("channel-write");
    pthread_mutex_lock(&channel->mutex);
    if (channel->is_completed) {
        err = -EPIPE;
    } else if (is_full(channel)) {
        err = -EAGAIN;
    } else {
        rt_proto_items_put(&channel->items, item);
        publish(channel);
        detached = rt_proto_ring_detach(&channel->readers);
        ol_counter(channel, "writes", (int64_t)++channel->writes);
    }
    pthread_mutex_unlock(&channel->mutex);
    rt_step("channel-written");
    rt_proto_ring_complete(detached, 1);
    return err;
}

struct rt_proto_item *rt_proto_channel_read(struct rt_proto_channel *channel)
{
    struct rt_proto_wait_op *detached = NULL;
    rt_step("channel-read");
    pthread_mutex_lock(&channel->mutex);
    struct rt_proto_item *const item = rt_proto_items_take(&channel->items);
    publish(channel);
    if (item) detached = rt_proto_ring_detach(&channel->writers);
    pthread_mutex_unlock(&channel->mutex);
    rt_proto_ring_complete(detached, 1);
    return item;
}

bool rt_proto_channel_complete(struct rt_proto_channel *channel, int err)
{
    struct rt_proto_wait_op *readers = NULL;
    struct rt_proto_wait_op *writers = NULL;
    rt_step("channel-complete");
    pthread_mutex_lock(&channel->mutex);
    const bool is_first = !channel->is_completed;
    if (is_first) {
        channel->is_completed = true;
        channel->err = err;
        readers = rt_proto_ring_detach(&channel->readers);
        writers = rt_proto_ring_detach(&channel->writers);
    }
    pthread_mutex_unlock(&channel->mutex);
    rt_proto_ring_complete(readers, err);
    rt_proto_ring_complete(writers, err);
    return is_first;
}

int rt_proto_channel_status(struct rt_proto_channel *channel)
{
    pthread_mutex_lock(&channel->mutex);
    const bool is_over = channel->is_completed && !channel->items.first;
    const int status = is_over ? channel->err : -EINPROGRESS;
    pthread_mutex_unlock(&channel->mutex);
    return status;
}

/* ---- Waits ---- */

/* What a wait is to be told at once, under the lock; or -EINPROGRESS. */
static int readable(const struct rt_proto_channel *channel)
{
    if (channel->items.first) return 1;
    return channel->is_completed ? channel->err : -EINPROGRESS;
}

static int writable(const struct rt_proto_channel *channel)
{
    if (channel->is_completed) return channel->err;
    return is_full(channel) ? -EINPROGRESS : 1;
}

/* Whoever is cancelled leaves the ring. */
static void leave(struct rt_object *where, struct rt_proto_wait_op *op)
{
    struct rt_proto_channel *const channel = (struct rt_proto_channel *)where;
    pthread_mutex_lock(&channel->mutex);
    const bool was_in = rt_proto_ring_remove(&channel->readers, op) ||
                        rt_proto_ring_remove(&channel->writers, op);
    pthread_mutex_unlock(&channel->mutex);
    if (was_in) rt_proto_wait_op_unref(op);
}

/* Returns an operation for a wait that cannot be cancelled, or NULL. */
static struct rt_proto_wait_op *acquire_pooled(struct rt_proto_channel *channel)
{
    if (!channel->pooled) channel->pooled = rt_proto_wait_op_create_pooled();
    if (!channel->pooled || !rt_proto_wait_op_acquire(channel->pooled))
        return NULL;
    return rt_proto_wait_op_ref(channel->pooled);
}

static void abandon(
    struct rt_proto_channel *channel, struct rt_proto_wait_op *detached)
{
    const size_t count = rt_proto_ring_abandon(detached);
    if (count == 0) return;
    pthread_mutex_lock(&channel->mutex);
    channel->abandoned += count;
    pthread_mutex_unlock(&channel->mutex);
}

/* Where operations of the channel are, if cancelling has them leave. */
static struct rt_proto_wait_place place_in(struct rt_proto_channel *channel)
{
    return channel->kind->removes_cancelled
               ? (struct rt_proto_wait_place){leave, &channel->object}
               : (struct rt_proto_wait_place){NULL, NULL};
}

/* Makes the wait, unless its operation could not be armed. */
static struct rt_proto_wait finish(
    struct rt_proto_channel *channel, struct rt_proto_wait_op *op, int err)
{
    if (!err) return rt_proto_wait_for(op);
    leave(&channel->object, op);
    rt_proto_wait_op_unref(op);
    return rt_proto_wait_over(err);
}

struct rt_proto_wait rt_proto_channel_wait_to_read(
    struct rt_proto_channel *channel, struct rt_cancel_source *source)
{
    if (rt_cancel_is_requested(source)) return rt_proto_wait_over(-ECANCELED);
    if (atomic_load_explicit(&channel->count, memory_order_acquire) > 0)
        return rt_proto_wait_over(1);

    struct rt_proto_wait_op *previous = NULL;
    struct rt_proto_wait_op *op = NULL;
    rt_step("channel-wait");
    pthread_mutex_lock(&channel->mutex);
    const int result = readable(channel);
    if (result == -EINPROGRESS) {
        if (channel->kind->has_single_reader)
            previous = rt_proto_ring_detach(&channel->readers);
        if (!source) op = acquire_pooled(channel);
        if (!op) op = rt_proto_wait_op_create();
        if (op) rt_proto_ring_append(&channel->readers, op);
    }
    pthread_mutex_unlock(&channel->mutex);

    abandon(channel, previous);
    if (result != -EINPROGRESS) return rt_proto_wait_over(result);
    if (!op) return rt_proto_wait_over(-ENOMEM);
    if (!source) return rt_proto_wait_for(op);
    return finish(
        channel, op, rt_proto_wait_op_arm(op, source, place_in(channel)));
}

struct rt_proto_wait rt_proto_channel_wait_to_write(
    struct rt_proto_channel *channel, struct rt_cancel_source *source)
{
    if (rt_cancel_is_requested(source)) return rt_proto_wait_over(-ECANCELED);

    struct rt_proto_wait_op *op = NULL;
    pthread_mutex_lock(&channel->mutex);
    const int result = writable(channel);
    if (result == -EINPROGRESS) {
        op = rt_proto_wait_op_create();
        if (op) rt_proto_ring_append(&channel->writers, op);
    }
    pthread_mutex_unlock(&channel->mutex);

    if (result != -EINPROGRESS) return rt_proto_wait_over(result);
    if (!op) return rt_proto_wait_over(-ENOMEM);
    if (!source) return rt_proto_wait_for(op);
    return finish(
        channel, op, rt_proto_wait_op_arm(op, source, place_in(channel)));
}

struct rt_proto_channel_counts rt_proto_channel_counts(
    struct rt_proto_channel *channel)
{
    pthread_mutex_lock(&channel->mutex);
    const struct rt_proto_channel_counts counts = {
        .items = channel->items.count,
        .waiters = rt_proto_ring_count(&channel->readers, false),
        .pending = rt_proto_ring_count(&channel->readers, true),
        .writers = rt_proto_ring_count(&channel->writers, false),
        .writes = channel->writes,
        .abandoned = channel->abandoned,
    };
    pthread_mutex_unlock(&channel->mutex);
    return counts;
}
