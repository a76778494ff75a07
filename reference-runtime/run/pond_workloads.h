/* pond_workloads.h - the workloads of Pond.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_WORKLOADS_H
#define OL_RUNTIME_POND_WORKLOADS_H

#include "reference-runtime/run/workload.h"

/* Ends with NULL. */
extern const struct rt_workload *const rt_pond_workloads[];

#endif
