/* pond_group_context.h - groups that end well leave their context.
 *
 * In every version of Pond the context of a group that ended well stays with
 * the pool's until the pool stops, unless the user stops the group.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_GROUP_CONTEXT_H
#define OL_RUNTIME_POND_GROUP_CONTEXT_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_pond_group_context;
extern const struct rt_workload rt_workload_pond_group_stop;

#endif
