/* crux_command_registry.h - what the bridge keeps of effects that nobody
 * answers, and of streams that have ended.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_REGISTRY_H
#define OL_RUNTIME_CRUX_COMMAND_REGISTRY_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_command_registry;
extern const struct rt_workload rt_workload_crux_command_registry_stream;

#endif
