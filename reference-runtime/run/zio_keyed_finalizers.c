/* zio_keyed_finalizers.c - where what a keyed item acquired is given back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_keyed_finalizers.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_keyed_rig.h"
#include "reference-runtime/run/zio_rig.h"

/* ---- What should be ---- */

static bool is_leaky(const struct rt_workload_config *config)
{
    return !rt_zio_rig_variant(config)->scopes_keyed_items;
}

/* One item to begin with, and one a round. One finalizer is the pool's. */
static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long kept = is_leaky(config) ? config->rounds + 1 : 0;
    rt_truth_add(out, "finalizers", 1 + kept);
    rt_truth_add(out, "live", is_leaky(config) ? kept : 1);
    rt_truth_add(out, "created", config->rounds + 1);
    rt_truth_add(out, "live_after_stop", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(
        config, is_leaky(config) ? "finalizer STEADY 1.00, resource STEADY 1.00"
                                 : "none");
}

/* ---- What is ---- */

OL_NOINLINE static int run_round(struct rt_zio_keyed_rig *rig)
{
    struct rt_scope *const scope = rt_scope_create();
    struct rt_object *item = NULL;
    if (!scope) return -ENOMEM;
    int err = rt_zio_keyed_rig_get(rig, 0, scope, &item);
    if (!err) err = rt_zio_keyed_pool_invalidate(rig->keyed, item);
    const int stuck = rt_zio_scene_close(&rig->scene, scope, 0);
    return err ? err : stuck;
}

static int run_rounds(
    struct rt_zio_keyed_rig *rig, long rounds, struct rt_truth *out)
{
    const struct rt_zio_maker *const maker = &rig->makers[0];
    for (long round = 0; round < rounds; round++) {
        const int err = run_round(rig);
        if (err) return err;
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "finalizers", (long)rt_scope_size(rig->scene.owner));
    rt_truth_add(out, "live", rt_zio_maker_live(maker));
    rt_truth_add(out, "created", atomic_load(&maker->calls));
    const int stuck = rt_zio_scene_stop(&rig->scene);
    rt_truth_add(out, "live_after_stop", rt_zio_maker_live(maker));
    return stuck;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_zio_keyed_rig rig;
    int err = rt_zio_keyed_rig_init(&rig, config->variant, 0);
    if (err) return err;
    err = run_rounds(&rig, config->rounds, out);
    const int busy = rt_zio_keyed_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

const struct rt_workload rt_workload_zio_keyed_finalizers = {
    .name = "zio-keyed/finalizers",
    .summary = "items are given back with the keyed pool (zio/zio#9329)",
    .round = "an item of one key is got, invalidated and returned",
    .variants = (const char *const[]){"2.1.13", "rc6", "2.0", "2.1.8", "pr9163",
        "main-9164", "2.1.9", "2.1.14", "ideal", NULL},
    .rounds = 64,
    .sizes = (const long[]){1000, 100000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
