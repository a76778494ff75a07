/* zio_failed_in_scope.c - gets that fail, all in one long-lived scope.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_failed_in_scope.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_rig.h"

enum {
    MOST_ITEMS = 10
};

/* ---- What should be ---- */

/* Since failures are closed at once, what is left in the scope has nothing to
 * do; before, it was taken out early. */
static bool is_leaky(const struct rt_workload_config *config)
{
    const struct rt_zio_variant *const variant = rt_zio_rig_variant(config);
    return variant->closes_failed && !variant->drops_failed_lease;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    rt_truth_add(out, "finalizers", is_leaky(config) ? config->rounds : 0);
    rt_zio_rig_expect_state(out, 0, 0, 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(config,
        is_leaky(config) ? "finalizer STEADY 1.00, lease STEADY 1.00, "
                           "attempt STEADY 1.00; until the scope is closed"
                         : "none");
}

/* ---- What is ---- */

static int run_rounds(struct rt_zio_rig *rig, struct rt_scope *scope,
    long rounds, struct rt_truth *out)
{
    for (long round = 0; round < rounds; round++) {
        const int err = rt_zio_rig_get(rig, scope, NULL);
        if (err != -EIO) return err ? err : -EPROTO;
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "finalizers", (long)rt_scope_size(scope));
    rt_zio_rig_state(rig, out);
    return 0;
}

static int run_rig(struct rt_zio_rig *rig, long rounds, struct rt_truth *out)
{
    struct rt_scope *const scope = rt_scope_create();
    if (!scope) return -ENOMEM;
    int err = rt_zio_rig_open(rig);
    if (!err) err = run_rounds(rig, scope, rounds, out);
    const int stuck = rt_zio_scene_close(&rig->scene, scope, 0);
    return err ? err : stuck;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_zio_rig_options options = {
        .variant = config->variant,
        .max = MOST_ITEMS,
        .fate = RT_ZIO_FAILS,
    };
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    rig.maker.acquires_nothing = true;
    err = run_rig(&rig, config->rounds, out);
    const int busy = rt_zio_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

const struct rt_workload rt_workload_zio_failed_in_scope = {
    .name = "zio-pool/failed-in-scope",
    .summary = "a failed get leaves a finalizer that does nothing",
    .round = "one get that fails, all in one scope",
    .variants = (const char *const[]){"2.1.14", "2.0", "2.1.8", "pr9163",
        "main-9164", "2.1.9", "2.1.13", "ideal", NULL},
    .rounds = 64,
    .sizes = (const long[]){1000, 100000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
