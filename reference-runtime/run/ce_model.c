/* ce_model.c - what cancelled gets leave behind, by arithmetic.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_model.h"

struct rt_ce_model rt_ce_model_new(const struct rt_ce_variant *variant)
{
    return (struct rt_ce_model){.variant = variant};
}

static void raise(long *peak, long value)
{
    if (value > *peak) *peak = value;
}

void rt_ce_model_push(struct rt_ce_model *model)
{
    model->waiting++;
    raise(&model->peak_linked, model->waiting + model->garbage);
}

bool rt_ce_model_is_trigger(long counter)
{
    return counter >= 0 && (counter & (counter - 1)) == 0;
}

void rt_ce_model_cancel_only(struct rt_ce_model *model)
{
    model->waiting--;
    model->garbage += !model->variant->is_map;
    model->counter += model->variant->pack != RT_CE_PACK_NONE;
}

long rt_ce_model_take(struct rt_ce_model *model, bool at_bottom)
{
    const bool misses_one = at_bottom && !model->variant->counts_bottom;
    const long packed = model->garbage - misses_one;
    model->garbage = 0;
    return packed;
}

void rt_ce_model_cancel(struct rt_ce_model *model, long above, bool at_bottom)
{
    rt_ce_model_cancel_only(model);
    if (model->variant->pack != RT_CE_PACK_NONE &&
        rt_ce_model_is_trigger(model->counter)) {
        model->packs++;
        if (model->counter >= above)
            model->counter -= rt_ce_model_take(model, at_bottom);
    }
    raise(&model->peak_garbage, model->garbage);
}

/* ---- Churn ---- */

/* The smallest power of two above p. */
static long power_above(long p)
{
    long power = 1;
    while (power <= p)
        power *= 2;
    return power;
}

static void churn_and_miss_one_each(struct rt_ce_model *model, long count)
{
    long packs = 0;
    while (count >= power_above(packs) - packs) {
        const long cycle = power_above(packs) - packs;
        count -= cycle;
        raise(&model->peak_linked, cycle);
        raise(&model->peak_garbage, cycle - 1);
        packs++;
    }
    raise(&model->peak_linked, count);
    raise(&model->peak_garbage, count);
    model->packs = packs;
    model->garbage = count;
    model->counter = packs + count;
}

struct rt_ce_model rt_ce_model_churn(
    const struct rt_ce_variant *variant, long count)
{
    struct rt_ce_model model = rt_ce_model_new(variant);
    model.peak_linked = 1;
    if (variant->is_map) return model;
    if (variant->pack == RT_CE_PACK_NONE) {
        model.peak_linked = model.peak_garbage = model.garbage = count;
    } else if (variant->counts_bottom) {
        model.packs = count;
    } else {
        churn_and_miss_one_each(&model, count);
    }
    return model;
}

void rt_ce_model_state(const struct rt_ce_model *model, struct rt_truth *out)
{
    const long linked = model->waiting + model->garbage;
    rt_truth_add(out, "clear_counter", model->counter);
    rt_truth_add(out, "linked", linked);
    rt_truth_add(out, "garbage", model->garbage);
    rt_truth_add(out, "packs", model->packs);
    rt_truth_add(out, "peak_linked", model->peak_linked);
    rt_truth_add(out, "peak_garbage", model->peak_garbage);
    rt_truth_add(out, "nodes", linked);
    rt_truth_add(out, "callbacks", model->waiting);
}
