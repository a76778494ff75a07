/* ce_buried.c - many who wait give up, one a round.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_buried.h"

#include <errno.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/ce_model.h"
#include "reference-runtime/run/ce_stage.h"

struct shape {
    long on_top; /* who wait on, above those who give up */
    bool newest_first;
};

static const struct shape buried = {.on_top = 100};
static const struct shape buried_newest = {.on_top = 100, .newest_first = true};
static const struct shape batch = {.on_top = 0};
static const struct shape batch_newest = {.on_top = 0, .newest_first = true};

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    struct rt_ce_model model =
        rt_ce_model_new(rt_ce_variant_find(config->variant));
    const long waiting = config->rounds + shape->on_top;
    for (long i = 0; i < waiting; i++)
        rt_ce_model_push(&model);
    for (long left = config->rounds - 1; left >= 0; left--) {
        const long below = shape->newest_first ? left : 0;
        rt_ce_model_cancel(&model, shape->on_top + left - below, below == 0);
    }
    rt_ce_model_state(&model, out);
    rt_truth_add(out, "fired", shape->on_top);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    (void)config;
    return "none; all were there before the first round, and only go";
}

/* ---- What is ---- */

OL_NOINLINE static void give_up(
    struct rt_ce_stage *stage, struct rt_ce_wait *wait)
{
    rt_ce_stage_cancel(stage, wait);
}

static int come_and_give_up(struct rt_ce_stage *stage, struct rt_ce_wait *waits,
    long count, const struct shape *shape)
{
    int err = 0;
    for (long i = 0; i < count + shape->on_top && !err; i++)
        err = rt_ce_stage_push(stage, &waits[i]);
    for (long i = 0; i < count && !err; i++) {
        give_up(stage, &waits[shape->newest_first ? count - 1 - i : i]);
        rt_stack_scrub();
        ol_mark("round");
    }
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    const long count = config->rounds;
    const size_t places = (size_t)(count + shape->on_top);
    struct rt_ce_wait *const waits = calloc(places, sizeof *waits);
    if (!waits) return -ENOMEM;

    struct rt_ce_stage stage;
    int err = rt_ce_stage_init(&stage, config->variant);
    if (err) goto fail_stage;
    err = come_and_give_up(&stage, waits, count, shape);
    rt_ce_stage_state(&stage, out);
    rt_ce_stage_complete(&stage, waits, count + shape->on_top, out);
    rt_ce_stage_deinit(&stage);
    rt_truth_add(out, "left_over", rt_object_live_all());
fail_stage:
    free(waits);
    return err;
}

const struct rt_workload rt_workload_ce_buried = {
    .name = "cats-deferred/buried",
    .summary = "garbage that no pack reaches yet, with a bound",
    .round = "the oldest of n waiters gives up, below 100 who wait on",
    .variants = rt_ce_variants,
    .rounds = 100,
    .sizes = (const long[]){1000, 0},
    .finding = finding,
    .shape = &buried,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_buried_newest = {
    .name = "cats-deferred/buried-newest",
    .summary = "the same from the other end: packs reach it sooner",
    .round = "the newest of n waiters gives up, below 100 who wait on",
    .variants = rt_ce_variants,
    .rounds = 100,
    .sizes = (const long[]){1000, 0},
    .finding = finding,
    .shape = &buried_newest,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_batch_cancel = {
    .name = "cats-deferred/batch-cancel",
    .summary = "all who wait give up, the oldest first",
    .round = "the oldest of n waiters gives up",
    .variants = rt_ce_variants,
    .rounds = 100,
    .sizes = (const long[]){10, 1000, 0},
    .finding = finding,
    .shape = &batch,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_batch_cancel_newest = {
    .name = "cats-deferred/batch-cancel-newest",
    .summary = "all who wait give up, the newest first",
    .round = "the newest of n waiters gives up",
    .variants = rt_ce_variants,
    .rounds = 100,
    .sizes = (const long[]){10, 1000, 0},
    .finding = finding,
    .shape = &batch_newest,
    .expect = expect,
    .run = run,
};
