/* ce_churn.h - gets that give up, on a deferred that never completes.
 *
 * Alone, upstream's reproducer of #3359 and #3935: `d.get.race(IO.unit)`
 * again and again. With others who keep waiting below, no pack ever takes the
 * last node, and the count of ce-3.5.2 stays right.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_CHURN_H
#define OL_RUNTIME_CE_CHURN_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_ce_churn;
extern const struct rt_workload rt_workload_ce_churn_over_live;

#endif
