/* zio_keyed_rig.h - one keyed pool on a scene; each key has its own maker.
 *
 * Shape:     every key's pool has one item, unless told otherwise.
 * Ownership: the caller's storage, which stays where it is.
 * Threads:   as zio_scene.h.
 * Errors:    as zio_scene.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_KEYED_RIG_H
#define OL_RUNTIME_ZIO_KEYED_RIG_H

#include "reference-runtime/run/zio_maker.h"
#include "reference-runtime/run/zio_scene.h"
#include "reference-runtime/zio/zio_keyed_pool.h"

enum {
    RT_ZIO_KEYS = 6
};

struct rt_zio_keyed_rig {
    struct rt_zio_scene scene;
    struct rt_zio_maker makers[RT_ZIO_KEYS];
    struct rt_zio_range range;       /* of every key */
    uint64_t ttl_ns[RT_ZIO_KEYS];    /* 0: items live as long as the pool */
    struct rt_zio_keyed_pool *keyed; /* owner */
};

/* Makes a rig with so many threads. Returns 0 or a negative errno. */
OL_MUST_USE int rt_zio_keyed_rig_init(
    struct rt_zio_keyed_rig *rig, const char *variant, unsigned threads);

/* Stops what is not stopped and gives all back. */
OL_MUST_USE int rt_zio_keyed_rig_deinit(struct rt_zio_keyed_rig *rig);

/* Gets an item of that key, the pool's. */
OL_MUST_USE int rt_zio_keyed_rig_get(struct rt_zio_keyed_rig *rig, uint64_t key,
    struct rt_scope *scope, struct rt_object **item);

/* Returns how many items the pool of a key remembers. */
long rt_zio_keyed_rig_remembered(struct rt_zio_keyed_rig *rig, uint64_t key);

#endif
