/* crux_command_abort_spawned.h - Crux's #425: an aborted command keeps what
 * it has not spawned yet.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_ABORT_SPAWNED_H
#define OL_RUNTIME_CRUX_COMMAND_ABORT_SPAWNED_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_command_abort_spawned;

#endif
