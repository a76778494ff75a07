/* zio_rig.c - one pool on a scene, and gets from it step by step.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_rig.h"

#include <errno.h>

#include "reference-runtime/zio/zio_check.h"

enum {
    FEWEST_ROUNDS = 10 /* for growth to judge */
};

static struct rt_future *make(void *env, struct rt_scope *scope)
{
    return rt_zio_maker_make(env, scope);
}

int rt_zio_rig_init(
    struct rt_zio_rig *rig, const struct rt_zio_rig_options *options)
{
    int err = rt_zio_scene_init(&rig->scene, options->threads);
    if (err) return err;

    rt_zio_maker_init(&rig->maker, options->fate);
    const struct rt_zio_pool_options pool = {
        .variant = rt_zio_variant_find(options->variant),
        .scheduler = rig->scene.scheduler,
        .creator = {.create = make, .env = &rig->maker},
        .min = options->min,
        .max = options->max,
        .ttl_ns = options->ttl_ns,
    };
    rig->pool = NULL;
    err = rt_zio_pool_create(&pool, &rig->pool);
    if (!err) return 0;
    const int busy = rt_zio_rig_deinit(rig);
    return busy ? busy : err;
}

int rt_zio_rig_deinit(struct rt_zio_rig *rig)
{
    rt_zio_pool_unref(rig->pool);
    const int err = rt_zio_scene_deinit(&rig->scene);
    rt_zio_maker_deinit(&rig->maker);
    return err;
}

int rt_zio_rig_open(struct rt_zio_rig *rig)
{
    return rt_zio_scene_await(
        &rig->scene, rt_zio_pool_open(rig->pool, rig->scene.owner), NULL);
}

int rt_zio_rig_get(
    struct rt_zio_rig *rig, struct rt_scope *scope, struct rt_object **item)
{
    intptr_t value = 0;
    const int err = rt_zio_scene_await(
        &rig->scene, rt_zio_pool_get(rig->pool, scope), &value);
    if (item) *item = err ? NULL : (struct rt_object *)value;
    return err;
}

int rt_zio_rig_visit(struct rt_zio_rig *rig)
{
    struct rt_scope *const scope = rt_scope_create();
    if (!scope) return -ENOMEM;
    const int err = rt_zio_rig_get(rig, scope, NULL);
    const int stuck = rt_zio_scene_close(&rig->scene, scope, err);
    return err == -ENOMEM ? err : stuck;
}

OL_NOINLINE int rt_zio_rig_interrupt(struct rt_zio_rig *rig)
{
    struct rt_scope *const scope = rt_scope_create();
    if (!scope) return -ENOMEM;
    struct rt_task *const get =
        rt_zio_scene_start(&rig->scene, rt_zio_pool_get(rig->pool, scope));
    if (get) rt_zio_scene_interrupt(&rig->scene, get);
    const int stuck = rt_zio_scene_close(&rig->scene, scope, -EINTR);
    return get ? stuck : -ENOMEM;
}

void rt_zio_rig_state(const struct rt_zio_rig *rig, struct rt_truth *out)
{
    const struct rt_zio_counts counts = rt_zio_pool_counts(rig->pool);
    rt_zio_rig_expect_state(out, counts.size, counts.free, (long)counts.queued);
}

void rt_zio_rig_expect_state(
    struct rt_truth *out, long size, long free, long queued)
{
    rt_truth_add(out, "size", size);
    rt_truth_add(out, "free", free);
    rt_truth_add(out, "queued", queued);
}

void rt_zio_rig_state_lost(
    const struct rt_zio_rig *rig, unsigned broken, struct rt_truth *out)
{
    rt_truth_add(out, "live", rt_zio_maker_live(&rig->maker));
    rt_truth_add(out, "orphans", (long)rt_zio_pool_counts(rig->pool).orphans);
    rt_truth_add(out, "broken", (long)broken);
    rt_zio_rig_state(rig, out);
}

void rt_zio_rig_expect_lost(struct rt_truth *out, long queued, long lost)
{
    rt_truth_add(out, "live", queued + lost);
    rt_truth_add(out, "orphans", lost);
    /* Slots add up, and prove nothing: only open scopes do. */
    rt_truth_add(out, "broken", lost ? (long)RT_ZIO_P(3) : 0);
    rt_zio_rig_expect_state(out, queued, queued, queued);
    rt_truth_add(out, "live_after_stop", lost);
    /* Each time the scope, its finalizer and the resource. */
    rt_truth_add(out, "left_over", 3 * lost);
}

const struct rt_zio_variant *rt_zio_rig_variant(
    const struct rt_workload_config *config)
{
    return rt_zio_variant_find(config->variant);
}

const char *rt_zio_rig_finding(
    const struct rt_workload_config *config, const char *finding)
{
    if (config->rounds < FEWEST_ROUNDS) return "unjudged; too few rounds";
    return finding;
}
