/* pond_workloads.c - the table of Pond's workloads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_workloads.h"

#include <stddef.h>

#include "reference-runtime/run/pond_blocked_submit.h"
#include "reference-runtime/run/pond_edge.h"
#include "reference-runtime/run/pond_free.h"
#include "reference-runtime/run/pond_gated.h"
#include "reference-runtime/run/pond_group_context.h"
#include "reference-runtime/run/pond_group_results.h"
#include "reference-runtime/run/pond_strand.h"

const struct rt_workload *const rt_pond_workloads[] = {
    &rt_workload_pond_gated,
    &rt_workload_pond_free,
    &rt_workload_pond_edge,
    &rt_workload_pond_strand,
    &rt_workload_pond_group_context,
    &rt_workload_pond_group_stop,
    &rt_workload_pond_group_results,
    &rt_workload_pond_blocked_submit,
    NULL,
};
