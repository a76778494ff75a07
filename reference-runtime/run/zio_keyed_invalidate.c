/* zio_keyed_invalidate.c - an item of one key, invalidated in all pools.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_keyed_invalidate.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_keyed_rig.h"
#include "reference-runtime/run/zio_rig.h"

/* ---- What should be ---- */

static bool is_leaky(const struct rt_workload_config *config)
{
    return !rt_zio_rig_variant(config)->tracks_valid_items;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const bool leaks = is_leaky(config);
    rt_truth_add(
        out, "retained", leaks ? (RT_ZIO_KEYS - 1) * config->rounds : 0);
    rt_truth_add(out, "retained_own", 0);
    rt_truth_add(out, "valid", leaks ? 0 : RT_ZIO_KEYS);
    rt_truth_add(out, "created_own", config->rounds + 1);
    rt_truth_add(out, "created_others", RT_ZIO_KEYS - 1);
    /* Five pools remember the same item. */
    rt_truth_add(out, "items", RT_ZIO_KEYS + (leaks ? config->rounds : 0));
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(
        config, is_leaky(config) ? "set-entry STEADY 5.00, payload STEADY 1.00"
                                 : "none");
}

/* ---- What is ---- */

static int get_all(struct rt_zio_keyed_rig *rig, struct rt_scope *scope,
    struct rt_object **first)
{
    int err = rt_zio_keyed_rig_get(rig, 0, scope, first);
    for (uint64_t key = 1; key < RT_ZIO_KEYS && !err; key++) {
        struct rt_object *item = NULL;
        err = rt_zio_keyed_rig_get(rig, key, scope, &item);
    }
    return err;
}

OL_NOINLINE static int run_round(struct rt_zio_keyed_rig *rig)
{
    struct rt_scope *const scope = rt_scope_create();
    struct rt_object *first = NULL;
    if (!scope) return -ENOMEM;
    int err = get_all(rig, scope, &first);
    if (!err) err = rt_zio_keyed_pool_invalidate(rig->keyed, first);
    const int stuck = rt_zio_scene_close(&rig->scene, scope, 0);
    return err ? err : stuck;
}

static void state_truth(
    struct rt_zio_keyed_rig *rig, bool leaks, struct rt_truth *out)
{
    const long own = rt_zio_keyed_rig_remembered(rig, 0);
    long all = own;
    long created = 0;
    for (uint64_t key = 1; key < RT_ZIO_KEYS; key++) {
        all += rt_zio_keyed_rig_remembered(rig, key);
        created += atomic_load(&rig->makers[key].calls);
    }
    rt_truth_add(out, "retained", leaks ? all : 0);
    rt_truth_add(out, "retained_own", leaks ? own : 0);
    rt_truth_add(out, "valid", leaks ? 0 : all);
    rt_truth_add(out, "created_own", atomic_load(&rig->makers[0].calls));
    rt_truth_add(out, "created_others", created);
    rt_truth_add(out, "items", rt_object_live(RT_PAYLOAD));
}

static int run_rounds(struct rt_zio_keyed_rig *rig,
    const struct rt_workload_config *config, struct rt_truth *out)
{
    for (long round = 0; round < config->rounds; round++) {
        const int err = run_round(rig);
        if (err) return err;
        rt_stack_scrub();
        ol_mark("round");
    }
    state_truth(rig, is_leaky(config), out);
    return 0;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_zio_keyed_rig rig;
    int err = rt_zio_keyed_rig_init(&rig, config->variant, 0);
    if (err) return err;
    /* What items acquire is another matter: zio_keyed_finalizers. */
    for (size_t key = 0; key < RT_ZIO_KEYS; key++)
        rig.makers[key].acquires_nothing = true;
    err = run_rounds(&rig, config, out);
    const int busy = rt_zio_keyed_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

const struct rt_workload rt_workload_zio_keyed_invalidate = {
    .name = "zio-keyed/invalidate",
    .summary = "all pools remember an item that only one had (zio/zio#9306)",
    .round = "an item of each of 6 keys; that of the first is invalidated",
    .variants = (const char *const[]){"2.1.9", "rc6", "2.0", "2.1.8", "pr9163",
        "main-9164", "2.1.13", "2.1.14", "ideal", NULL},
    .rounds = 64,
    .sizes = (const long[]){100, 1000, 10000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
