/* proto_item.c - what goes through a channel: messages, and batches of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_item.h"

void rt_proto_items_put(
    struct rt_proto_items *items, struct rt_proto_item *item)
{
    item->next = NULL;
    if (items->last) {
        items->last->next = item;
    } else {
        items->first = item;
    }
    items->last = item;
    items->count++;
}

struct rt_proto_item *rt_proto_items_take(struct rt_proto_items *items)
{
    struct rt_proto_item *const item = items->first;
    if (!item) return NULL;
    items->first = item->next;
    if (!items->first) items->last = NULL;
    items->count--;
    item->next = NULL;
    return item;
}

size_t rt_proto_items_drop(struct rt_proto_items *items)
{
    const size_t count = items->count;
    struct rt_proto_item *item = NULL;
    while ((item = rt_proto_items_take(items)))
        rt_object_unref(&item->object);
    return count;
}

void rt_proto_item_finish(struct rt_proto_item *item, const char *how)
{
    if (!item) return;
    rt_object_end(&item->object, how);
    rt_object_unref(&item->object);
}

/* ---- Messages ---- */

static void each_edge_of_item(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_proto_item *const item =
        (const struct rt_proto_item *)object;
    if (item->next) visit(object, "next", &item->next->object, true, env);
}

static const struct rt_object_field message_fields[] = {
    RT_OBJECT_FIELD(struct rt_proto_item, next, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type message_type = {
    .kind = RT_MESSAGE,
    .fields = message_fields,
    .each_edge = each_edge_of_item,
};

struct rt_proto_message *rt_proto_message_create(intptr_t value)
{
    struct rt_proto_message *const message =
        rt_object_create(&message_type, sizeof *message);
    if (message) message->value = value;
    return message;
}

/* ---- Batches ---- */

static void drop_batch(struct rt_object *object)
{
    struct rt_proto_batch *const batch = (struct rt_proto_batch *)object;
    rt_proto_items_drop(&batch->messages);
}

static void each_edge_of_batch(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_proto_batch *const batch =
        (const struct rt_proto_batch *)object;
    each_edge_of_item(object, visit, env);
    if (batch->messages.first)
        visit(object, "messages", &batch->messages.first->object, true, env);
}

static const struct rt_object_field batch_fields[] = {
    RT_OBJECT_FIELD(struct rt_proto_batch, item.next, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_proto_batch, messages, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type batch_type = {
    .kind = RT_BATCH,
    .fields = batch_fields,
    .drop = drop_batch,
    .each_edge = each_edge_of_batch,
};

struct rt_proto_batch *rt_proto_batch_create(void)
{
    return rt_object_create(&batch_type, sizeof(struct rt_proto_batch));
}
