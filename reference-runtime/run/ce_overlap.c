/* ce_overlap.c - two packs at once, then gets that give up (#3940).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_overlap.h"

#include <errno.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/core/step.h"
#include "reference-runtime/run/ce_model.h"
#include "reference-runtime/run/ce_stage.h"

struct shape {
    long times; /* that packs meet before the first round */
};

static const struct shape six = {.times = 6};
static const struct shape ten = {.times = 10};

/* ---- What should be ---- */

/* The first of the two is in its pack, right above all garbage; the other,
 * on top of it, gives up now. */
static void meet(struct rt_ce_model *model)
{
    const bool locks = model->variant->pack == RT_CE_PACK_LOCK;
    model->packs++;
    rt_ce_model_cancel_only(model);
    if (!locks && rt_ce_model_is_trigger(model->counter)) {
        /* Both take all; only the other one takes itself too. */
        const long both = model->garbage - 1;
        model->packs++;
        model->counter -= rt_ce_model_take(model, true);
        model->garbage = both;
        model->counter -= rt_ce_model_take(model, true);
        return;
    }
    model->garbage--;
    model->counter -= rt_ce_model_take(model, true);
    model->garbage = 1;
}

static void overlap(struct rt_ce_model *model)
{
    const long extra = model->counter < 0 ? -model->counter : 0;
    for (long i = 0; i < extra + 2; i++)
        rt_ce_model_push(model);
    for (long i = 0; i < extra; i++)
        rt_ce_model_cancel(model, 2, true);
    rt_ce_model_cancel_only(model);
    if (model->variant->pack != RT_CE_PACK_NONE &&
        rt_ce_model_is_trigger(model->counter)) {
        meet(model);
    } else {
        rt_ce_model_cancel(model, 0, true);
    }
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    struct rt_ce_model model =
        rt_ce_model_new(rt_ce_variant_find(config->variant));
    for (long i = 0; i < shape->times; i++)
        overlap(&model);
    rt_truth_add(out, "counter_before", model.counter);
    rt_truth_add(out, "garbage_before", model.garbage);
    model.peak_linked = model.peak_garbage = 0;
    for (long round = 0; round < config->rounds; round++) {
        rt_ce_model_push(&model);
        rt_ce_model_cancel(&model, 0, true);
    }
    rt_ce_model_state(&model, out);
    rt_truth_add(out, "left_over", 0);
}

static void add_rows(long counter, long garbage, long packs, long peak_garbage,
    struct rt_truth *out)
{
    rt_truth_add(out, "clear_counter", counter);
    rt_truth_add(out, "garbage", garbage);
    rt_truth_add(out, "packs", packs);
    rt_truth_add(out, "peak_garbage", peak_garbage);
}

static void expect_again(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_ce_model model =
        rt_ce_model_new(rt_ce_variant_find(config->variant));
    long peak = 0; /* between rounds */
    for (long round = 0; round < config->rounds; round++) {
        if (model.counter >= -1) {
            overlap(&model);
        } else {
            rt_ce_model_push(&model);
            rt_ce_model_cancel(&model, 0, true);
        }
        if (model.garbage > peak) peak = model.garbage;
    }
    add_rows(model.counter, model.garbage, model.packs, peak, out);
    rt_truth_add(out, "left_over", 0);
}

/* ---- What is ---- */

struct pair {
    struct rt_ce_stage *stage;
    struct rt_ce_wait first;
    struct rt_ce_wait other;
};

static void cancel_first(void *env)
{
    struct pair *const pair = env;
    rt_ce_stage_cancel(pair->stage, &pair->first);
}

static void cancel_other(void *env)
{
    struct pair *const pair = env;
    rt_ce_stage_cancel(pair->stage, &pair->other);
}

static void cancel_both(struct pair *pair)
{
    /* Under the lock nothing comes between reading that a node is cleared and
     * unlinking it: the step before is where to come between. The node above
     * is read first. */
    const bool locks = pair->stage->variant->pack == RT_CE_PACK_LOCK;
    const struct rt_step_pause pause = {
        .point = locks ? RT_CE_STEP_PACK_READ_CB : RT_CE_STEP_PACK_UNLINK,
        .skip = locks ? 1 : 0,
        .during = cancel_other,
        .env = pair,
    };
    if (!rt_step_run_paused(&pause, cancel_first, pair)) cancel_other(pair);
}

/* So many come and then give up that the counter is 0 again; below the two,
 * where no pack gets to. */
static int overlap_above(
    struct rt_ce_stage *stage, struct rt_ce_wait *extra, long count)
{
    struct pair pair = {.stage = stage};
    int err = 0;
    for (long i = 0; i < count && !err; i++)
        err = rt_ce_stage_push(stage, &extra[i]);
    if (!err) err = rt_ce_stage_push(stage, &pair.first);
    if (!err) err = rt_ce_stage_push(stage, &pair.other);
    if (err) return err;

