/* ce_free.h - many threads wait for one deferred, or fiber, and give up.
 *
 * As the scheduler has it: what holds is stated as differences. Each round
 * has besides one of its own that one of the threads completes, while the
 * others come to wait for it: all of them are told. The shape is that of
 * upstream's test "lots of cancelled gets in parallel".
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_FREE_H
#define OL_RUNTIME_CE_FREE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_ce_free;
extern const struct rt_workload rt_workload_ce_join_free;

#endif
