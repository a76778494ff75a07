/* ce_benchmark.h - a deferred used as it should be.
 *
 * The shapes of upstream's benchmark: 100 gets before it completes, 100 after
 * that, and 100 deferreds that complete with nobody waiting. No version leaves
 * anything. The benchmark's fourth, all gets cancelled, is `batch-cancel`.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_BENCHMARK_H
#define OL_RUNTIME_CE_BENCHMARK_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_ce_get_before;
extern const struct rt_workload rt_workload_ce_get_after;
extern const struct rt_workload rt_workload_ce_complete_alone;

#endif
