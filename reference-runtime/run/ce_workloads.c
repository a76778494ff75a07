/* ce_workloads.c - the table of Cats Effect's workloads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_workloads.h"

#include <stddef.h>

#include "reference-runtime/run/ce_adversarial.h"
#include "reference-runtime/run/ce_benchmark.h"
#include "reference-runtime/run/ce_buried.h"
#include "reference-runtime/run/ce_churn.h"
#include "reference-runtime/run/ce_complete.h"
#include "reference-runtime/run/ce_free.h"
#include "reference-runtime/run/ce_join.h"
#include "reference-runtime/run/ce_late_push.h"
#include "reference-runtime/run/ce_overlap.h"
#include "reference-runtime/run/ce_window.h"

const struct rt_workload *const rt_ce_workloads[] = {
    &rt_workload_ce_churn,
    &rt_workload_ce_churn_over_live,
    &rt_workload_ce_buried,
    &rt_workload_ce_buried_newest,
    &rt_workload_ce_batch_cancel,
    &rt_workload_ce_batch_cancel_newest,
    &rt_workload_ce_window,
    &rt_workload_ce_overlap,
    &rt_workload_ce_overlap_ten,
    &rt_workload_ce_overlap_again,
    &rt_workload_ce_complete,
    &rt_workload_ce_pinned_handle,
    &rt_workload_ce_pinned_oldest,
    &rt_workload_ce_throwing,
    &rt_workload_ce_adversarial,
    &rt_workload_ce_late_push,
    &rt_workload_ce_get_before,
    &rt_workload_ce_get_after,
    &rt_workload_ce_complete_alone,
    &rt_workload_ce_join_churn,
    &rt_workload_ce_free,
    &rt_workload_ce_join_free,
    NULL,
};
