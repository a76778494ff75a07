/* zio_key_map.h - which keys have a pool, or the promise of one.
 *
 * Shape:     a hash table of chains of promises.
 * Ownership: the caller's storage. The promises belong to `owner`, the object
 *            that the map is a part of; the table of chains does by design.
 * Threads:   none of its own: the owner's lock.
 * Errors:    add returns -ENOMEM, and nothing has changed.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_KEY_MAP_H
#define OL_RUNTIME_ZIO_KEY_MAP_H

#include "reference-runtime/zio/zio_promise.h"

struct rt_zio_key_map {
    const struct rt_object *owner;  /* borrowed */
    struct rt_zio_promise **chains; /* owner of the table, and of each */
    size_t chain_count;             /* 0, or a power of two */
    size_t count;
};

void rt_zio_key_map_init(
    struct rt_zio_key_map *map, const struct rt_object *owner);

/* Gives all promises back. */
void rt_zio_key_map_deinit(struct rt_zio_key_map *map);

/* Returns the promise of that key, borrowed, or NULL. */
struct rt_zio_promise *rt_zio_key_map_find(
    const struct rt_zio_key_map *map, uint64_t key);

/* Adds the promise of a key that has none; takes a reference. Returns 0, or
 * -ENOMEM. */
OL_MUST_USE int rt_zio_key_map_add(
    struct rt_zio_key_map *map, struct rt_zio_promise *promise);

/* Takes out a promise that is there, for the caller to unref after
 * unlocking. */
void rt_zio_key_map_remove(
    struct rt_zio_key_map *map, const struct rt_zio_promise *promise);

/* Visits each promise. */
void rt_zio_key_map_each(const struct rt_zio_key_map *map,
    void (*visit)(struct rt_zio_promise *promise, void *env), void *env);

/* Visits the first of each chain, on behalf of the owner. */
void rt_zio_key_map_each_edge(
    const struct rt_zio_key_map *map, rt_object_edge_fn visit, void *env);

#endif
