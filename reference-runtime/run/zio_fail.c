/* zio_fail.c - gets whose item fails once it has acquired something.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_fail.h"

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_rig.h"
#include "reference-runtime/zio/zio_check.h"

/* The range of the pool. */
struct shape {
    uint32_t min;
    uint32_t max;
};

static const struct shape wide = {0, 100};
static const struct shape five = {5, 5};
static const struct shape ten = {10, 10};

/* ---- What should be ---- */

static long lost_by(const struct rt_workload_config *config)
{
    return rt_zio_rig_variant(config)->closes_failed ? 0 : config->rounds;
}

/* A pool of fixed size makes up for each failure that it hands out: as many
 * as its size are queued, with what they have acquired, until it stops. */
static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    const long lost = lost_by(config);
    const long queued = shape->min;
    rt_truth_add(out, "live_at_start", queued);
    rt_truth_add(out, "acquired", queued + config->rounds);
    rt_zio_rig_expect_lost(out, queued, lost);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(
        config, lost_by(config) ? "scope STEADY 1.00, finalizer STEADY 1.00, "
                                  "resource STEADY 1.00"
                                : "none");
}

/* ---- What is ---- */

static int run_rounds(struct rt_zio_rig *rig, long rounds, struct rt_truth *out)
{
    unsigned broken = 0;
    for (long round = 0; round < rounds; round++) {
        const int err = rt_zio_rig_visit(rig);
        if (err) return err;
        broken |= rt_zio_check(rig->pool, true);
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "acquired", atomic_load(&rig->maker.acquired));
    rt_zio_rig_state_lost(rig, broken, out);
    return 0;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    const struct rt_zio_rig_options options = {
        .variant = config->variant,
        .min = shape->min,
        .max = shape->max,
        .fate = RT_ZIO_FAILS,
    };
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    err = rt_zio_rig_open(&rig);
    rt_truth_add(out, "live_at_start", rt_zio_maker_live(&rig.maker));
    if (!err) err = run_rounds(&rig, config->rounds, out);
    if (!err) err = rt_zio_scene_stop(&rig.scene);
    rt_truth_add(out, "live_after_stop", rt_zio_maker_live(&rig.maker));
    const int busy = rt_zio_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

static const char *const variants[] = {"2.1.8", "rc6", "2.0", "pr9163",
    "main-9164", "2.1.9", "2.1.13", "2.1.14", "ideal", NULL};

const struct rt_workload rt_workload_zio_fail = {
    .name = "zio-pool/fail",
    .summary = "what a failed creation had acquired (zio/zio#9152)",
    .round = "one get whose item fails, from a pool of 0 to 100",
    .variants = variants,
    .rounds = 64,
    .sizes = (const long[]){1, 10, 100, 100000, 0},
    .shape = &wide,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_zio_fail_fixed_5 = {
    .name = "zio-pool/fail-fixed-5",
    .summary = "the same, and failures wait in the queue (zio/zio#9152)",
    .round = "one get whose item fails, from a pool of 5",
    .variants = variants,
    .rounds = 64,
    .sizes = (const long[]){10, 100000, 0},
    .shape = &five,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_zio_fail_fixed_10 = {
    .name = "zio-pool/fail-fixed-10",
    .summary = "the same, and failures wait in the queue (zio/zio#9152)",
    .round = "one get whose item fails, from a pool of 10",
    .variants = variants,
    .rounds = 64,
    .sizes = (const long[]){9, 0},
    .shape = &ten,
    .finding = finding,
    .expect = expect,
    .run = run,
};
