/* ce_stage.h - one deferred, and many who wait for it and give up.
 *
 * Shape:     waiters come by push and go by cancel; what is linked at most
 *            is kept in mind. All who still wait are called at the end.
 * Ownership: the caller's storage; waits are the caller's.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_STAGE_H
#define OL_RUNTIME_CE_STAGE_H

#include "reference-runtime/cats-effect/ce_deferred.h"
#include "reference-runtime/run/workload.h"

/* The names of all variants, the default one first; ends with NULL. */
extern const char *const rt_ce_variants[];

struct rt_ce_stage {
    const struct rt_ce_variant *variant; /* borrowed */
    struct rt_ce_deferred *deferred;     /* owner */
    long waiting;
    long peak_linked;  /* right after a push */
    long peak_garbage; /* right after a cancel */
};

/* Makes the deferred, of the variant of that name. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_ce_stage_init(
    struct rt_ce_stage *stage, const char *variant);

/* Lets go of the deferred. */
void rt_ce_stage_deinit(struct rt_ce_stage *stage);

/* Has somebody wait for a deferred who does `fire`, or nothing if that is
 * NULL, when it comes. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_ce_park(struct rt_ce_deferred *deferred,
    int (*fire)(intptr_t value, void *env), struct rt_ce_wait *wait_out);

/* Returns how many nodes there are, linked or not; of a map, entries. */
long rt_ce_live_nodes(void);

/* Has one more wait. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_ce_stage_push(
    struct rt_ce_stage *stage, struct rt_ce_wait *wait_out);

/* Has one give up. */
void rt_ce_stage_cancel(struct rt_ce_stage *stage, struct rt_ce_wait *wait);

/* Has `count` come and give up, one after the other, and marks a round after
 * each. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_ce_stage_churn(struct rt_ce_stage *stage, long count);

/* Adds the rows of rt_ce_model_state; walks the list. */
void rt_ce_stage_state(struct rt_ce_stage *stage, struct rt_truth *out);

/* Completes the deferred, gives the waits back, and adds how many of them
 * were called. */
void rt_ce_stage_complete(struct rt_ce_stage *stage, struct rt_ce_wait *waits,
    long count, struct rt_truth *out);

#endif
