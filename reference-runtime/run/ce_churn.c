/* ce_churn.c - gets that give up, on a deferred that never completes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_churn.h"

#include "reference-runtime/core/object.h"
#include "reference-runtime/run/ce_model.h"
#include "reference-runtime/run/ce_stage.h"

enum {
    LIVE = 10
};

struct shape {
    long live; /* who keep waiting below */
};

static const struct shape alone = {.live = 0};
static const struct shape over_live = {.live = LIVE};

/* ---- What should be ---- */

/* Above who waits, each pack takes one node that is not the last: counted
 * right. */
static struct rt_ce_model model_over_live(
    const struct rt_ce_variant *variant, long live, long count)
{
    struct rt_ce_model model = rt_ce_model_new(variant);
    for (long i = 0; i < live; i++)
        rt_ce_model_push(&model);
    for (long i = 0; i < count; i++) {
        rt_ce_model_push(&model);
        rt_ce_model_cancel(&model, 0, false);
    }
    return model;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    const struct rt_ce_model model =
        shape->live ? model_over_live(variant, shape->live, config->rounds)
                    : rt_ce_model_churn(variant, config->rounds);
    rt_ce_model_state(&model, out);
    rt_truth_add(out, "fired", shape->live);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    const struct shape *const shape = config->shape;
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    if (config->rounds < 10) return "unjudged";
    if (variant->is_map) return "none";
    if (variant->pack == RT_CE_PACK_NONE) return "stack-node STEADY 1.00";
    if (variant->counts_bottom || shape->live) return "none";
    if (config->rounds < 1000) return "none; three teeth take 778 rounds";
    return "stack-node SAWTOOTH; teeth grow as the root of the rounds";
}

/* ---- What is ---- */

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    struct rt_ce_wait waits[LIVE] = {0};
    struct rt_ce_stage stage;
    int err = rt_ce_stage_init(&stage, config->variant);
    if (err) return err;

    for (long i = 0; i < shape->live && !err; i++)
        err = rt_ce_stage_push(&stage, &waits[i]);
    if (!err) err = rt_ce_stage_churn(&stage, config->rounds);
    rt_ce_stage_state(&stage, out);
    rt_ce_stage_complete(&stage, waits, shape->live, out);
    rt_ce_stage_deinit(&stage);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_ce_churn = {
    .name = "cats-deferred/churn",
    .summary = "gets that are cancelled (typelevel/cats-effect#3359, #3935)",
    .round = "one get, cancelled, of a deferred that never completes",
    .variants = rt_ce_variants,
    .rounds = 100,
    .sizes = (const long[]){1, 4, 8, 10, 16, 50, 64, 128, 256, 500, 1000, 1024,
        4096, 10000, 0},
    .finding = finding,
    .shape = &alone,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_churn_over_live = {
    .name = "cats-deferred/churn-over-live",
    .summary = "the same while others keep waiting: 3.5.2 counts right",
    .round = "one get, cancelled, above 10 that wait for ever",
    .variants = rt_ce_variants,
    .rounds = 100,
    .sizes = (const long[]){1000, 0},
    .finding = finding,
    .shape = &over_live,
    .expect = expect,
    .run = run,
};
