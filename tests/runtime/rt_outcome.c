/* rt_outcome.c - one workload, held against its expectation.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/runtime/rt_outcome.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "reference-runtime/core/object.h"

static void complain(
    const struct rt_truth_row *expected, const struct rt_truth_row *got)
{
    fprintf(stderr,
        "  %s is not as expected:", expected ? expected->name : got->name);
    if (got) fprintf(stderr, " %ld", got->value);
    if (expected) fprintf(stderr, ", expected %ld", expected->value);
    fprintf(stderr, "\n");
}

static bool holds(const struct rt_workload *workload,
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_truth expected = {0};
    workload->expect(config, &expected);
    const int err = workload->run(config, out);
    const long left = rt_object_live_all();
    if (err) fprintf(stderr, "  it fails: %s\n", strerror(-err));
    if (left) fprintf(stderr, "  it leaves %ld objects\n", left);
    return rt_truth_compare(out, &expected, complain) && !err && !left;
}

bool rt_outcome_run(
    const char *name, const char *variant, long rounds, struct rt_truth *out)
{
    *out = (struct rt_truth){0};
    const struct rt_workload *const workload = rt_workload_find(name);
    if (!workload || !rt_workload_variant(workload, variant)) {
        fprintf(stderr, "%s %s: there is none\n", name, variant);
        return false;
    }
    struct rt_workload_config config = rt_workload_defaults(workload, variant);
    config.rounds = rounds;
    if (config.payload_bytes) config.payload_bytes = 64;
    const bool held = holds(workload, &config, out);
    if (!held) fprintf(stderr, "%s %s -n %ld\n", name, variant, rounds);
    return held;
}

long rt_outcome_value(const struct rt_truth *truth, const char *name)
{
    const struct rt_truth_row *const row = rt_truth_find(truth, name);
    if (!row) fprintf(stderr, "no %s in the truth\n", name);
    return row ? row->value : LONG_MIN;
}
