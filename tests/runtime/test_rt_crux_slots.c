/* test_rt_crux_slots.c - what becomes of a task that is run by its number.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_slots.h"

#include <errno.h>

#include "tests/support/check.h"

static const struct rt_object_type owner_type = {.kind = RT_EXECUTOR};

struct fixture {
    struct rt_object *owner;
    struct rt_crux_slots slots;
    struct rt_crux_sender ready;
    struct rt_crux_receiver woken;
};

static void init(struct fixture *fixture, bool frees)
{
    fixture->owner = rt_object_create(&owner_type, sizeof *fixture->owner);
    OL_CHECK(fixture->owner);
    rt_crux_slots_init(&fixture->slots, fixture->owner, frees);
    OL_CHECK_EQ(rt_crux_channel_open(&fixture->ready, &fixture->woken), 0);
}

static void deinit(struct fixture *fixture)
{
    rt_crux_slots_deinit(&fixture->slots);
    rt_crux_sender_drop(&fixture->ready);
    rt_crux_receiver_drop(&fixture->woken);
    rt_object_unref(fixture->owner);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static uint32_t insert(struct fixture *fixture, struct rt_future *future)
{
    uint32_t id = UINT32_MAX;
    OL_CHECK(future);
    OL_CHECK_EQ(rt_crux_slots_insert(&fixture->slots, future, &id), 0);
    return id;
}

static enum rt_crux_run run(struct fixture *fixture, uint32_t id)
{
    return rt_crux_slots_run(&fixture->slots, id, &fixture->ready);
}

/* ---- A future that looks at its own slot ---- */

struct mirror {
    struct rt_future future;
    struct fixture *fixture; /* borrowed */
    uint32_t id;
    enum rt_crux_run seen;
    bool once;
};

static enum rt_poll poll_mirror(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct mirror *const mirror = (struct mirror *)future;
    if (mirror->once) return rt_future_finish(future, 0, 0);
    mirror->once = true;
    mirror->seen = run(mirror->fixture, mirror->id);
    rt_waker_wake(waker);
    return RT_PENDING;
}

static const struct rt_future_type mirror_type = {
    .object = {.kind = RT_FUTURE},
    .poll = poll_mirror,
};

/* ---- A future that looks at the slots when it is dropped ---- */

struct parting {
    struct rt_future future;
    struct rt_crux_slots *slots; /* borrowed */
    size_t *seen;                /* borrowed */
};

static enum rt_poll poll_parting(
    struct rt_future *future, const struct rt_waker *waker)
{
    (void)waker;
    return rt_future_finish(future, 0, 0);
}

static void drop_parting(struct rt_object *object)
{
    struct parting *const parting = (struct parting *)object;
    *parting->seen = rt_crux_slots_count(parting->slots);
}

static const struct rt_future_type parting_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_parting},
    .poll = poll_parting,
};

/* ---- Cases ---- */

OL_CASE(a_number_that_was_never_given_is_missing)
{
    struct fixture fixture;
    init(&fixture, true);
    OL_CHECK_EQ(run(&fixture, 0), RT_CRUX_MISSING);
    OL_CHECK_EQ(run(&fixture, UINT32_MAX), RT_CRUX_MISSING);
    deinit(&fixture);
}

OL_CASE(a_task_is_suspended_then_completed_then_missing)
{
    for (int frees = 0; frees < 2; frees++) {
        struct fixture fixture;
        init(&fixture, frees);
        const uint32_t id = insert(&fixture, rt_future_yield());
        OL_CHECK_EQ(run(&fixture, id), RT_CRUX_SUSPENDED);
        struct rt_crux_item item = {0};
        OL_CHECK_EQ(rt_crux_receiver_take(&fixture.woken, &item), 0);
        OL_CHECK_EQ(item.value, id);
        OL_CHECK_EQ(run(&fixture, id), RT_CRUX_COMPLETED);
        OL_CHECK_EQ(rt_object_live(RT_FUTURE), 0);
        OL_CHECK_EQ(run(&fixture, id), RT_CRUX_MISSING);
        OL_CHECK_EQ(rt_crux_slots_count(&fixture.slots), 1);
        deinit(&fixture);
    }
}

OL_CASE(a_task_that_is_being_polled_is_unavailable)
{
    struct fixture fixture;
    init(&fixture, true);
    struct mirror *const mirror =
        rt_future_create(&mirror_type, sizeof *mirror);
    OL_CHECK(mirror);
    mirror->fixture = &fixture;
    mirror->id = insert(&fixture, &mirror->future);
    OL_CHECK_EQ(run(&fixture, mirror->id), RT_CRUX_SUSPENDED);
    OL_CHECK_EQ(mirror->seen, RT_CRUX_UNAVAILABLE);
    OL_CHECK_EQ(run(&fixture, mirror->id), RT_CRUX_COMPLETED);
    deinit(&fixture);
}

OL_CASE(numbers_count_up_unless_a_slot_is_free)
{
    for (int frees = 0; frees < 2; frees++) {
        struct fixture fixture;
        init(&fixture, frees);
        for (uint32_t i = 0; i < 100; i++)
            OL_CHECK_EQ(insert(&fixture, rt_future_never()), i);
        const uint32_t id = insert(&fixture, rt_future_ready(0, 0));
        OL_CHECK_EQ(id, 100);
        OL_CHECK_EQ(run(&fixture, id), RT_CRUX_COMPLETED);
        OL_CHECK_EQ(insert(&fixture, rt_future_never()), frees ? 100 : 101);
        OL_CHECK_EQ(rt_object_live(RT_SLOT), frees ? 101 : 102);
        deinit(&fixture);
    }
}

OL_CASE(each_poll_has_a_waker_of_its_own)
{
    struct fixture fixture;
    init(&fixture, true);
    const uint32_t id = insert(&fixture, rt_future_never());
    for (int i = 0; i < 10; i++)
        OL_CHECK_EQ(run(&fixture, id), RT_CRUX_SUSPENDED);
    OL_CHECK_EQ(rt_object_live(RT_WAKER), 0);
    OL_CHECK_EQ(rt_object_census(RT_WAKER).peak, 1);
    deinit(&fixture);
}

/* Under the lock it would wait for ever. */
OL_CASE(a_future_that_is_dropped_may_look_at_the_slots)
{
    struct fixture fixture;
    size_t seen = 0;
    init(&fixture, true);
    struct parting *const parting =
        rt_future_create(&parting_type, sizeof *parting);
    OL_CHECK(parting);
    parting->slots = &fixture.slots;
    parting->seen = &seen;
    const uint32_t id = insert(&fixture, &parting->future);
    OL_CHECK_EQ(run(&fixture, id), RT_CRUX_COMPLETED);
    OL_CHECK_EQ(seen, 1);
    deinit(&fixture);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_number_that_was_never_given_is_missing)
OL_CASES_ENTRY(a_task_is_suspended_then_completed_then_missing)
OL_CASES_ENTRY(a_task_that_is_being_polled_is_unavailable)
OL_CASES_ENTRY(numbers_count_up_unless_a_slot_is_free)
OL_CASES_ENTRY(each_poll_has_a_waker_of_its_own)
OL_CASES_ENTRY(a_future_that_is_dropped_may_look_at_the_slots)
OL_CASES_END
