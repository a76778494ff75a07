/* zio_item_set.h - which items a pool remembers, by identity.
 *
 * Shape:     a hash table of chains; each entry is a block of its own and
 *            holds its item, so no other item can come to have its address
 *            while it is remembered.
 * Ownership: the caller's storage. The entries belong to `owner`, the object
 *            that the set is a part of; the table of chains does by design.
 * Threads:   none of its own: the owner's lock. Give what is taken out back
 *            after unlocking: that may drop the item.
 * Errors:    add returns -ENOMEM, and nothing has changed.
 * Source:    own. Upstream's set goes by equality, which makes equal items
 *            stand for each other; identity is what was meant.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_ITEM_SET_H
#define OL_RUNTIME_ZIO_ITEM_SET_H

#include "reference-runtime/core/object.h"

struct rt_zio_entry;

struct rt_zio_item_set {
    const struct rt_object *owner; /* borrowed */
    struct rt_zio_entry **chains;  /* owner of the table, and of each entry */
    size_t chain_count;            /* 0, or a power of two */
    size_t count;
};

void rt_zio_item_set_init(
    struct rt_zio_item_set *set, const struct rt_object *owner);

/* Forgets all items. */
void rt_zio_item_set_deinit(struct rt_zio_item_set *set);

/* Remembers an item; once is enough. Returns 0, or -ENOMEM. */
OL_MUST_USE int rt_zio_item_set_add(
    struct rt_zio_item_set *set, struct rt_object *item);

/* Returns whether the item is remembered. */
bool rt_zio_item_set_has(
    const struct rt_zio_item_set *set, const struct rt_object *item);

/* Takes out the entry of an item, for the caller to unref after unlocking.
 * Returns NULL if there is none. */
OL_MUST_USE struct rt_object *rt_zio_item_set_take(
    struct rt_zio_item_set *set, const struct rt_object *item);

/* Visits each entry, on behalf of the owner. */
void rt_zio_item_set_each_edge(
    const struct rt_zio_item_set *set, rt_object_edge_fn visit, void *env);

#endif
