/* crux_drop_core.h - Crux's leak #268: the shell forgets what it was asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_DROP_CORE_H
#define OL_RUNTIME_CRUX_DROP_CORE_H

#include "reference-runtime/run/workload.h"

/* X1: the shell forgets each request at once; then the core is dropped. */
extern const struct rt_workload rt_workload_crux_drop_core;

/* X1b: the shell still has the requests when the core is dropped. */
extern const struct rt_workload rt_workload_crux_held_requests;

/* X3: as X1, but the truth is that before the core is dropped. */
extern const struct rt_workload rt_workload_crux_keep_core;

/* X2: the shell resolves each request. */
extern const struct rt_workload rt_workload_crux_resolve;

#endif
