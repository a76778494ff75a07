/* crux_command_workloads.c - the table of the workloads of Crux's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_command_workloads.h"

#include <stddef.h>

#include "reference-runtime/run/crux_cleared_timer.h"
#include "reference-runtime/run/crux_command_abort.h"
#include "reference-runtime/run/crux_command_abort_spawned.h"
#include "reference-runtime/run/crux_command_evict.h"
#include "reference-runtime/run/crux_command_free.h"
#include "reference-runtime/run/crux_command_join.h"
#include "reference-runtime/run/crux_command_registry.h"

const struct rt_workload *const rt_crux_command_workloads[] = {
    &rt_workload_crux_command_join,
    &rt_workload_crux_command_abort,
    &rt_workload_crux_command_abort_spawned,
    &rt_workload_crux_command_registry,
    &rt_workload_crux_command_registry_stream,
    &rt_workload_crux_command_evict,
    &rt_workload_crux_command_free,
    &rt_workload_crux_cleared_timer,
    NULL,
};
