/* crux_command_free.h - commands whose tasks are woken by other threads.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_FREE_H
#define OL_RUNTIME_CRUX_COMMAND_FREE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_command_free;

#endif
