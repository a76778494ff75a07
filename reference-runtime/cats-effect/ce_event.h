/* ce_event.h - a value that comes once, and who waits for it.
 *
 * Shape:     UNSET -> SET, by one compare and swap. Who waits:
 *            START -(set)-> READY
 *            START -push-> PUSHED -(set meanwhile)-> cleared, READY
 *                                 -(not set)-> PARKED -> FIRED | CANCELLED
 *            Cancelling clears the node, and nothing more, or adds one to
 *            clear_counter: the number of cleared nodes that are still
 *            linked, as the event believes. Where that is 0 or has a single
 *            bit it packs, and subtracts what pack says. It may be wrong:
 *            that is #3935 and #3940.
 *            Of a version that is a map: the same by entries, none of which
 *            is ever left behind.
 *            This is what a deferred and a fiber have in common.
 * Units:     the value is any but RT_CE_UNSET; clear_counter wraps as int32.
 * Ownership: in its holder's storage. A wait borrows the event and owns its
 *            handle: it may be dropped, but not cancelled, when the event is
 *            gone.
 * Threads:   all calls but init and deinit from any thread, at once; a wait
 *            has one owner. Callbacks are called outside of locks.
 * Errors:    wait returns -ENOMEM, with nothing changed.
 * Source:    IODeferred.scala and IOFiber.scala of Cats Effect.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_EVENT_H
#define OL_RUNTIME_CE_EVENT_H

#include "reference-runtime/cats-effect/ce_idmap.h"
#include "reference-runtime/cats-effect/ce_stack.h"

#define RT_CE_UNSET INTPTR_MIN

/* More steps, besides those of ce_stack.h. */
#define RT_CE_STEP_GET_CHECK "ce-get-check" /* whether it is set, at first */
#define RT_CE_STEP_SET       "ce-set"       /* the value */
#define RT_CE_STEP_CANCEL    "ce-cancel"    /* a callback, and its state */

/* What waiting comes to. */
enum {
    RT_CE_READY,
    RT_CE_PARKED
};

/* When setting the event lets go of the stack. */
enum rt_ce_clearing {
    RT_CE_CLEARS_NEVER,
    RT_CE_CLEARS_IF_ALL_WENT_WELL, /* not if a callback failed */
    RT_CE_CLEARS_ALWAYS,
};

struct rt_ce_event_rules {
    const struct rt_ce_variant *variant; /* borrowed */
    bool packs;                          /* cancelling counts, and packs */
    enum rt_ce_clearing clearing;
};

struct rt_ce_event {
    struct rt_object *holder; /* borrowed: what it is a part of */
    struct rt_ce_event_rules rules;
    _Atomic(intptr_t) value;
    atomic_uint clear_counter;
    struct rt_ce_stack stack; /* unless the version is a map */
    struct rt_ce_idmap map;   /* if it is */
};

/* What somebody who is parked owns. */
struct rt_ce_wait {
    struct rt_ce_event *event; /* borrowed */
    struct rt_ce_node *node;   /* owner; NULL in a map */
    struct rt_ce_entry *entry; /* owner; NULL in a stack */
};

struct rt_ce_event_counts {
    int clear_counter;
    /* Of a map: linked alone, the entries that are in it. */
    struct rt_ce_stack_counts stack;
};

/* Makes one that is not set, as a part of `holder`. */
void rt_ce_event_init(struct rt_ce_event *event, struct rt_object *holder,
    struct rt_ce_event_rules rules);

/* Lets go of all who still wait; nobody may be at the event any more. */
void rt_ce_event_deinit(struct rt_ce_event *event);

/* Has `callback` called with the value when it comes; takes a reference of
 * its own. Returns RT_CE_READY if the value is there (the callback is not
 * called then), RT_CE_PARKED and a wait to be cancelled or dropped, or
 * -ENOMEM. */
OL_MUST_USE int rt_ce_event_wait(struct rt_ce_event *event,
    struct rt_ce_callback *callback, struct rt_ce_wait *wait_out);

/* Takes a wait back and gives its handle back. Returns whether that was in
 * time: else the callback has been called, or is being so. */
bool rt_ce_wait_cancel(struct rt_ce_wait *wait);

/* Gives the handle of a wait back, which is over. */
void rt_ce_wait_drop(struct rt_ce_wait *wait);

/* Sets the value and calls who waits. Returns whether this was the first
 * time; else nothing is changed. */
bool rt_ce_event_set(struct rt_ce_event *event, intptr_t value,
    struct rt_ce_applied *applied_out);

/* Returns whether it is set, and to what. */
bool rt_ce_event_get(const struct rt_ce_event *event, intptr_t *value_out);

/* Returns clear_counter. */
int rt_ce_event_clear_counter(const struct rt_ce_event *event);

/* Returns the counts, for which it walks the stack; exact while nobody changes
 * anything. */
struct rt_ce_event_counts rt_ce_event_counts(struct rt_ce_event *event);

/* Visits what the event points at, on behalf of its holder. */
void rt_ce_event_each_edge(
    const struct rt_ce_event *event, rt_object_edge_fn visit, void *env);

#endif
