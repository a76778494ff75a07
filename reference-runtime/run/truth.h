/* truth.h - what a workload knows to be so, or expects to be.
 *
 * Shape:     up to RT_TRUTH_ROWS names with a value each, in order.
 * Units:     counts, unless the name says otherwise.
 * Ownership: the caller's storage; names are string literals.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_TRUTH_H
#define OL_RUNTIME_TRUTH_H

#include <stdbool.h>
#include <stddef.h>

enum {
    RT_TRUTH_ROWS = 32
};

struct rt_truth_row {
    const char *name; /* borrowed, static */
    long value;
};

struct rt_truth {
    struct rt_truth_row rows[RT_TRUTH_ROWS];
    size_t count;
};

/* Adds a row; one too many is a programming error. */
void rt_truth_add(struct rt_truth *truth, const char *name, long value);

/* Returns the row of that name, or NULL. */
const struct rt_truth_row *rt_truth_find(
    const struct rt_truth *truth, const char *name);

/* Told of a row that is not as expected: `got` is NULL if it is missing,
 * `expected` if there should be none. */
typedef void (*rt_truth_differs_fn)(
    const struct rt_truth_row *expected, const struct rt_truth_row *got);

/* Returns whether the truth has exactly the rows that are expected. */
bool rt_truth_compare(const struct rt_truth *truth,
    const struct rt_truth *expected, rt_truth_differs_fn differs);

#endif
