/* zio_slots.h - the state of a pool: two numbers that change as one.
 *
 * Shape:     size = the slots that there are or are being filled, -1 when the
 *            pool is shut down for good. free = items in the queue + items
 *            being made - those who wait for one; below 0: so many wait.
 *            Each call is one change of both, which also decides what the
 *            caller has to do next. The change comes first, what it calls
 *            for second: that is how those who shut the pool down and those
 *            who make an item find out about each other.
 * Threads:   all calls from any thread.
 * Source:    ZPool's State and its Ref.modify.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_SLOTS_H
#define OL_RUNTIME_ZIO_SLOTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_zio_slots {
    int32_t size;
    int32_t free;
};

/* Both numbers in one word; all zero: none, none. */
struct rt_zio_cell {
    _Atomic uint64_t word;
};

enum rt_zio_next {
    RT_ZIO_TAKE, /* take an item from the queue */
    RT_ZIO_MAKE, /* make one and put it into the queue */
    RT_ZIO_STOP, /* nothing */
    RT_ZIO_END   /* nothing, and there will never be an item again */
};

/* Returns both numbers. */
struct rt_zio_slots rt_zio_slots_read(const struct rt_zio_cell *cell);

/* Somebody wants an item. */
enum rt_zio_next rt_zio_slots_want(struct rt_zio_cell *cell, int32_t max);

/* An item is to be there from the start. STOP: there are enough. */
enum rt_zio_next rt_zio_slots_fill(struct rt_zio_cell *cell, int32_t min);

/* A slot has lost its item. MAKE: it gets another, because it is one of the
 * least, or somebody waits and `for_waiters`. STOP: the slot is gone too. */
enum rt_zio_next rt_zio_slots_replace(
    struct rt_zio_cell *cell, int32_t min, bool for_waiters);

/* One free item beyond the least is to go. STOP: there is none. */
enum rt_zio_next rt_zio_slots_shrink(struct rt_zio_cell *cell, int32_t min);

/* One free item is to go, for the pool shuts down. STOP: there is none, but
 * one will come back. END, once: there are no slots left. */
enum rt_zio_next rt_zio_slots_drain(struct rt_zio_cell *cell);

/* An item goes back into the queue, or who waited for one gives up. */
void rt_zio_slots_give_back(struct rt_zio_cell *cell);

/* A slot whose item was taken out of the queue goes. */
void rt_zio_slots_remove(struct rt_zio_cell *cell);

/* A slot that was to be filled goes without. */
void rt_zio_slots_forgo(struct rt_zio_cell *cell);

#endif
