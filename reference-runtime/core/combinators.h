/* combinators.h - several futures as one.
 *
 * Shape:     a future that holds others, polled in the order given.
 * Ownership: race and join take the futures, select borrows them: they must
 *            outlive it. On failure to make one, what was to be taken is
 *            dropped.
 * Threads:   as future.h.
 * Errors:    the makers return NULL when there is no memory or a part is NULL.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_COMBINATORS_H
#define OL_RUNTIME_COMBINATORS_H

#include "reference-runtime/core/future.h"

/* Is ready with the first that is, as that one is; the others are dropped at
 * that moment. `winner` tells its place. */
OL_MUST_USE struct rt_future *rt_race(
    struct rt_future *const *futures, size_t count);

/* Returns which one won, once ready. */
size_t rt_race_winner(const struct rt_future *race);

/* Is ready when all are, or at the first that fails, with its status; the
 * others are dropped then. */
OL_MUST_USE struct rt_future *rt_join(
    struct rt_future *const *futures, size_t count);

/* Returns the part at that place, the join's own, to read its value. */
const struct rt_future *rt_join_part(
    const struct rt_future *join, size_t index);

/* Is ready when one is, its value the place of that one; none is dropped, so
 * those that lost can be waited for again. Ready ones are passed over. */
OL_MUST_USE struct rt_future *rt_select(
    struct rt_future *const *futures, size_t count);

#endif
