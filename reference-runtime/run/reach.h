/* reach.h - what an object keeps alive, by its own account.
 *
 * Shape:     a walk over strong edges, the nearest objects first: each object
 *            once, with the edge that led there. If an edge leads back to
 *            where the walk began, that object is on a cycle.
 * Ownership: the caller's storage; objects are borrowed.
 * Threads:   while nothing changes what is walked over.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_REACH_H
#define OL_RUNTIME_REACH_H

#include "reference-runtime/core/object.h"

struct rt_reach_step {
    const struct rt_object *object;
    size_t from;       /* the place of the step before; its own for the first */
    const char *field; /* borrowed; the edge's */
};

struct rt_reach {
    struct rt_reach_step *steps; /* owner; the root is the first */
    size_t count;
    size_t capacity;
    size_t *table; /* owner; places of steps by object; 0: empty, else + 1 */
    size_t table_size;
    struct rt_reach_step
        back; /* the nearest edge to the root; no field: none */
    int err;
};

/* Walks from `root`. Returns 0 or -ENOMEM; there is nothing to free then. */
OL_MUST_USE int rt_reach_walk(
    const struct rt_object *root, struct rt_reach *out);

void rt_reach_deinit(struct rt_reach *reach);

/* Returns how many objects of that kind were reached, the root too. */
long rt_reach_count(const struct rt_reach *reach, enum rt_object_kind kind);

/* Writes the cycle through the root, as "task -future-> … -> task". Returns
 * whether there is one and it fits. */
OL_MUST_USE bool rt_reach_cycle(
    const struct rt_reach *reach, char *text_out, size_t size);

#endif
