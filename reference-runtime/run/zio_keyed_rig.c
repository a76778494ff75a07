/* zio_keyed_rig.c - one keyed pool on a scene.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_keyed_rig.h"

#include <errno.h>

static struct rt_future *make(void *env, uint64_t key, struct rt_scope *scope)
{
    struct rt_zio_keyed_rig *const rig = env;
    return rt_zio_maker_make(&rig->makers[key], scope);
}

static struct rt_zio_range range_of(void *env, uint64_t key)
{
    const struct rt_zio_keyed_rig *const rig = env;
    (void)key;
    return rig->range;
}

static uint64_t ttl_of(void *env, uint64_t key)
{
    const struct rt_zio_keyed_rig *const rig = env;
    return rig->ttl_ns[key];
}

int rt_zio_keyed_rig_init(
    struct rt_zio_keyed_rig *rig, const char *variant, unsigned threads)
{
    const int err = rt_zio_scene_init(&rig->scene, threads);
    if (err) return err;

    for (size_t i = 0; i < RT_ZIO_KEYS; i++) {
        rt_zio_maker_init(&rig->makers[i], RT_ZIO_SUCCEEDS);
        rig->ttl_ns[i] = 0;
    }
    rig->range = (struct rt_zio_range){1, 1};
    const struct rt_zio_keyed_creator creator = {
        .create = make, .range = range_of, .ttl_ns = ttl_of, .env = rig};
    rig->keyed = rt_zio_keyed_pool_create(rt_zio_variant_find(variant),
        rig->scene.scheduler, creator, rig->scene.owner);
    if (rig->keyed) return 0;
    const int busy = rt_zio_keyed_rig_deinit(rig);
    return busy ? busy : -ENOMEM;
}

int rt_zio_keyed_rig_deinit(struct rt_zio_keyed_rig *rig)
{
    rt_zio_keyed_pool_unref(rig->keyed);
    const int err = rt_zio_scene_deinit(&rig->scene);
    for (size_t i = 0; i < RT_ZIO_KEYS; i++)
        rt_zio_maker_deinit(&rig->makers[i]);
    return err;
}

int rt_zio_keyed_rig_get(struct rt_zio_keyed_rig *rig, uint64_t key,
    struct rt_scope *scope, struct rt_object **item)
{
    intptr_t value = 0;
    const int err = rt_zio_scene_await(
        &rig->scene, rt_zio_keyed_pool_get(rig->keyed, key, scope), &value);
    *item = err ? NULL : (struct rt_object *)value;
    return err;
}

long rt_zio_keyed_rig_remembered(struct rt_zio_keyed_rig *rig, uint64_t key)
{
    struct rt_zio_pool *const pool = rt_zio_keyed_pool_find(rig->keyed, key);
    if (!pool) return 0;
    const struct rt_zio_counts counts = rt_zio_pool_counts(pool);
    rt_zio_pool_unref(pool);
    return (long)counts.remembered;
}
