/* crux_channel.c - an unbounded queue between counted ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_channel.h"

#include <errno.h>
#include <pthread.h>

struct message {
    struct rt_object object;
    struct rt_crux_item item;
    struct message *next; /* owner */
};

struct rt_crux_channel {
    struct rt_object object; /* a reference for each end */

    pthread_mutex_t mutex; /* guards what follows */
    size_t senders;
    size_t receivers;
    size_t count;
    struct message *first; /* owner; the oldest */
    struct message *last;  /* borrowed */
    struct rt_waker waiter;
};

struct rt_crux_mapping {
    struct rt_object object;
    struct rt_crux_map map;
    struct rt_crux_mapping *next; /* owner; NULL: the channel itself */
};

/* ---- Messages ---- */

void rt_crux_item_drop(struct rt_crux_item *item)
{
    struct rt_crux_item dropped = *item;
    *item = (struct rt_crux_item){0};
    rt_waker_drop(&dropped.waker);
    rt_object_unref(dropped.object);
}

/* `next` is no longer the message's by then. */
static void drop_message(struct rt_object *object)
{
    rt_crux_item_drop(&((struct message *)object)->item);
}

static void each_message_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct message *const message = (const struct message *)object;
    if (message->item.object)
        visit(object, "item.object", message->item.object, true, env);
    rt_waker_each_edge(&message->item.waker, object, "item.waker", visit, env);
    if (message->next) visit(object, "next", &message->next->object, true, env);
}

static const struct rt_object_field message_fields[] = {
    RT_OBJECT_FIELD(struct message, item.object, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct message, item.waker.data, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct message, next, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type message_type = {
    .kind = RT_MESSAGE,
    .fields = message_fields,
    .drop = drop_message,
    .each_edge = each_message_edge,
};

static void discard(struct message *message)
{
    while (message) {
        struct message *const next = message->next;
        message->next = NULL;
        rt_object_end(&message->object, "discarded");
        rt_object_unref(&message->object);
        message = next;
    }
}

/* ---- Channels ---- */

/* With the last end gone there are no messages and nobody waits. */
static void drop_channel(struct rt_object *object)
{
    pthread_mutex_destroy(&((struct rt_crux_channel *)object)->mutex);
}

static void each_channel_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_channel *const channel =
        (const struct rt_crux_channel *)object;
    if (channel->first)
        visit(object, "first", &channel->first->object, true, env);
    rt_waker_each_edge(&channel->waiter, object, "waiter", visit, env);
}

static const struct rt_object_field channel_fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_channel, first, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_channel, last, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_crux_channel, waiter.data, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type channel_type = {
    .kind = RT_CHANNEL,
    .fields = channel_fields,
    .drop = drop_channel,
    .each_edge = each_channel_edge,
};

int rt_crux_channel_open(
    struct rt_crux_sender *sender_out, struct rt_crux_receiver *receiver_out)
{
    struct rt_crux_channel *const channel =
        rt_object_create(&channel_type, sizeof *channel);
    if (!channel) return -ENOMEM;
    pthread_mutex_init(&channel->mutex, NULL);
    channel->senders = 1;
    channel->receivers = 1;
    *sender_out = (struct rt_crux_sender){.channel = channel};
    *receiver_out =
        (struct rt_crux_receiver){.channel = rt_object_ref(&channel->object)};
    return 0;
}

/* ---- Senders ---- */

static void drop_mapping(struct rt_object *object)
{
    struct rt_crux_mapping *const mapping = (struct rt_crux_mapping *)object;
    if (mapping->next) rt_object_unref(&mapping->next->object);
}

static void each_mapping_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_mapping *const mapping =
        (const struct rt_crux_mapping *)object;
    if (mapping->next) visit(object, "next", &mapping->next->object, true, env);
}

static const struct rt_object_field mapping_fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_mapping, map.env, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_crux_mapping, next, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type mapping_type = {
    .kind = RT_CLOSURE,
    .fields = mapping_fields,
    .drop = drop_mapping,
    .each_edge = each_mapping_edge,
};

struct rt_crux_sender rt_crux_sender_clone(const struct rt_crux_sender *sender)
{
    struct rt_crux_channel *const channel = sender->channel;
    if (!channel) return (struct rt_crux_sender){0};
    rt_object_ref(&channel->object);
    if (sender->mapping) rt_object_ref(&sender->mapping->object);
    pthread_mutex_lock(&channel->mutex);
    channel->senders++;
    pthread_mutex_unlock(&channel->mutex);
    return *sender;
}

int rt_crux_sender_map(const struct rt_crux_sender *sender,
    struct rt_crux_map map, struct rt_crux_sender *out)
{
    struct rt_crux_mapping *const mapping =
        rt_object_create(&mapping_type, sizeof *mapping);
    if (!mapping) return -ENOMEM;
    const struct rt_crux_sender clone = rt_crux_sender_clone(sender);
    mapping->map = map;
    mapping->next = clone.mapping;
    *out = (struct rt_crux_sender){clone.channel, mapping};
    return 0;
}

/* Returns the waker to fire, or nobody; -EPIPE in `err_out` if nobody is left
 * to receive. */
static struct rt_waker append(
    struct rt_crux_channel *channel, struct message *message, int *err_out)
{
    struct rt_waker waiter = {0};
    pthread_mutex_lock(&channel->mutex);
    *err_out = channel->receivers > 0 ? 0 : -EPIPE;
    if (*err_out == 0) {
        if (channel->last) {
            channel->last->next = message;
        } else {
            channel->first = message;
        }
        channel->last = message;
        channel->count++;
        waiter = channel->waiter;
        channel->waiter = (struct rt_waker){0};
    }
    pthread_mutex_unlock(&channel->mutex);
    return waiter;
}

