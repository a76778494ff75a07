/* ce_churn.c - gets that give up, on a deferred that never completes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_churn.h"

#include "reference-runtime/core/object.h"
#include "reference-runtime/run/ce_model.h"
#include "reference-runtime/run/ce_stage.h"

enum {
    LIVE = 10 /* who keep waiting below, if anybody does */
};

/* ---- What should be ---- */

static void expect_churn(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_ce_model model =
        rt_ce_model_churn(rt_ce_variant_find(config->variant), config->rounds);
    rt_ce_model_state(&model, out);
    rt_truth_add(out, "fired", 0);
    rt_truth_add(out, "left_over", 0);
}

/* Each pack takes one node that is not the last: it is counted right. */
static void expect_over_live(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_ce_model model =
        rt_ce_model_new(rt_ce_variant_find(config->variant));
    for (long live = 0; live < LIVE; live++)
        rt_ce_model_push(&model);
    for (long round = 0; round < config->rounds; round++) {
        rt_ce_model_push(&model);
        rt_ce_model_cancel(&model, 0, false);
    }
    rt_ce_model_state(&model, out);
    rt_truth_add(out, "fired", LIVE);
    rt_truth_add(out, "left_over", 0);
}

static bool never_packs(const struct rt_workload_config *config)
{
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    return !variant->is_map && variant->pack == RT_CE_PACK_NONE;
}

static const char *finding_over_live(const struct rt_workload_config *config)
{
    return never_packs(config) ? "stack-node STEADY 1.00" : "none";
}

static const char *finding_churn(const struct rt_workload_config *config)
{
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    if (config->rounds < 10) return "unjudged";
    if (never_packs(config)) return "stack-node STEADY 1.00";
    if (variant->is_map || variant->counts_bottom) return "none";
    if (config->rounds < 1000) return "none; three teeth take 778 rounds";
    return "stack-node SAWTOOTH; teeth grow as the root of the rounds";
}

/* ---- What is ---- */

static int churn_over(
    const struct rt_workload_config *config, long live, struct rt_truth *out)
{
    struct rt_ce_wait waits[LIVE] = {0};
    struct rt_ce_stage stage;
    int err = rt_ce_stage_init(&stage, config->variant);
    if (err) return err;

    for (long i = 0; i < live && !err; i++)
        err = rt_ce_stage_push(&stage, &waits[i]);
    if (!err) err = rt_ce_stage_churn(&stage, config->rounds);
    if (!err) rt_ce_stage_state(&stage, out);
    rt_ce_stage_complete(&stage, waits, live, out);
    rt_ce_stage_deinit(&stage);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

static int run_churn(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    return churn_over(config, 0, out);
}

static int run_over_live(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    return churn_over(config, LIVE, out);
}

const struct rt_workload rt_workload_ce_churn = {
    .name = "cats-deferred/churn",
    .summary = "gets that are cancelled (typelevel/cats-effect#3359, #3935)",
    .round = "one get, cancelled, of a deferred that never completes",
    .variants = rt_ce_variants,
    .rounds = 100,
    .sizes = (const long[]){1, 4, 8, 10, 16, 50, 64, 128, 256, 500, 1000, 1024,
        4096, 10000, 0},
    .finding = finding_churn,
    .expect = expect_churn,
    .run = run_churn,
};

const struct rt_workload rt_workload_ce_churn_over_live = {
    .name = "cats-deferred/churn-over-live",
    .summary = "the same while others keep waiting: 3.5.2 counts right",
    .round = "one get, cancelled, above 10 that wait for ever",
    .variants = rt_ce_variants,
    .rounds = 100,
    .sizes = (const long[]){1000, 0},
    .finding = finding_over_live,
    .expect = expect_over_live,
    .run = run_over_live,
};
