/* pond_variant.h - what sets the versions of Pond apart.
 *
 * Shape:     a row a version, named as upstream names it; each trait is one
 *            decision of that version. A pool takes a row when it is made.
 * Threads:   constant.
 * Source:    github.com/alitto/pond, its tags and issues.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_VARIANT_H
#define OL_RUNTIME_POND_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

/* How a blocked submitter is told that there is room again. */
enum rt_pond_signal {
    RT_POND_SIGNAL_LOST,  /* dropped unless somebody waits at that instant */
    RT_POND_SIGNAL_KEPT,  /* one is kept for who comes later (#108) */
    RT_POND_SIGNAL_CHAIN, /* who made use of one passes it on (#115) */
};

struct rt_pond_variant {
    const char *name;
    const char *summary;
    /* Every task takes the way through buffer, dispatcher thread and ring. */
    bool dispatches;
    /* Reading a slot of the buffer empties it (#110). */
    bool clears_slots;
    /* A pool can be made that has no queue. */
    bool goes_without_queue;
    /* A pool whose context is cancelled still settles what is queued (#138). */
    bool drains_on_cancel;
    /* A group that has been waited for gives its context back. */
    bool cancels_when_done;
    enum rt_pond_signal signal;
};

/* Returns the version of that name, or NULL. */
const struct rt_pond_variant *rt_pond_variant_find(const char *name);

/* Returns the version at that place, oldest first, or NULL past the last. */
const struct rt_pond_variant *rt_pond_variant_at(size_t index);

#endif
