/* crux_command_join.h - who waits for a task and for a stream, again and
 * again, leaves a waker each time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_JOIN_H
#define OL_RUNTIME_CRUX_COMMAND_JOIN_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_command_join;

#endif
