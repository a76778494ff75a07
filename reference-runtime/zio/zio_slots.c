/* zio_slots.c - the state of a pool: two numbers that change as one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_slots.h"

static uint64_t pack(struct rt_zio_slots slots)
{
    return (uint64_t)(uint32_t)slots.size << 32 | (uint32_t)slots.free;
}

static struct rt_zio_slots unpack(uint64_t word)
{
    return (struct rt_zio_slots){
        .size = (int32_t)(uint32_t)(word >> 32),
        .free = (int32_t)(uint32_t)word,
    };
}

/* Puts `next` in the place of what was seen. Returns false, and sees again,
 * if that was no longer so. */
static bool change(struct rt_zio_cell *cell, struct rt_zio_slots *seen,
    struct rt_zio_slots next)
{
    uint64_t word = pack(*seen);
    /* In one order with the flag that a pool is stopping: who puts an item
     * back, then looks at the flag, and who sets the flag, then looks for
     * items, must not both miss the other. */
    if (atomic_compare_exchange_weak(&cell->word, &word, pack(next)))
        return true;
    *seen = unpack(word);
    return false;
}

static void add(struct rt_zio_cell *cell, int32_t size, int32_t free)
{
    struct rt_zio_slots seen = rt_zio_slots_read(cell);
    struct rt_zio_slots next;
    do
        next = (struct rt_zio_slots){seen.size + size, seen.free + free};
    while (!change(cell, &seen, next));
}

struct rt_zio_slots rt_zio_slots_read(const struct rt_zio_cell *cell)
{
    return unpack(atomic_load(&cell->word));
}

enum rt_zio_next rt_zio_slots_want(struct rt_zio_cell *cell, int32_t max)
{
    struct rt_zio_slots seen = rt_zio_slots_read(cell);
    for (;;) {
        struct rt_zio_slots next = {seen.size, seen.free - 1};
        enum rt_zio_next what = RT_ZIO_TAKE;
        if (seen.free <= 0 && seen.size < max) {
            if (seen.size < 0) return RT_ZIO_END;
            next = (struct rt_zio_slots){seen.size + 1, seen.free + 1};
            what = RT_ZIO_MAKE;
        }
        if (change(cell, &seen, next)) return what;
    }
}

enum rt_zio_next rt_zio_slots_fill(struct rt_zio_cell *cell, int32_t min)
{
    struct rt_zio_slots seen = rt_zio_slots_read(cell);
    while (seen.size >= 0 && seen.size < min) {
        const struct rt_zio_slots next = {seen.size + 1, seen.free + 1};
        if (change(cell, &seen, next)) return RT_ZIO_MAKE;
    }
    return RT_ZIO_STOP;
}

enum rt_zio_next rt_zio_slots_replace(
    struct rt_zio_cell *cell, int32_t min, bool for_waiters)
{
    struct rt_zio_slots seen = rt_zio_slots_read(cell);
    for (;;) {
        const bool keeps = seen.size <= min || (for_waiters && seen.free < 0);
        const struct rt_zio_slots next =
            keeps ? (struct rt_zio_slots){seen.size, seen.free + 1}
                  : (struct rt_zio_slots){seen.size - 1, seen.free};
        if (change(cell, &seen, next)) return keeps ? RT_ZIO_MAKE : RT_ZIO_STOP;
    }
}

enum rt_zio_next rt_zio_slots_shrink(struct rt_zio_cell *cell, int32_t min)
{
    struct rt_zio_slots seen = rt_zio_slots_read(cell);
    while (seen.size > min && seen.free > 0) {
        const struct rt_zio_slots next = {seen.size, seen.free - 1};
        if (change(cell, &seen, next)) return RT_ZIO_TAKE;
    }
    return RT_ZIO_STOP;
}

enum rt_zio_next rt_zio_slots_drain(struct rt_zio_cell *cell)
{
    struct rt_zio_slots seen = rt_zio_slots_read(cell);
    while (seen.free > 0 || seen.size == 0) {
        const bool ends = seen.free <= 0;
        const struct rt_zio_slots next =
            ends ? (struct rt_zio_slots){-1, seen.free}
                 : (struct rt_zio_slots){seen.size, seen.free - 1};
        if (change(cell, &seen, next)) return ends ? RT_ZIO_END : RT_ZIO_TAKE;
    }
    return RT_ZIO_STOP;
}

void rt_zio_slots_give_back(struct rt_zio_cell *cell)
{
    add(cell, 0, 1);
}

void rt_zio_slots_remove(struct rt_zio_cell *cell)
{
    add(cell, -1, 0);
}

void rt_zio_slots_forgo(struct rt_zio_cell *cell)
{
    add(cell, -1, -1);
}
