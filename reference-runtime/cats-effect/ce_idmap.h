/* ce_idmap.h - callbacks that wait for one event, the oldest first.
 *
 * Shape:     open, then closed for good. An entry is in the map until it is
 *            removed, or the map is closed and calls it. Upstream's map goes
 *            by ascending number; here the entry is what the number stands
 *            for, which gives the same order, and removal without a search.
 * Ownership: the map is in its owner's storage and owns the entries in it;
 *            an entry in the map owns its callback. Who adds gets a handle,
 *            given back by rt_ce_entry_unref; it may outlive the map.
 * Threads:   add, remove and fire from any thread, at once. Callbacks are
 *            called, and dropped, outside of the lock.
 * Errors:    as each function says.
 * Source:    AsyncDeferred of Cats Effect's kernel.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_IDMAP_H
#define OL_RUNTIME_CE_IDMAP_H

#include <pthread.h>

#include "base/list.h"
#include "reference-runtime/cats-effect/ce_callback.h"
#include "reference-runtime/cats-effect/ce_stack.h"

struct rt_ce_entry;

struct rt_ce_idmap {
    pthread_mutex_t mutex;
    struct ol_list entries; /* guarded by mutex; owner of each */
    long count;             /* guarded by mutex */
    bool is_closed;         /* guarded by mutex */
};

/* Makes an empty, open map. */
void rt_ce_idmap_init(struct rt_ce_idmap *map);

/* Lets go of all entries; nobody may be at the map any more. */
void rt_ce_idmap_deinit(struct rt_ce_idmap *map);

/* Adds a callback, of which the entry takes a reference of its own. Returns
 * 0, -ENOMEM, or -EALREADY if the map is closed. */
OL_MUST_USE int rt_ce_idmap_add(struct rt_ce_idmap *map,
    struct rt_ce_callback *callback, struct rt_ce_entry **handle_out);

/* Takes an entry out, with its callback. Returns the callback with the
 * reference that the entry had, or NULL if it was out already. */
OL_MUST_USE struct rt_ce_callback *rt_ce_idmap_remove(
    struct rt_ce_idmap *map, struct rt_ce_entry *entry);

/* Closes the map, takes all entries out, and calls them until one fails. */
struct rt_ce_applied rt_ce_idmap_fire(struct rt_ce_idmap *map, intptr_t value);

/* Returns how many entries are in the map. */
long rt_ce_idmap_count(struct rt_ce_idmap *map);

/* Visits the entries, on behalf of the object that holds the map. */
void rt_ce_idmap_each_edge(const struct rt_ce_idmap *map,
    const struct rt_object *holder, rt_object_edge_fn visit, void *env);

/* Returns an entry's header. */
struct rt_object *rt_ce_entry_object(struct rt_ce_entry *entry);

/* Gives a handle back; NULL is fine. */
void rt_ce_entry_unref(struct rt_ce_entry *entry);

#endif
