/* epoch.h - frees a block only when nobody can still be looking at it.
 *
 * Shape:     who follows a pointer that may be taken out of its place at any
 *            moment enters, and leaves when it holds what it found, or looks
 *            no more. Who takes a block out of its last place retires it:
 *            the block waits in limbo until all who were inside have left.
 *            Time is a count of epochs. An epoch ends when all who entered
 *            in the one before have left, so what was retired in epoch e is
 *            seen by nobody in epoch e + 2. There is one time for the whole
 *            process, and no list of threads: each epoch counts who is
 *            inside.
 *            When nobody is inside, a retired block is freed at once: one
 *            thread alone never sees limbo.
 * Ownership: retire takes the block over; `reclaim` gives it back.
 * Threads:   all calls from any thread. To be inside is no lock, but it
 *            delays all frees: do not sleep there. `reclaim` runs on any
 *            thread that leaves, and outside.
 * Source:    K. Fraser, Practical lock-freedom (2004), 5.2.3; the counts
 *            instead of threads as in the kernel's SRCU.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_EPOCH_H
#define OL_RUNTIME_EPOCH_H

#include <stddef.h>

#include "base/attributes.h"

/* Embedded in a block that will be retired. */
struct rt_epoch_retired {
    struct rt_epoch_retired *next;
    void (*reclaim)(struct rt_epoch_retired *retired);
};

/* From here on nothing that can be reached is freed. Nests. Returns what to
 * leave with. */
OL_MUST_USE unsigned long rt_epoch_enter(void);

/* Ends what enter began, and frees what nobody can see any more. */
void rt_epoch_leave(unsigned long entered);

/* Has `reclaim` called once nobody who is inside now is so any more; at once
 * when there is nobody. */
void rt_epoch_retire(struct rt_epoch_retired *retired,
    void (*reclaim)(struct rt_epoch_retired *retired));

/* Frees all that can be freed now. Returns how many blocks stay in limbo: 0
 * when nobody is inside. */
size_t rt_epoch_quiesce(void);

#endif
