/* crux_chaos.h - Crux's executor under threads: futures that wake themselves.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_CHAOS_H
#define OL_RUNTIME_CRUX_CHAOS_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_chaos;

#endif