    for (long i = 0; i < count; i++)
        rt_ce_stage_cancel(stage, &extra[i]);
    cancel_both(&pair);
    return 0;
}

int rt_ce_overlap(struct rt_ce_stage *stage)
{
    const int counter = rt_ce_deferred_clear_counter(stage->deferred);
    const long count = counter < 0 ? -counter : 0;
    struct rt_ce_wait *const extra = calloc((size_t)count + 1, sizeof *extra);
    if (!extra) return -ENOMEM;
    const int err = overlap_above(stage, extra, count);
    free(extra);
    return err;
}

static int overlap_times(
    struct rt_ce_stage *stage, long times, struct rt_truth *out)
{
    for (long i = 0; i < times; i++) {
        const int err = rt_ce_overlap(stage);
        if (err) return err;
    }
    const struct rt_ce_event_counts counts =
        rt_ce_deferred_counts(stage->deferred);
    rt_truth_add(out, "counter_before", counts.clear_counter);
    rt_truth_add(out, "garbage_before", counts.stack.linked_cleared);
    stage->peak_linked = stage->peak_garbage = 0;
    return 0;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    struct rt_ce_stage stage;
    int err = rt_ce_stage_init(&stage, config->variant);
    if (err) return err;

    err = overlap_times(&stage, shape->times, out);
    if (!err) err = rt_ce_stage_churn(&stage, config->rounds);
    if (!err) rt_ce_stage_state(&stage, out);
    rt_ce_stage_deinit(&stage);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

OL_NOINLINE static int meet_or_churn(struct rt_ce_stage *stage)
{
    if (rt_ce_deferred_clear_counter(stage->deferred) >= -1)
        return rt_ce_overlap(stage);
    struct rt_ce_wait wait;
    const int err = rt_ce_stage_push(stage, &wait);
    if (!err) rt_ce_stage_cancel(stage, &wait);
    return err;
}

static int run_again(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_ce_stage stage;
    int err = rt_ce_stage_init(&stage, config->variant);
    if (err) return err;

    long peak = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = meet_or_churn(&stage);
        rt_stack_scrub();
        ol_mark("round");
        if (rt_ce_live_nodes() > peak) peak = rt_ce_live_nodes();
    }
    const struct rt_ce_event_counts counts =
        rt_ce_deferred_counts(stage.deferred);
    add_rows(counts.clear_counter, counts.stack.linked_cleared,
        counts.stack.packs, peak, out);
    rt_ce_stage_deinit(&stage);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

static const char *const variants[] = {"ce-pr3936", "ce-3.4.2", "ce-3.4.3",
    "ce-3.4.4", "ce-3.5.2", "ce-3.5.3", "ce-3.5.4", NULL};

/* From 1000 rounds on ce-3.5.2 has three teeth that double. */
static const char *finding(const struct rt_workload_config *config)
{
    const struct shape *const shape = config->shape;
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    if (variant->is_map || variant->pack == RT_CE_PACK_LOCK) return "none";
    if (variant->pack == RT_CE_PACK_NONE)
        return shape ? "stack-node STEADY 1.00"
                     : "stack-node STEADY 1.00, stack-node STEADY 1.00";
    if (!variant->counts_bottom)
        return config->rounds >= 1000 ? "stack-node SAWTOOTH" : "none";
    if (!shape) return "stack-node SAWTOOTH; each tooth is twice as long";
    if (shape == &six) return "none; each tooth has 63 rounds";
    return config->rounds <= 1023
               ? "stack-node STEADY 1.00; within the first tooth"
               : "none; each tooth has 1023 rounds";
}

const struct rt_workload rt_workload_ce_overlap = {
    .name = "cats-deferred/overlap",
    .summary = "packs that met six times (typelevel/cats-effect#3940)",
    .round = "one get, cancelled; the packs met before the first round",
    .variants = variants,
    .rounds = 100,
    .sizes = (const long[]){256, 1000, 0},
    .shape = &six,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_overlap_ten = {
    .name = "cats-deferred/overlap-ten",
    .summary = "packs that met ten times (typelevel/cats-effect#3940)",
    .round = "one get, cancelled; the packs met before the first round",
    .variants = variants,
    .rounds = 1000,
    .sizes = (const long[]){5000, 0},
    .shape = &ten,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_overlap_again = {
    .name = "cats-deferred/overlap-again",
    .summary = "packs that meet whenever the counter is 0 (#3940)",
    .round = "one get, cancelled; or two that meet, when the counter is 0",
    .variants = variants,
    .rounds = 256,
    .sizes = (const long[]){1000, 0},
    .finding = finding,
    .expect = expect_again,
    .run = run_again,
};
