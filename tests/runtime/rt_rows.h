/* rt_rows.h - workloads held against rows that stand in a test.
 *
 * Shape:     a row names a workload, versions and rounds, and what the truth
 *            has to say of each: "live 10, orphans 10". The workload's own
 *            expectation is held against its truth too.
 * Threads:   one. A row that leaves orphans is run in a process of its own,
 *            which ends without a look for leaks: they are what it counts.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_RT_ROWS_H
#define OL_TESTS_RT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct rt_row {
    const char *workload;
    const char *variants; /* with blanks between them */
    long rounds;
    const char *truth;
};

/* Runs each row up to one that does not hold. Returns whether all do. */
OL_MUST_USE bool rt_rows_check(const struct rt_row *rows, size_t count);

#endif
