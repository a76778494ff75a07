/* walk_cases.h - code whose stacks are hard to walk.
 *
 * Shape:     a table of functions; each calls take_here at places of
 *            interest and can be run any number of times.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_WALK_CASES_H
#define OL_TESTS_WALK_CASES_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*walk_case_fn)(void);

struct walk_case {
    const char *name;
    walk_case_fn work;
    unsigned least;    /* stacks taken in a run */
    bool is_sensitive; /* not to be interrupted by other signals */
};

extern const struct walk_case walk_cases[];
extern const unsigned walk_case_count;

/* Takes the stack of the caller; defined by the test. */
void take_here(void);

/* In walk_cases_throw.cpp. */
void walk_throw(void);

#ifdef __cplusplus
}
#endif

#endif
