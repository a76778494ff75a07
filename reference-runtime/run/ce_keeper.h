/* ce_keeper.h - what a program keeps of its deferreds, on purpose.
 *
 * Shape:     a list of deferreds, as of a cache, and a list of waits that
 *            are over, as of finalizers that have yet to run. It has adopted
 *            them and its lists. What hangs on them it does not know of.
 * Ownership: counted; owns what it keeps.
 * Errors:    -ENOMEM, and what was to be kept is given back.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_KEEPER_H
#define OL_RUNTIME_CE_KEEPER_H

#include "reference-runtime/cats-effect/ce_deferred.h"

struct rt_ce_keeper;

/* Makes one for that many deferreds, and as many waits. Returns NULL if there
 * is no memory. */
OL_MUST_USE struct rt_ce_keeper *rt_ce_keeper_create(long count);

/* Gives it back; NULL is fine. */
void rt_ce_keeper_unref(struct rt_ce_keeper *keeper);

/* Keeps a deferred, with the caller's reference. */
void rt_ce_keeper_add(
    struct rt_ce_keeper *keeper, struct rt_ce_deferred *deferred);

/* Keeps a wait. */
void rt_ce_keeper_add_wait(
    struct rt_ce_keeper *keeper, const struct rt_ce_wait *wait);

/* Returns the deferred that was kept as the index-th; borrowed. */
struct rt_ce_deferred *rt_ce_keeper_at(
    const struct rt_ce_keeper *keeper, long index);

#endif
