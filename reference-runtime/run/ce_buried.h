/* ce_buried.h - many who wait give up, one a round.
 *
 * `buried`, `buried-newest`: below 100 who wait on. A pack does not reach
 * down to what they left until the count of it is as high as they are many:
 * the garbage of a version that is in order has a bound, but there is some.
 * `batch-cancel`, `batch-cancel-newest`: nobody waits on; the shape of
 * upstream's benchmark of cancelling.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_BURIED_H
#define OL_RUNTIME_CE_BURIED_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_ce_buried;
extern const struct rt_workload rt_workload_ce_buried_newest;
extern const struct rt_workload rt_workload_ce_batch_cancel;
extern const struct rt_workload rt_workload_ce_batch_cancel_newest;

#endif
