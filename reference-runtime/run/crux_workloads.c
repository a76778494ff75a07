/* crux_workloads.c - the table of Crux's workloads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_workloads.h"

#include <stddef.h>

#include "reference-runtime/run/crux_chaos.h"
#include "reference-runtime/run/crux_drop_core.h"
#include "reference-runtime/run/crux_finished.h"
#include "reference-runtime/run/crux_free.h"
#include "reference-runtime/run/crux_streaming.h"
#include "reference-runtime/run/crux_unpolled.h"

const struct rt_workload *const rt_crux_workloads[] = {
    &rt_workload_crux_drop_core,
    &rt_workload_crux_held_requests,
    &rt_workload_crux_keep_core,
    &rt_workload_crux_resolve,
    &rt_workload_crux_unpolled,
    &rt_workload_crux_slots,
    &rt_workload_crux_stream,
    &rt_workload_crux_chaos,
    &rt_workload_crux_free,
    NULL,
};
