/* explorer.h - runs every interleaving of a few operations.
 *
 * Shape:     operations that report their steps (step.h) are run as
 *            coroutines of one thread. First each runs up to its first step;
 *            then, again and again, one of those that are not done is chosen
 *            and runs up to its next. A schedule is the row of choices, and
 *            exploring is to run them all, depth first: each is run from a
 *            new world, the last choice that had an alternative takes the
 *            next one.
 * Units:     counts of schedules; operations are numbered from 0.
 * Ownership: the program is the caller's.
 * Threads:   none of its own: all runs on the caller's. No operation may hold
 *            a lock over a step.
 * Errors:    -ENOMEM; -E2BIG where a program has more schedules, longer ones
 *            or more outcomes than there is room for: what has been found by
 *            then is in the result.
 * Source:    own; the method is that of VeriSoft (Godefroid, 1997), without
 *            its reductions: the counts are to be exact.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_EXPLORER_H
#define OL_RUNTIME_EXPLORER_H

#include <stddef.h>

#include "base/attributes.h"

enum {
    RT_EXPLORER_OPERATIONS = 8,
    RT_EXPLORER_CHOICES = 255, /* of one schedule that is explored */
    RT_EXPLORER_OUTCOMES = 64
};

struct rt_explorer_program {
    size_t operations;
    /* Makes the world anew. */
    void (*begin)(void *env);
    /* Runs one operation; may neither fail a check nor jump out. */
    void (*run)(size_t operation, void *env);
    /* Judges the world and unmakes it. Returns the outcome. */
    long (*end)(void *env);
    void *env;
};

struct rt_explorer_chooser {
    /* Returns which of the operations that are not done goes on: a place in
     * `ready`, which holds their numbers, ascending. */
    size_t (*choose)(const size_t *ready, size_t count, void *env);
    void *env;
};

struct rt_explorer_outcome {
    long value;
    long schedules;
    /* The first schedule that led there, a digit an operation. */
    char first[RT_EXPLORER_CHOICES + 1];
};

struct rt_explorer_result {
    long schedules;
    size_t count; /* of outcomes, in the order in which they came up */
    struct rt_explorer_outcome outcomes[RT_EXPLORER_OUTCOMES];
};

/* Runs `schedules` that the caller chooses, of any length; `first` is empty.
 * Returns 0, -ENOMEM or -E2BIG. */
OL_MUST_USE int rt_explorer_sample(const struct rt_explorer_program *program,
    long schedules, struct rt_explorer_chooser chooser,
    struct rt_explorer_result *out);

/* Runs all schedules, or the first `limit` of them. Returns 0, -ENOMEM or
 * -E2BIG. */
OL_MUST_USE int rt_explorer_explore(const struct rt_explorer_program *program,
    long limit, struct rt_explorer_result *out);

/* Runs one schedule, a digit an operation. Returns 0, -ENOMEM, or -EINVAL if
 * it is none of this program's, or not all of it. */
OL_MUST_USE int rt_explorer_replay(const struct rt_explorer_program *program,
    const char *schedule, long *outcome_out);

/* Returns how many schedules had that outcome. */
long rt_explorer_count(const struct rt_explorer_result *result, long outcome);

#endif