int rt_crux_sender_send(
    const struct rt_crux_sender *sender, struct rt_crux_item item)
{
    for (struct rt_crux_mapping *mapping = sender->mapping; mapping;
         mapping = mapping->next)
        item = mapping->map.run(mapping->map.env, item);

    struct message *const message =
        rt_object_create(&message_type, sizeof *message);
    if (!message) {
        rt_crux_item_drop(&item);
        return -ENOMEM;
    }
    message->item = item;

    int err = 0;
    struct rt_waker waiter = append(sender->channel, message, &err);
    if (err) discard(message);
    rt_waker_fire(&waiter);
    return err;
}

void rt_crux_sender_drop(struct rt_crux_sender *sender)
{
    const struct rt_crux_sender dropped = *sender;
    struct rt_crux_channel *const channel = dropped.channel;
    *sender = (struct rt_crux_sender){0};
    if (!channel) return;

    struct rt_waker waiter = {0};
    pthread_mutex_lock(&channel->mutex);
    if (--channel->senders == 0) {
        waiter = channel->waiter;
        channel->waiter = (struct rt_waker){0};
    }
    pthread_mutex_unlock(&channel->mutex);
    rt_waker_fire(&waiter);
    if (dropped.mapping) rt_object_unref(&dropped.mapping->object);
    rt_object_unref(&channel->object);
}

void rt_crux_sender_each_edge(const struct rt_crux_sender *sender,
    const struct rt_object *from, rt_object_edge_fn visit, void *env)
{
    if (sender->channel)
        visit(from, "sender", &sender->channel->object, true, env);
    if (sender->mapping)
        visit(from, "mapping", &sender->mapping->object, true, env);
}

/* ---- Receivers ---- */

struct rt_crux_receiver rt_crux_receiver_clone(
    const struct rt_crux_receiver *receiver)
{
    struct rt_crux_channel *const channel = receiver->channel;
    if (!channel) return (struct rt_crux_receiver){0};
    rt_object_ref(&channel->object);
    pthread_mutex_lock(&channel->mutex);
    channel->receivers++;
    pthread_mutex_unlock(&channel->mutex);
    return *receiver;
}

/* Under the lock. Returns 0, -EAGAIN or -EPIPE. */
static int take_first(struct rt_crux_channel *channel, struct message **out)
{
    struct message *const message = channel->first;
    if (!message) return channel->senders > 0 ? -EAGAIN : -EPIPE;
    channel->first = message->next;
    if (!channel->first) channel->last = NULL;
    message->next = NULL;
    channel->count--;
    *out = message;
    return 0;
}

static struct rt_crux_item open_message(struct message *message)
{
    const struct rt_crux_item item = message->item;
    message->item = (struct rt_crux_item){0};
    rt_object_end(&message->object, "received");
    rt_object_unref(&message->object);
    return item;
}

int rt_crux_receiver_take(
    const struct rt_crux_receiver *receiver, struct rt_crux_item *out)
{
    struct rt_crux_channel *const channel = receiver->channel;
    struct message *message = NULL;
    pthread_mutex_lock(&channel->mutex);
    const int err = take_first(channel, &message);
    pthread_mutex_unlock(&channel->mutex);
    if (!err) *out = open_message(message);
    return err;
}

enum rt_poll rt_crux_receiver_poll(const struct rt_crux_receiver *receiver,
    const struct rt_waker *waker, struct rt_crux_item *out, int *err_out)
{
    struct rt_crux_channel *const channel = receiver->channel;
    struct message *message = NULL;
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&channel->mutex);
    const int err = take_first(channel, &message);
    if (err == -EAGAIN) replaced = rt_waker_replace(&channel->waiter, waker);
    pthread_mutex_unlock(&channel->mutex);

    rt_waker_drop(&replaced);
    if (err == -EAGAIN) return RT_PENDING;
    if (!err) *out = open_message(message);
    *err_out = err;
    return RT_READY;
}

size_t rt_crux_receiver_count(const struct rt_crux_receiver *receiver)
{
    struct rt_crux_channel *const channel = receiver->channel;
    pthread_mutex_lock(&channel->mutex);
    const size_t count = channel->count;
    pthread_mutex_unlock(&channel->mutex);
    return count;
}

void rt_crux_receiver_drop(struct rt_crux_receiver *receiver)
{
    struct rt_crux_channel *const channel = receiver->channel;
    *receiver = (struct rt_crux_receiver){0};
    if (!channel) return;

    struct message *messages = NULL;
    struct rt_waker waiter = {0};
    pthread_mutex_lock(&channel->mutex);
    if (--channel->receivers == 0) {
        messages = channel->first;
        waiter = channel->waiter;
        channel->first = channel->last = NULL;
        channel->count = 0;
        channel->waiter = (struct rt_waker){0};
    }
    pthread_mutex_unlock(&channel->mutex);
    discard(messages);
    rt_waker_drop(&waiter);
    rt_object_unref(&channel->object);
}

void rt_crux_receiver_each_edge(const struct rt_crux_receiver *receiver,
    const struct rt_object *from, rt_object_edge_fn visit, void *env)
{
    if (receiver->channel)
        visit(from, "receiver", &receiver->channel->object, true, env);
}
