/* ce_window.c - the last 16 who came wait, whoever came before gives up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_window.h"

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/ce_model.h"
#include "reference-runtime/run/ce_stage.h"

enum {
    WIDTH = 16
};

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_ce_model model =
        rt_ce_model_new(rt_ce_variant_find(config->variant));
    for (long round = 0; round < config->rounds; round++) {
        rt_ce_model_push(&model);
        if (model.waiting > WIDTH) rt_ce_model_cancel(&model, WIDTH, true);
    }
    rt_ce_model_state(&model, out);
    rt_truth_add(out, "fired", model.waiting);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    if (!variant->is_map && variant->pack == RT_CE_PACK_NONE)
        return "stack-node STEADY 1.00";
    return "none";
}

/* ---- What is ---- */

OL_NOINLINE static int slide(
    struct rt_ce_stage *stage, struct rt_ce_wait *waits, long round)
{
    struct rt_ce_wait *const place = &waits[round % WIDTH];
    struct rt_ce_wait newest;
    const int err = rt_ce_stage_push(stage, &newest);
    if (err) return err;
    if (round >= WIDTH) rt_ce_stage_cancel(stage, place);
    *place = newest;
    return 0;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_ce_wait waits[WIDTH] = {0};
    struct rt_ce_stage stage;
    int err = rt_ce_stage_init(&stage, config->variant);
    if (err) return err;

    for (long round = 0; round < config->rounds && !err; round++) {
        err = slide(&stage, waits, round);
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_ce_stage_state(&stage, out);
    rt_ce_stage_complete(&stage, waits, WIDTH, out);
    rt_ce_stage_deinit(&stage);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_ce_window = {
    .name = "cats-deferred/window",
    .summary = "the last 16 wait, older ones give up",
    .round = "one comes; if that makes 17, the oldest gives up",
    .variants = rt_ce_variants,
    .rounds = 1000,
    .finding = finding,
    .expect = expect,
    .run = run,
};
