/* crux_workloads.c - the table of Crux's workloads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_workloads.h"

#include <stddef.h>

#include "reference-runtime/run/crux_drop_core.h"

const struct rt_workload *const rt_crux_workloads[] = {
    &rt_workload_crux_drop_core,
    &rt_workload_crux_held_requests,
    &rt_workload_crux_keep_core,
    &rt_workload_crux_resolve,
    NULL,
};
