/* ce_stack.h - callbacks that wait for one event, the newest first.
 *
 * Shape:     a root callback, which only fibers have, and a linked list:
 *            head -> node -> node -> …; a node holds a callback, or none
 *            once it is cleared. Clearing unlinks nothing; pack does, where
 *            the version has it. Apply calls all.
 *            Nodes are counted: one for each link to them, one for the
 *            handle that push returns. As the list has no cycles, that is
 *            what reachability is on the JVM: a node that is out of the list
 *            still holds all below it while somebody keeps its handle.
 * Units:     counts of nodes. A bound is how many nodes a pack may pass: it
 *            counts every node but is asked at live ones only, and may go
 *            below 0.
 * Ownership: the stack is in its owner's storage. A handle is the caller's,
 *            given back by rt_ce_node_unref; it may outlive the stack.
 * Threads:   push, clear, pack, apply and clear_all from any thread, at once;
 *            counts are exact at a quiet point. Callbacks are called outside
 *            of locks.
 * Errors:    push returns -ENOMEM, with nothing changed.
 * Source:    CallbackStack.scala of Cats Effect, 3.4.3 to 3.5.4.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_STACK_H
#define OL_RUNTIME_CE_STACK_H

#include "reference-runtime/cats-effect/ce_callback.h"
#include "reference-runtime/cats-effect/ce_variant.h"

/* The steps (core/step.h): each comes right before the access that it names.
 * Push reads the head, and swaps it. */
#define RT_CE_STEP_PUSH_READ "ce-push-read"
#define RT_CE_STEP_PUSH_CAS  "ce-push-cas"
/* Clear empties a node; who counts that adds one, packs, and subtracts. */
#define RT_CE_STEP_CLEAR_STORE    "ce-clear-store"
#define RT_CE_STEP_COUNT_ADD      "ce-count-add"
#define RT_CE_STEP_COUNT_SUBTRACT "ce-count-subtract"
/* Pack tries the lock, reads the head, each node's callback and next, and
 * swaps. Under the lock there is no step before next is read or stored: it is
 * for nobody else to write. */
#define RT_CE_STEP_PACK_LOCK      "ce-pack-lock"
#define RT_CE_STEP_PACK_READ_HEAD "ce-pack-read-head"
#define RT_CE_STEP_PACK_READ_CB   "ce-pack-read-cb"
#define RT_CE_STEP_PACK_READ_NEXT "ce-pack-read-next"
#define RT_CE_STEP_PACK_UNLINK    "ce-pack-unlink"
#define RT_CE_STEP_PACK_UNLOCK    "ce-pack-unlock"
/* Apply reads the head and each node's callback; clear_all empties the head.
 * Who waits looks once more, after the push, whether it is over. */
#define RT_CE_STEP_APPLY_HEAD      "ce-apply-head"
#define RT_CE_STEP_APPLY_READ      "ce-apply-read"
#define RT_CE_STEP_CLEAR_ALL_STORE "ce-clear-all-store"
#define RT_CE_STEP_GET_RECHECK     "ce-get-recheck"

struct rt_ce_node;

/* Kept for tests and workloads alone; nothing decides by it. */
struct rt_ce_stack_tally {
    atomic_long pushed;
    atomic_long unlinked; /* by pack; a node that two unlink counts once */
    atomic_long cut;      /* let go by apply or clear_all */
    atomic_long packs;    /* that had the lock, where there is one */
    atomic_long packed;   /* the sum of what they returned */
    atomic_long bottoms;  /* taken from the bottom, and not counted */
    atomic_long locked_out;
    atomic_long packing; /* at this moment */
    atomic_long packing_peak;
};

struct rt_ce_stack {
    const struct rt_ce_variant *variant;   /* borrowed */
    _Atomic(struct rt_ce_callback *) root; /* owner; NULL but in fibers */
    _Atomic(struct rt_ce_node *) head;     /* owner */
    atomic_bool may_pack;                  /* the lock of pack, if it has */
    struct rt_ce_stack_tally tally;
};

/* pushed == unlinked + cut + linked at any quiet point. */
struct rt_ce_stack_counts {
    long linked;
    long linked_cleared; /* of those: garbage */
    long relinked;       /* of those: taken out, and brought back (#3940) */
    long pushed;
    long unlinked; /* and not brought back */
    long cut;
    long packs;
    long packed;
    long bottoms;
    long locked_out;
    long packing_peak; /* the most that ever packed at once */
};

/* What apply has done. */
struct rt_ce_applied {
    long fired; /* the one that failed included */
    int error;  /* what the failing one returned; those below were not asked */
};

/* Makes an empty stack, of a version that has one. */
void rt_ce_stack_init(
    struct rt_ce_stack *stack, const struct rt_ce_variant *variant);

/* Lets go of the list and the root; nobody may be at the stack any more. */
void rt_ce_stack_deinit(struct rt_ce_stack *stack);

/* Sets the root callback, which takes a reference of its own; NULL: none. */
void rt_ce_stack_set_root(
    struct rt_ce_stack *stack, struct rt_ce_callback *root);

/* Puts a callback on top; the node takes a reference of its own. Returns 0
 * or -ENOMEM. */
OL_MUST_USE int rt_ce_stack_push(struct rt_ce_stack *stack,
    struct rt_ce_callback *callback, struct rt_ce_node **handle_out);

/* Empties a node of this stack. Returns whether that also took it out: with
 * this form of stack never. */
bool rt_ce_stack_clear(struct rt_ce_stack *stack, struct rt_ce_node *node);

/* Takes cleared nodes out, in the manner of the version. Returns how many it
 * says they were: to be subtracted from a count of cleared nodes. */
long rt_ce_stack_pack(struct rt_ce_stack *stack, int32_t bound);

/* Calls the root, then all others from the top, until one fails. */
struct rt_ce_applied rt_ce_stack_apply(
    struct rt_ce_stack *stack, intptr_t value);

/* Lets go of the list, and of the root in versions that do. */
void rt_ce_stack_clear_all(struct rt_ce_stack *stack);

/* Returns the counts; walks the list, so only while nobody changes it. */
struct rt_ce_stack_counts rt_ce_stack_counts(const struct rt_ce_stack *stack);

/* Visits root and head, on behalf of the object that holds the stack. */
void rt_ce_stack_each_edge(const struct rt_ce_stack *stack,
    const struct rt_object *holder, rt_object_edge_fn visit, void *env);

/* Gives a handle back; NULL is fine. */
void rt_ce_node_unref(struct rt_ce_node *node);

/* Returns a node's header. */
struct rt_object *rt_ce_node_object(struct rt_ce_node *node);

#endif
