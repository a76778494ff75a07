/* ce_node.h - a node of the stack, and the places that link to one.
 *
 * Shape:     a slot is the head of a stack or the `next` of a node; each slot
 *            owns one reference to what it links to. Who walks the list holds
 *            the node that it stands on, so that it always reads a slot that
 *            is alive: a node that nobody can reach is never looked into.
 * Ownership: as each function says; a node that goes gives back its callback
 *            and its next, which may go too, in a loop, not by recursion.
 * Threads:   all calls from any thread, but create and each_edge.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_NODE_H
#define OL_RUNTIME_CE_NODE_H

#include "reference-runtime/cats-effect/ce_stack.h"
#include "reference-runtime/core/epoch.h"

struct rt_ce_node {
    struct rt_object object;
    _Atomic(struct rt_ce_callback *) callback; /* owner; NULL: cleared */
    _Atomic(struct rt_ce_node *) next;         /* owner: a slot */
    atomic_bool is_out;                        /* counted as out of the list */
    struct rt_epoch_retired retired;
};

/* Makes a node of that callback. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_ce_node *rt_ce_node_create(
    struct rt_ce_callback *callback);

/* Takes one more reference. Returns the node. */
struct rt_ce_node *rt_ce_node_ref(struct rt_ce_node *node);

/* Returns whether the node has no callback. */
bool rt_ce_node_is_cleared(const struct rt_ce_node *node);

/* Lets go of the callback, if there is one. */
void rt_ce_node_clear(struct rt_ce_node *node);

/* Returns what a slot links to, with a reference for the caller, or NULL. The
 * slot's owner must be alive. */
OL_MUST_USE struct rt_ce_node *rt_ce_node_get(
    _Atomic(struct rt_ce_node *) *slot);

/* Has a slot that links to `expected` link to `next`, which both are held by
 * the caller; NULL is nothing. Returns whether it did link to that. */
OL_MUST_USE bool rt_ce_node_swing(_Atomic(struct rt_ce_node *) *slot,
    struct rt_ce_node *expected, struct rt_ce_node *next);

/* Has a slot link to `next`, whatever it linked to. */
void rt_ce_node_link(
    _Atomic(struct rt_ce_node *) *slot, struct rt_ce_node *next);

/* Empties a slot. Returns what it linked to, with the slot's reference. */
OL_MUST_USE struct rt_ce_node *rt_ce_node_take(
    _Atomic(struct rt_ce_node *) *slot);

#endif
