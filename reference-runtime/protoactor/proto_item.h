/* proto_item.h - what goes through a channel: messages, and batches of them.
 *
 * Shape:     an item is an object with a link, so that to write one takes no
 *            memory. Who sends things of his own embeds it as first field.
 * Ownership: counted; whoever has an item in a queue owns it there.
 * Threads:   none of its own.
 * Errors:    the makers return NULL when there is no memory.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_ITEM_H
#define OL_RUNTIME_PROTO_ITEM_H

#include <stdint.h>

#include "reference-runtime/core/object.h"

struct rt_proto_item {
    struct rt_object object;
    struct rt_proto_item *next; /* owner, while both are in one queue */
};

/* All zero: empty. */
struct rt_proto_items {
    struct rt_proto_item *first; /* owner */
    struct rt_proto_item *last;  /* borrowed */
    size_t count;
};

struct rt_proto_message {
    struct rt_proto_item item;
    intptr_t value;
};

struct rt_proto_batch {
    struct rt_proto_item item;
    struct rt_proto_items messages;
};

/* Puts an item last; the queue takes the caller's reference. */
void rt_proto_items_put(
    struct rt_proto_items *items, struct rt_proto_item *item);

/* Takes the first item, or NULL. */
OL_MUST_USE struct rt_proto_item *rt_proto_items_take(
    struct rt_proto_items *items);

/* Gives all items back. Returns how many. */
size_t rt_proto_items_drop(struct rt_proto_items *items);

/* Makes a message. */
OL_MUST_USE struct rt_proto_message *rt_proto_message_create(intptr_t value);

/* Makes an empty batch. */
OL_MUST_USE struct rt_proto_batch *rt_proto_batch_create(void);

/* Gives an item back that has served its purpose; NULL is fine. */
void rt_proto_item_finish(struct rt_proto_item *item, const char *how);

#endif
