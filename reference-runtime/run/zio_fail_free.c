/* zio_fail_free.c - a crowd on a pool, none of whose items can be made.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_fail_free.h"

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_client.h"
#include "reference-runtime/run/zio_rig.h"
#include "reference-runtime/zio/zio_check.h"

enum {
    THREADS = 8,
    CLIENTS = 2, /* a thread, in each half of a round */
    VISITS = 4   /* of each */
};

/* ---- What should be ---- */

static bool is_leaky(const struct rt_workload_config *config)
{
    return !rt_zio_rig_variant(config)->closes_failed;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long half = config->threads * CLIENTS * VISITS * config->rounds;
    const long lost = is_leaky(config) ? half : 0;
    rt_truth_add(out, "got", half);
    rt_truth_add(out, "failed", half);
    rt_zio_rig_expect_lost(out, 0, lost);
}

static const char *finding(const struct rt_workload_config *config)
{
    if (!is_leaky(config)) return "none";
    if (config->threads != THREADS) return "any; as many as gets that fail";
    return rt_zio_rig_finding(config,
        "scope STEADY 64.00, finalizer STEADY 64.00, resource STEADY 64.00");
}

/* ---- What is ---- */

/* First every get has an item, which it invalidates; then none has. Nobody
 * makes an item when their fate changes. */
OL_NOINLINE static int run_round(
    struct rt_zio_rig *rig, struct rt_zio_crowd *crowd, long clients)
{
    rig->maker.fate = RT_ZIO_SUCCEEDS;
    const int err = rt_zio_crowd_run(crowd, 0, clients);
    if (err) return err;
    rig->maker.fate = RT_ZIO_FAILS;
    return rt_zio_crowd_run(crowd, 0, clients);
}

static int run_rounds(struct rt_zio_rig *rig,
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_zio_crowd crowd = rt_zio_crowd_of(rig, VISITS);
    crowd.invalidates = 1;
    unsigned broken = 0;
    for (long round = 0; round < config->rounds; round++) {
        const int err = run_round(rig, &crowd, config->threads * CLIENTS);
        if (err) return err;
        broken |= rt_zio_check(rig->pool, true);
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "got", atomic_load(&crowd.got));
    rt_truth_add(out, "failed", atomic_load(&crowd.failed));
    rt_zio_rig_state_lost(rig, broken, out);
    return 0;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    /* Room for everybody: where creations fail while a pool is full, gets may
     * wait for ever, and how many fail would be up to the threads. */
    const struct rt_zio_rig_options options = {
        .variant = config->variant,
        .max = (uint32_t)config->threads * CLIENTS,
        .threads = (unsigned)config->threads,
    };
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    rig.maker.takes_a_turn = true;
    err = rt_zio_rig_open(&rig);
    if (!err) err = run_rounds(&rig, config, out);
    const int stuck = rt_zio_scene_stop(&rig.scene);
    rt_truth_add(out, "live_after_stop", rt_zio_maker_live(&rig.maker));
    const int busy = rt_zio_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : stuck ? stuck : busy;
}

const struct rt_workload rt_workload_zio_fail_free = {
    .name = "zio-pool/fail-free",
    .summary = "what failed creations had acquired, on threads (zio/zio#9152)",
    .round = "2 clients a thread make 4 visits each; the same while items fail",
    .variants = (const char *const[]){"2.1.8", "rc6", "2.0", "pr9163",
        "main-9164", "2.1.9", "2.1.13", "2.1.14", "ideal", NULL},
    .rounds = 64,
    .threads = THREADS,
    .finding = finding,
    .expect = expect,
    .run = run,
};
