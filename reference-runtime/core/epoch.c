/* epoch.c - frees a block only when nobody can still be looking at it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The order of everything here rests on one total order (seq_cst) of these
 * accesses: who enters counts itself in and then still finds the epoch that
 * it read, so that whoever ends that epoch's successor finds it counted.
 */
#include "reference-runtime/core/epoch.h"

#include <stdatomic.h>

enum {
    EPOCHS = 3 /* the current one, the one before, the one being freed */
};

static atomic_ulong current_epoch; /* never wraps */
/* Who is inside since epoch e is counted in inside[e % EPOCHS]; what was
 * retired in it is chained in limbo[e % EPOCHS]. */
static atomic_long inside[EPOCHS];
static _Atomic(struct rt_epoch_retired *) limbo[EPOCHS];
static atomic_size_t limbo_count;
/* Taken by who ends an epoch, and never waited for. */
static atomic_flag is_ending = ATOMIC_FLAG_INIT;

unsigned long rt_epoch_enter(void)
{
    for (;;) {
        const unsigned long epoch = atomic_load(&current_epoch);
        atomic_fetch_add(&inside[epoch % EPOCHS], 1);
        if (atomic_load(&current_epoch) == epoch) return epoch;
        /* The epoch ended in between: who ended it may not have seen us. */
        atomic_fetch_sub(&inside[epoch % EPOCHS], 1);
    }
}

/* Ends the current epoch if nobody is left of the one before, and hands out
 * what was retired in that. Only under is_ending: the chain is taken before
 * its place is filled anew, by those of the epoch after the next. */
static struct rt_epoch_retired *end_epoch(void)
{
    const unsigned long epoch = atomic_load(&current_epoch);
    const unsigned long before = epoch + EPOCHS - 1;
    if (atomic_load(&inside[before % EPOCHS]) > 0) return NULL;
    atomic_store(&current_epoch, epoch + 1);
    return atomic_exchange(&limbo[before % EPOCHS], NULL);
}

static void reclaim_all(struct rt_epoch_retired *retired)
{
    while (retired) {
        struct rt_epoch_retired *const next = retired->next;
        retired->reclaim(retired);
        atomic_fetch_sub(&limbo_count, 1);
        retired = next;
    }
}

/* As many ends as there are epochs empty limbo, if nobody is inside. */
static void collect(void)
{
    for (int i = 0; i < EPOCHS && atomic_load(&limbo_count) > 0; i++) {
        if (atomic_flag_test_and_set(&is_ending)) return;
        struct rt_epoch_retired *const retired = end_epoch();
        atomic_flag_clear(&is_ending);
        reclaim_all(retired);
    }
}

void rt_epoch_leave(unsigned long entered)
{
    atomic_fetch_sub(&inside[entered % EPOCHS], 1);
    collect();
}

void rt_epoch_retire(struct rt_epoch_retired *retired,
    void (*reclaim)(struct rt_epoch_retired *retired))
{
    /* Inside, so that the epoch below can end at most once meanwhile. */
    const unsigned long entered = rt_epoch_enter();
    const unsigned long epoch = atomic_load(&current_epoch);
    atomic_fetch_add(&limbo_count, 1);
    retired->reclaim = reclaim;
    retired->next = atomic_load(&limbo[epoch % EPOCHS]);
    while (!atomic_compare_exchange_weak(
        &limbo[epoch % EPOCHS], &retired->next, retired))
        continue;
    rt_epoch_leave(entered);
}

size_t rt_epoch_quiesce(void)
{
    collect();
    return atomic_load(&limbo_count);
}
