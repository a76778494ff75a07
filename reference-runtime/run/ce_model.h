/* ce_model.h - what cancelled gets leave behind, by arithmetic.
 *
 * Shape:     one deferred, of whose cleared nodes, the garbage, all lie in
 *            one run, with `above` live waiters on top of it. Then a pack
 *            takes all or nothing: all, if its bound reaches down to it.
 *            This is the specification that the workloads are held against;
 *            it knows no nodes and shares nothing with the code under test.
 * Units:     counts of nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_MODEL_H
#define OL_RUNTIME_CE_MODEL_H

#include "reference-runtime/cats-effect/ce_variant.h"
#include "reference-runtime/run/truth.h"

struct rt_ce_model {
    const struct rt_ce_variant *variant;
    long waiting;
    long garbage;
    long counter;
    long packs;
    long peak_linked;  /* right after a push */
    long peak_garbage; /* right after a cancel */
};

/* Makes that of a new deferred. */
struct rt_ce_model rt_ce_model_new(const struct rt_ce_variant *variant);

/* Somebody waits. */
void rt_ce_model_push(struct rt_ce_model *model);

/* Somebody next to the garbage, with `above` live waiters on top, cancels.
 * `at_bottom`: nobody waits below. */
void rt_ce_model_cancel(struct rt_ce_model *model, long above, bool at_bottom);

/* The same while another keeps the right to pack, or has yet to pack. */
void rt_ce_model_cancel_only(struct rt_ce_model *model);

/* Takes all garbage out. Returns what pack says of it. */
long rt_ce_model_take(struct rt_ce_model *model, bool at_bottom);

/* Returns whether a cancelled get packs at that count. */
bool rt_ce_model_is_trigger(long counter);

/* Returns what `count` times push and cancel leave, by the closed form:
 * cycle p, the one after p packs, ends once garbage and p are a power of two
 * together. */
struct rt_ce_model rt_ce_model_churn(
    const struct rt_ce_variant *variant, long count);

/* Adds the rows that rt_ce_stage_state gives. */
void rt_ce_model_state(const struct rt_ce_model *model, struct rt_truth *out);

#endif
