/* test_rt_ce_stack.c - the callback stack of Cats Effect, one thread at a
 * time, every version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_stack.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "reference-runtime/core/epoch.h"
#include "tests/support/check.h"

/* A stack and the count of cleared nodes that its user keeps. */
struct user {
    struct rt_ce_stack stack;
    uint32_t counter; /* as int32, which wraps */
};

static void begin(struct user *user, const char *variant)
{
    const struct rt_ce_variant *const row = rt_ce_variant_find(variant);
    OL_CHECK(row);
    rt_ce_stack_init(&user->stack, row);
    user->counter = 0;
}

static void end(struct user *user)
{
    rt_ce_stack_deinit(&user->stack);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static struct rt_ce_node *push_fn(
    struct user *user, struct rt_ce_callback_fn fn)
{
    struct rt_ce_callback *const callback = rt_ce_callback_create(fn);
    struct rt_ce_node *handle = NULL;
    OL_CHECK(callback);
    OL_CHECK_EQ(rt_ce_stack_push(&user->stack, callback, &handle), 0);
    rt_ce_callback_unref(callback);
    return handle;
}

static struct rt_ce_node *push(struct user *user)
{
    return push_fn(user, (struct rt_ce_callback_fn){0});
}

/* What a cancelled get does; gives the handle back. */
static void cancel(struct user *user, struct rt_ce_node *handle)
{
    (void)rt_ce_stack_clear(&user->stack, handle);
    const uint32_t count = ++user->counter;
    if ((count & (count - 1)) == 0)
        user->counter -=
            (uint32_t)rt_ce_stack_pack(&user->stack, (int32_t)count);
    rt_ce_node_unref(handle);
}

static long counter(const struct user *user)
{
    return (int32_t)user->counter;
}

/* ---- Churn ---- */

static const int issue_3935[] = {1, 2, 3, 3, 4, 5, 6, 7, 5, 6, 7, 6, 7, 7, 8, 9,
    10, 11, 12, 13, 14, 15, 9, 10, 11, 12, 13, 14, 15, 10, 11, 12, 13, 14, 15,
    11, 12, 13, 14, 15, 12, 13, 14, 15, 13, 14, 15, 14, 15, 15, 16, 17, 18, 19,
    20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 17, 18, 19, 20, 21, 22, 23,
    24, 25, 26, 27, 28, 29, 30, 31, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31, 19, 20, 21, 22, 23};

OL_CASE(churn_prints_the_hundred_counters_of_the_issue)
{
    struct user user;
    begin(&user, "ce-3.5.2");
    for (size_t i = 0; i < sizeof issue_3935 / sizeof issue_3935[0]; i++) {
        cancel(&user, push(&user));
        OL_CHECK_EQ(counter(&user), issue_3935[i]);
    }
    const struct rt_ce_stack_counts counts = rt_ce_stack_counts(&user.stack);
    OL_CHECK_EQ(counts.linked, 4);
    OL_CHECK_EQ(counts.packs, 19);
    OL_CHECK_EQ(counts.bottoms, 19);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), 4);
    OL_CHECK_EQ(rt_object_live(RT_CALLBACK), 0);
    end(&user);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(churn_prints_the_hundred_counters_of_the_issue)
OL_CASES_END
