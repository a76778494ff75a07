/* zio_init_interrupt.c - pools whose opening is interrupted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_init_interrupt.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_rig.h"

enum {
    ITEMS = 10 /* of a pool */
};

/* What has become of a pool, at the moment where nothing goes on. */
struct remains {
    long live; /* resources */
    long size;
    long free;
    long queued;
    bool is_blocked; /* its close waits for the creation, for ever */
};

/* ---- What should be ---- */

/* The creator hangs at each of its calls in turn. */
static long call_of(long round)
{
    return 1 + round % ITEMS;
}

static bool is_lost(const struct rt_zio_variant *variant)
{
    return variant->opens_in_caller && !variant->shuts_down_failed_open;
}

/* Where a task of its own fills the pool, opening it cannot be interrupted;
 * instead the close has taken out what was free and waits for the rest. */
static struct remains remains_of(
    const struct rt_zio_variant *variant, long call)
{
    if (!variant->opens_in_caller)
        return (struct remains){.live = 1, .size = 1, .is_blocked = true};
    if (is_lost(variant))
        return (struct remains){call, ITEMS, ITEMS, ITEMS, false};
    return (struct remains){.size = -1};
}

/* Returns the sum of the first so many calls. */
static long sum_of_calls(long rounds)
{
    const long rest = rounds % ITEMS;
    return rounds / ITEMS * (ITEMS * (ITEMS + 1) / 2) + rest * (rest + 1) / 2;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_zio_variant *const variant = rt_zio_rig_variant(config);
    const long calls = sum_of_calls(config->rounds);
    const bool blocks = !variant->opens_in_caller;
    rt_truth_add(out, "unlike", 0);
    rt_truth_add(out, "acquired", calls);
    rt_truth_add(out, "blocked", blocks ? config->rounds : 0);
    rt_truth_add(out, "lost", is_lost(variant) ? calls : 0);
    /* Each time the scope, its finalizer and the resource. */
    rt_truth_add(out, "left_over", is_lost(variant) ? 3 * calls : 0);
}

/* Ten calls in turn leave 5.5 a round; of ten rounds growth looks at the
 * second to the seventh. */
static const char *finding(const struct rt_workload_config *config)
{
    const char *leaks =
        "scope STEADY 5.50, finalizer STEADY 5.50, resource STEADY 5.50";
    if (config->rounds == ITEMS)
        leaks =
            "scope STEADY 4.50, finalizer STEADY 4.50, resource STEADY 4.50";
    return rt_zio_rig_finding(
        config, is_lost(rt_zio_rig_variant(config)) ? leaks : "none");
}

/* ---- What is ---- */

struct sums {
    long unlike; /* pools of which something else remained */
    long acquired;
    long blocked;
    long lost; /* resources, of pools that are gone */
};

/* Opens the pool until the creator hangs, interrupts that, and closes. */
static int interrupt(struct rt_zio_rig *rig, bool *is_blocked)
{
    struct rt_task *const opening = rt_zio_scene_start(
        &rig->scene, rt_zio_pool_open(rig->pool, rig->scene.owner));
    if (!opening) return -ENOMEM;
    rt_zio_scene_interrupt(&rig->scene, opening);
    const int stuck = rt_zio_scene_stop(&rig->scene);
    *is_blocked = stuck == -EINPROGRESS;
    return *is_blocked ? 0 : stuck;
}

static bool is_like(const struct remains *one, const struct remains *other)
{
    return one->live == other->live && one->size == other->size &&
           one->free == other->free && one->queued == other->queued &&
           one->is_blocked == other->is_blocked;
}

static int run_pool(struct rt_zio_rig *rig,
    const struct rt_zio_variant *variant, long call, struct sums *sums)
{
    bool is_blocked = false;
    rig->maker.suspends_at = call;
    const int err = interrupt(rig, &is_blocked);
    const struct rt_zio_counts counts = rt_zio_pool_counts(rig->pool);
    const struct remains expected = remains_of(variant, call);
    const struct remains remains = {
        .live = rt_zio_maker_live(&rig->maker),
        .size = counts.size,
        .free = counts.free,
        .queued = (long)counts.queued,
        .is_blocked = is_blocked,
    };
    sums->unlike += !is_like(&remains, &expected);
    sums->acquired += atomic_load(&rig->maker.acquired);
    sums->blocked += is_blocked;

    /* What hangs, upstream for ever, may now go on. */
    rt_zio_maker_let_go(&rig->maker);
    rt_scheduler_run(rig->scene.scheduler);
    sums->lost += rt_zio_maker_live(&rig->maker);
    return err;
}

OL_NOINLINE static int run_round(
    const struct rt_workload_config *config, long round, struct sums *sums)
{
    const struct rt_zio_rig_options options = {
        .variant = config->variant, .min = ITEMS, .max = ITEMS};
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    err = run_pool(&rig, rt_zio_rig_variant(config), call_of(round), sums);
    const int busy = rt_zio_rig_deinit(&rig);
    return err ? err : busy;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct sums sums = {0};
    for (long round = 0; round < config->rounds; round++) {
        const int err = run_round(config, round, &sums);
        if (err) return err;
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "unlike", sums.unlike);
    rt_truth_add(out, "acquired", sums.acquired);
    rt_truth_add(out, "blocked", sums.blocked);
    rt_truth_add(out, "lost", sums.lost);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return 0;
}

const struct rt_workload rt_workload_zio_init_interrupt = {
    .name = "zio-pool/init-interrupt",
    .summary = "a pool whose opening is interrupted is lost (zio/zio#9174)",
    .round = "a pool of 10 whose creator hangs at call 1, 2, … 10, 1, …",
    .variants = (const char *const[]){"main-9164", "rc6", "2.0", "2.1.8",
        "pr9163", "2.1.9", "2.1.13", "2.1.14", "ideal", NULL},
    .rounds = 70,
    .sizes = (const long[]){1, 4, 10, 1000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
