/* zio_interrupt.c - gets that are interrupted while their item is made.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_interrupt.h"

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_rig.h"
#include "reference-runtime/zio/zio_check.h"

enum {
    MOST_ITEMS = 100
};

/* ---- What should be ---- */

static bool is_leaky(const struct rt_workload_config *config)
{
    return !rt_zio_rig_variant(config)->closes_failed;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long lost = is_leaky(config) ? config->rounds : 0;
    rt_truth_add(out, "acquired", config->rounds);
    rt_zio_rig_expect_lost(out, 0, lost);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(
        config, is_leaky(config) ? "scope STEADY 1.00, finalizer STEADY 1.00, "
                                   "resource STEADY 1.00"
                                 : "none");
}

/* ---- What is ---- */

static int run_rounds(struct rt_zio_rig *rig, long rounds, struct rt_truth *out)
{
    unsigned broken = 0;
    for (long round = 0; round < rounds; round++) {
        const int err = rt_zio_rig_interrupt(rig);
        if (err) return err;
        broken |= rt_zio_check(rig->pool, true);
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "acquired", atomic_load(&rig->maker.acquired));
    rt_zio_rig_state_lost(rig, broken, out);
    const int stuck = rt_zio_scene_stop(&rig->scene);
    rt_truth_add(out, "live_after_stop", rt_zio_maker_live(&rig->maker));
    return stuck;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_zio_rig_options options = {
        .variant = config->variant,
        .max = MOST_ITEMS,
        .fate = RT_ZIO_SUSPENDS,
    };
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    err = rt_zio_rig_open(&rig);
    if (!err) err = run_rounds(&rig, config->rounds, out);
    const int busy = rt_zio_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

const struct rt_workload rt_workload_zio_interrupt = {
    .name = "zio-pool/interrupt",
    .summary = "what an interrupted creation had acquired (zio/zio#9152)",
    .round = "one get, interrupted while its item is being made",
    .variants = (const char *const[]){"2.1.8", "rc6", "2.0", "pr9163",
        "main-9164", "2.1.9", "2.1.13", "2.1.14", "ideal", NULL},
    .rounds = 64,
    .sizes = (const long[]){1, 10, 100, 1000000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
