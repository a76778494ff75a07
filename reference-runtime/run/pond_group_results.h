/* pond_group_results.h - one group that is used for ever.
 *
 * It keeps a result for each task, by design: growth that has an owner.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_GROUP_RESULTS_H
#define OL_RUNTIME_POND_GROUP_RESULTS_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_pond_group_results;

#endif
