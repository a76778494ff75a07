/* zio_keyed_pool.h - a pool of items for each key, as ZIO's ZKeyedPool.
 *
 * Shape:     key -> a pool of its own, made when the key is first asked for.
 *            Who comes while it is being made waits for that; if it fails all
 *            of them fail, and the next one tries again. An item may live in
 *            several pools, so it is invalidated in all of them.
 * Units:     as zio_pool.h; a key is a number.
 * Ownership: counted; create gives the caller one reference. The pools end
 *            when the owner's scope is closed, and that waits for them.
 * Threads:   all calls from any thread. Range, time to live and creator are
 *            called outside of locks.
 * Errors:    as zio_pool.h.
 * Source:    zio.ZKeyedPool, core/shared/src/main/scala/zio/ZKeyedPool.scala.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_KEYED_POOL_H
#define OL_RUNTIME_ZIO_KEYED_POOL_H

#include "reference-runtime/core/scope.h"
#include "reference-runtime/zio/zio_pool.h"

struct rt_zio_keyed_pool;

struct rt_zio_range {
    uint32_t min;
    uint32_t max;
};

/* How the items of a key are made. */
struct rt_zio_keyed_creator {
    /* As a creator's. The scope is the item's own; up to 2.1.13 it is the
     * owner's, so that what an item acquired is given back last of all. */
    struct rt_future *(*create)(
        void *env, uint64_t key, struct rt_scope *scope);
    struct rt_zio_range (*range)(void *env, uint64_t key);
    uint64_t (*ttl_ns)(void *env, uint64_t key); /* NULL: all for ever */
    void (*drop)(void *env); /* gives env back; NULL if there is no need */
    void *env;               /* owner */
};

struct rt_zio_keyed_counts {
    size_t pools;   /* made, or being made */
    size_t pending; /* being made */
    size_t waiting; /* gets that wait for one to be made */
};

/* Makes one without any pool. It takes over the creator. The scheduler is
 * borrowed; it outlives the pools. Returns NULL if there is no memory, and
 * then the creator is still the caller's. */
OL_MUST_USE struct rt_zio_keyed_pool *rt_zio_keyed_pool_create(
    const struct rt_zio_variant *variant, struct rt_scheduler *scheduler,
    struct rt_zio_keyed_creator creator, struct rt_scope *owner);

/* Takes one more reference. Returns the pool. */
struct rt_zio_keyed_pool *rt_zio_keyed_pool_ref(
    struct rt_zio_keyed_pool *keyed);

/* Gives a reference back; NULL is fine. */
void rt_zio_keyed_pool_unref(struct rt_zio_keyed_pool *keyed);

/* Returns its header. */
const struct rt_object *rt_zio_keyed_pool_object(
    const struct rt_zio_keyed_pool *keyed);

/* Makes a future that gets an item of that key, as rt_zio_pool_get does. */
OL_MUST_USE struct rt_future *rt_zio_keyed_pool_get(
    struct rt_zio_keyed_pool *keyed, uint64_t key, struct rt_scope *scope);

/* Invalidates the item in the pools of all keys. Returns 0, or -ENOMEM: then
 * perhaps not in all. */
OL_MUST_USE int rt_zio_keyed_pool_invalidate(
    struct rt_zio_keyed_pool *keyed, struct rt_object *item);

/* Returns the pool of that key, with a reference, or NULL if there is none. */
OL_MUST_USE struct rt_zio_pool *rt_zio_keyed_pool_find(
    struct rt_zio_keyed_pool *keyed, uint64_t key);

/* Returns its counts. */
struct rt_zio_keyed_counts rt_zio_keyed_pool_counts(
    struct rt_zio_keyed_pool *keyed);

#endif
