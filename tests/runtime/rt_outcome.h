/* rt_outcome.h - runs workloads and reads their truth, for tests.
 *
 * Errors:    complaints go to stderr.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_RT_OUTCOME_H
#define OL_TESTS_RT_OUTCOME_H

#include "reference-runtime/run/workload.h"

/* Runs a workload, with payloads of 64 bytes if it has any. Returns whether
 * it ran, its truth is as it expects, and nothing is left; the truth, so far
 * as there is one, is in `out`. */
OL_MUST_USE bool rt_outcome_run(
    const char *name, const char *variant, long rounds, struct rt_truth *out);

/* Returns a value of the truth, or LONG_MIN if there is none of that name. */
long rt_outcome_value(const struct rt_truth *truth, const char *name);

#endif
