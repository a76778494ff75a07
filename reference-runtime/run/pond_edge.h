/* pond_edge.h - Pond's leak #110 where one node ends.
 *
 * A node is abandoned as a whole when the reader steps over it: the rounds
 * stop right before and right after each such step.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_EDGE_H
#define OL_RUNTIME_POND_EDGE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_pond_edge;

#endif
