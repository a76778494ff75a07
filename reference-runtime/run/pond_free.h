/* pond_free.h - Pond's leak #110, as its issue ran it.
 *
 * No gate: which tasks take the way through the queue is up to the scheduler.
 * What holds in any case is stated as differences that have to be 0.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_FREE_H
#define OL_RUNTIME_POND_FREE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_pond_free;

#endif
