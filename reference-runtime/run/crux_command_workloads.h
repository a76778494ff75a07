/* crux_command_workloads.h - the workloads of Crux's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_WORKLOADS_H
#define OL_RUNTIME_CRUX_COMMAND_WORKLOADS_H

#include "reference-runtime/run/workload.h"

/* Ends with NULL. */
extern const struct rt_workload *const rt_crux_command_workloads[];

#endif
