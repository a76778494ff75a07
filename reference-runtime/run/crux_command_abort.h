/* crux_command_abort.h - hosted commands that are aborted stay until
 * something else wakes their host.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_ABORT_H
#define OL_RUNTIME_CRUX_COMMAND_ABORT_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_command_abort;

#endif
