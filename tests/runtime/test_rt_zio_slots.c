/* test_rt_zio_slots.c - every change of a pool's state.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>

#include "reference-runtime/zio/zio_slots.h"
#include "tests/support/check.h"

enum {
    THREADS = 8,
    TURNS = 20000
};

static struct rt_zio_cell make_cell(int32_t size, int32_t free)
{
    struct rt_zio_cell cell = {0};
    atomic_store(&cell.word, (uint64_t)(uint32_t)size << 32 | (uint32_t)free);
    return cell;
}

#define CHECK_SLOTS(cell, s, f)                            \
    do {                                                   \
        OL_CHECK_EQ(rt_zio_slots_read(&(cell)).size, (s)); \
        OL_CHECK_EQ(rt_zio_slots_read(&(cell)).free, (f)); \
    } while (0)

OL_CASE(who_wants_takes_what_is_free_or_makes_one_or_waits)
{
    struct rt_zio_cell cell = make_cell(2, 1);
    OL_CHECK_EQ(rt_zio_slots_want(&cell, 4), RT_ZIO_TAKE);
    CHECK_SLOTS(cell, 2, 0);
    OL_CHECK_EQ(rt_zio_slots_want(&cell, 4), RT_ZIO_MAKE);
    CHECK_SLOTS(cell, 3, 1);
    cell = make_cell(4, 0);
    OL_CHECK_EQ(rt_zio_slots_want(&cell, 4), RT_ZIO_TAKE);
    OL_CHECK_EQ(rt_zio_slots_want(&cell, 4), RT_ZIO_TAKE);
    CHECK_SLOTS(cell, 4, -2);
    cell = make_cell(-1, -2);
    OL_CHECK_EQ(rt_zio_slots_want(&cell, 4), RT_ZIO_END);
    CHECK_SLOTS(cell, -1, -2);
}

OL_CASE(of_a_pool_without_room_one_waits_for_ever)
{
    struct rt_zio_cell cell = make_cell(0, 0);
    OL_CHECK_EQ(rt_zio_slots_want(&cell, 0), RT_ZIO_TAKE);
    CHECK_SLOTS(cell, 0, -1);
}

OL_CASE(filling_stops_at_the_least)
{
    struct rt_zio_cell cell = make_cell(0, 0);
    OL_CHECK_EQ(rt_zio_slots_fill(&cell, 1), RT_ZIO_MAKE);
    CHECK_SLOTS(cell, 1, 1);
    OL_CHECK_EQ(rt_zio_slots_fill(&cell, 1), RT_ZIO_STOP);
    CHECK_SLOTS(cell, 1, 1);
    cell = make_cell(-1, 0);
    OL_CHECK_EQ(rt_zio_slots_fill(&cell, 1), RT_ZIO_STOP);
}

OL_CASE(a_slot_is_kept_for_the_least_or_for_who_waits)
{
    struct rt_zio_cell cell = make_cell(2, 0);
    OL_CHECK_EQ(rt_zio_slots_replace(&cell, 2, false), RT_ZIO_MAKE);
    CHECK_SLOTS(cell, 2, 1);
    OL_CHECK_EQ(rt_zio_slots_replace(&cell, 1, true), RT_ZIO_STOP);
    CHECK_SLOTS(cell, 1, 1);
    cell = make_cell(2, -3);
    OL_CHECK_EQ(rt_zio_slots_replace(&cell, 1, true), RT_ZIO_MAKE);
    CHECK_SLOTS(cell, 2, -2);
    OL_CHECK_EQ(rt_zio_slots_replace(&cell, 1, false), RT_ZIO_STOP);
    CHECK_SLOTS(cell, 1, -2);
}

OL_CASE(shrinking_leaves_the_least)
{
    struct rt_zio_cell cell = make_cell(3, 2);
    OL_CHECK_EQ(rt_zio_slots_shrink(&cell, 2), RT_ZIO_TAKE);
    CHECK_SLOTS(cell, 3, 1);
    rt_zio_slots_remove(&cell);
    CHECK_SLOTS(cell, 2, 1);
    OL_CHECK_EQ(rt_zio_slots_shrink(&cell, 2), RT_ZIO_STOP);
    cell = make_cell(3, 0);
    OL_CHECK_EQ(rt_zio_slots_shrink(&cell, 2), RT_ZIO_STOP);
}

OL_CASE(draining_ends_once_with_the_last_slot)
{
    struct rt_zio_cell cell = make_cell(2, 1);
    OL_CHECK_EQ(rt_zio_slots_drain(&cell), RT_ZIO_TAKE);
    rt_zio_slots_remove(&cell);
    CHECK_SLOTS(cell, 1, 0);
    OL_CHECK_EQ(rt_zio_slots_drain(&cell), RT_ZIO_STOP);
    rt_zio_slots_give_back(&cell);
    OL_CHECK_EQ(rt_zio_slots_drain(&cell), RT_ZIO_TAKE);
    rt_zio_slots_remove(&cell);
    OL_CHECK_EQ(rt_zio_slots_drain(&cell), RT_ZIO_END);
    CHECK_SLOTS(cell, -1, 0);
    OL_CHECK_EQ(rt_zio_slots_drain(&cell), RT_ZIO_STOP);
    CHECK_SLOTS(cell, -1, 0);
}

OL_CASE(a_slot_without_an_item_takes_its_promise_back)
{
    struct rt_zio_cell cell = make_cell(3, -1);
    rt_zio_slots_forgo(&cell);
    CHECK_SLOTS(cell, 2, -2);
}

static void *turn(void *env)
{
    struct rt_zio_cell *const cell = env;
    for (int i = 0; i < TURNS; i++) {
        if (rt_zio_slots_want(cell, THREADS / 2) == RT_ZIO_MAKE)
            rt_zio_slots_forgo(cell);
        else
            rt_zio_slots_give_back(cell);
    }
    return NULL;
}

OL_CASE(no_change_is_lost_between_threads)
{
    struct rt_zio_cell cell = {0};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, turn, &cell), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK_SLOTS(cell, 0, 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(who_wants_takes_what_is_free_or_makes_one_or_waits)
OL_CASES_ENTRY(of_a_pool_without_room_one_waits_for_ever)
OL_CASES_ENTRY(filling_stops_at_the_least)
OL_CASES_ENTRY(a_slot_is_kept_for_the_least_or_for_who_waits)
OL_CASES_ENTRY(shrinking_leaves_the_least)
OL_CASES_ENTRY(draining_ends_once_with_the_last_slot)
OL_CASES_ENTRY(a_slot_without_an_item_takes_its_promise_back)
OL_CASES_ENTRY(no_change_is_lost_between_threads)
OL_CASES_END
