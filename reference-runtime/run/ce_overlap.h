/* ce_overlap.h - two packs at once, then gets that give up (#3940).
 *
 * Before the rounds, six times (or ten): one who waits gives up and packs,
 * and is about to unlink when the one above gives up, and packs too. In
 * ce-pr3936 both count the same nodes: the counter falls below 0, twice as
 * far each time, and nothing is packed until it has come up again.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_OVERLAP_H
#define OL_RUNTIME_CE_OVERLAP_H

#include "reference-runtime/run/workload.h"

struct rt_ce_stage;

extern const struct rt_workload rt_workload_ce_overlap;
extern const struct rt_workload rt_workload_ce_overlap_ten;
extern const struct rt_workload rt_workload_ce_overlap_again;

/* Has two packs meet, once. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_ce_overlap(struct rt_ce_stage *stage);

#endif
