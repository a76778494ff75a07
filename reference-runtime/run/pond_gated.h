/* pond_gated.h - Pond's leak #110, in exact numbers.
 *
 * The tasks of a round wait at a gate until all of them are submitted, and
 * the next round begins when no worker is left: which tasks take the way
 * through the queue does not depend on the scheduler.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_GATED_H
#define OL_RUNTIME_POND_GATED_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_pond_gated;

#endif
