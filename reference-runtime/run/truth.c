/* truth.c - what a workload knows to be so, or expects to be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/truth.h"

#include <assert.h>
#include <string.h>

void rt_truth_add(struct rt_truth *truth, const char *name, long value)
{
    assert(truth->count < RT_TRUTH_ROWS);
    truth->rows[truth->count++] = (struct rt_truth_row){name, value};
}

const struct rt_truth_row *rt_truth_find(
    const struct rt_truth *truth, const char *name)
{
    for (size_t i = 0; i < truth->count; i++)
        if (strcmp(truth->rows[i].name, name) == 0) return &truth->rows[i];
    return NULL;
}

bool rt_truth_compare(const struct rt_truth *truth,
    const struct rt_truth *expected, rt_truth_differs_fn differs)
{
    bool same = true;
    for (size_t i = 0; i < expected->count; i++) {
        const struct rt_truth_row *const wanted = &expected->rows[i];
        const struct rt_truth_row *const got =
            rt_truth_find(truth, wanted->name);
        if (got && got->value == wanted->value) continue;
        same = false;
        differs(wanted, got);
    }
    for (size_t i = 0; i < truth->count; i++) {
        const struct rt_truth_row *const got = &truth->rows[i];
        if (rt_truth_find(expected, got->name)) continue;
        same = false;
        differs(NULL, got);
    }
    return same;
}
