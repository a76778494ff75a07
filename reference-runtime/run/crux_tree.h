/* crux_tree.h - a future made of futures, which is polled more than it needs.
 *
 * Shape:     a node of size n has n children of size n - 1: T(0) = 1,
 *            T(n) = 1 + n T(n-1), so that T(6) = 1957. One poll in ten wakes
 *            and goes no further; a node that is done wakes once more, for
 *            nothing.
 * Ownership: a node owns its children.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_TREE_H
#define OL_RUNTIME_CRUX_TREE_H

#include "reference-runtime/core/future.h"

enum {
    RT_CRUX_TREE_SIZE = 6,
    RT_CRUX_TREE_NODES = 1957
};

/* Makes a tree of size 6; `seed` decides which polls go no further, and each
 * node that gets done is counted in `done`. Returns NULL if there is no
 * memory. */
OL_MUST_USE struct rt_future *rt_crux_tree(uint32_t seed, atomic_long *done);

#endif
