/* zio_free.c - a crowd on a pool, on many threads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_free.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_client.h"
#include "reference-runtime/run/zio_rig.h"
#include "reference-runtime/zio/zio_check.h"

enum {
    ITEMS_LEAST = 2,
    ITEMS_MOST = 8,
    CLIENTS = 4, /* a thread and round */
    VISITS = 4   /* of each */
};

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long visits = config->threads * CLIENTS * VISITS * config->rounds;
    rt_truth_add(out, "visits", visits);
    rt_truth_add(out, "visits_minus_ended", 0);
    rt_truth_add(out, "live_without_owner", 0);
    rt_truth_add(out, "slots_wrong", 0);
    rt_truth_add(out, "orphans", 0);
    rt_truth_add(out, "live_after_stop", 0);
    rt_truth_add(out, "left_over", 0);
}

/* The versions that lose what fails are in zio_fail_free: here it is up to the
 * scheduler how many gets are interrupted while their item is made. */
static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(config, "none");
}

/* ---- What is ---- */

/* Every open scope of an item holds one resource, or none if its creator was
 * interrupted before it began. */
static long live_without_owner(const struct rt_zio_rig *rig)
{
    const struct rt_zio_counts counts = rt_zio_pool_counts(rig->pool);
    const long open = (long)(counts.created - counts.finalized);
    const long live = rt_zio_maker_live(&rig->maker);
    return live > open ? live - open : 0;
}

/* How far the rounds were from what must hold after each. */
struct deviations {
    long live;
    unsigned slots;
};

static int run_rounds(struct rt_zio_rig *rig, struct rt_zio_crowd *crowd,
    const struct rt_workload_config *config, struct deviations *out)
{
    const long clients = config->threads * CLIENTS;
    for (long round = 0; round < config->rounds; round++) {
        const int err =
            rt_zio_crowd_run(crowd, (uint64_t)(round * clients), clients);
        if (err) return err;
        out->live += live_without_owner(rig);
        out->slots |= rt_zio_check(rig->pool, true) &
                      (RT_ZIO_P(1) | RT_ZIO_P(2) | RT_ZIO_P(10));
        rt_stack_scrub();
        ol_mark("round");
    }
    return 0;
}

static int run_rig(struct rt_zio_rig *rig,
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_zio_crowd crowd = rt_zio_crowd_of(rig, VISITS);
    crowd.invalidates = 5;
    crowd.gives_up = 7;
    struct deviations deviations = {0};
    rig->maker.takes_a_turn = true;
    rig->maker.fails = 11;
    int err = rt_zio_rig_open(rig);
    if (!err) err = run_rounds(rig, &crowd, config, &deviations);

    const long ended = atomic_load(&crowd.got) + atomic_load(&crowd.failed) +
                       atomic_load(&crowd.interrupted);
    const long visits = config->threads * CLIENTS * VISITS * config->rounds;
    rt_truth_add(out, "visits", visits);
    rt_truth_add(out, "visits_minus_ended", visits - ended);
    rt_truth_add(out, "live_without_owner", deviations.live);
    rt_truth_add(out, "slots_wrong", (long)deviations.slots);
    return err ? err : rt_zio_scene_stop(&rig->scene);
}

/* Upstream, a get that fails may leave those behind who wait for the slot
 * that it gives up: where that is not repaired nobody has to wait. */
static uint32_t most_items(const struct rt_workload_config *config)
{
    if (rt_zio_rig_variant(config)->refills_after_failure) return ITEMS_MOST;
    return (uint32_t)config->threads * CLIENTS;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_zio_rig_options options = {
        .variant = config->variant,
        .min = ITEMS_LEAST,
        .max = most_items(config),
        .threads = (unsigned)config->threads,
    };
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    err = run_rig(&rig, config, out);
    rt_truth_add(out, "orphans", (long)rt_zio_pool_counts(rig.pool).orphans);
    rt_truth_add(out, "live_after_stop", rt_zio_maker_live(&rig.maker));
    const int busy = rt_zio_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

const struct rt_workload rt_workload_zio_free = {
    .name = "zio-pool/free",
    .summary = "a crowd: some fail, some give up, some invalidate",
    .round = "4 clients a thread make 4 visits each",
    .variants = (const char *const[]){"2.1.14", "pr9163", "main-9164", "2.1.9",
        "2.1.13", "ideal", NULL},
    .rounds = 64,
    .threads = 8,
    .finding = finding,
    .expect = expect,
    .run = run,
};
