/* crux_command_evict.h - which tasks a command takes for dead.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_EVICT_H
#define OL_RUNTIME_CRUX_COMMAND_EVICT_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_command_evict;

#endif
