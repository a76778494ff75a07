/* test_rt_crux_state.c - wakers that look at the request they wake.
 *
 * A request that woke or dropped a waker under its lock would never get any
 * further.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_state.h"

#include "tests/support/check.h"

/* ---- Wakers: one that looks, and one that does nothing ---- */

struct nosy {
    struct rt_crux_state *state; /* borrowed */
    enum rt_poll seen;           /* by its last look */
    intptr_t value;
    int wakes, drops;
};

static void *clone(void *data)
{
    return data;
}

static void ignore(void *data)
{
    (void)data;
}

static const struct rt_waker_type silent_type = {
    .clone = clone, .wake = ignore, .drop = ignore};

static void look(struct nosy *nosy)
{
    const struct rt_waker silent = {&silent_type, nosy};
    int err = 0;
    nosy->seen = rt_crux_state_poll(nosy->state, &silent, &nosy->value, &err);
}

static void wake(void *data)
{
    ((struct nosy *)data)->wakes++;
    look(data);
}

static void drop(void *data)
{
    ((struct nosy *)data)->drops++;
    look(data);
}

static const struct rt_waker_type nosy_type = {
    .clone = clone, .wake = wake, .drop = drop};

static enum rt_poll poll(struct nosy *nosy)
{
    const struct rt_waker waker = {&nosy_type, nosy};
    intptr_t value = 0;
    int err = 0;
    return rt_crux_state_poll(nosy->state, &waker, &value, &err);
}

/* ---- Cases ---- */

static struct rt_crux_state *make_state(void)
{
    struct rt_crux_state *const state =
        rt_crux_state_create((struct rt_crux_receiver){0});
    OL_CHECK(state);
    return state;
}

OL_CASE(who_is_woken_may_look_for_the_answer)
{
    struct nosy nosy = {.state = make_state()};
    OL_CHECK_EQ(poll(&nosy), RT_PENDING);
    rt_crux_state_answer(nosy.state, 42);
    OL_CHECK_EQ(nosy.wakes, 1);
    OL_CHECK_EQ(nosy.drops, 1);
    OL_CHECK_EQ(nosy.seen, RT_READY);
    OL_CHECK_EQ(nosy.value, 42);
    rt_object_unref(rt_crux_state_object(nosy.state));
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(who_is_replaced_may_look_for_the_answer)
{
    struct nosy first = {.state = make_state(), .seen = RT_READY};
    const struct rt_waker silent = {&silent_type, NULL};
    intptr_t value = 0;
    int err = 0;
    OL_CHECK_EQ(poll(&first), RT_PENDING);
    OL_CHECK_EQ(
        rt_crux_state_poll(first.state, &silent, &value, &err), RT_PENDING);
    OL_CHECK_EQ(first.wakes, 0);
    OL_CHECK_EQ(first.drops, 1);
    OL_CHECK_EQ(first.seen, RT_PENDING);
    rt_object_unref(rt_crux_state_object(first.state));
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(who_is_woken_may_look_for_the_answer)
OL_CASES_ENTRY(who_is_replaced_may_look_for_the_answer)
OL_CASES_END
