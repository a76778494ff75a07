/* test_rt_ce_stack.c - the callback stack of Cats Effect, one thread at a
 * time, every version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_stack.h"

#include <errno.h>
#include <limits.h>

#include "reference-runtime/core/epoch.h"
#include "reference-runtime/core/step.h"
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

/* ---- Pack ---- */

static long pack(struct user *user, int32_t bound)
{
    return rt_ce_stack_pack(&user->stack, bound);
}

static struct rt_ce_stack_counts counts_of(const struct user *user)
{
    const struct rt_ce_stack_counts counts = rt_ce_stack_counts(&user->stack);
    OL_CHECK_EQ(counts.pushed, counts.unlinked + counts.cut + counts.linked);
    return counts;
}

/* Clears a node and gives its handle back. */
static void clear(struct user *user, struct rt_ce_node *handle)
{
    OL_CHECK(!rt_ce_stack_clear(&user->stack, handle));
    rt_ce_node_unref(handle);
}

OL_CASE(a_cleared_node_below_a_live_one_is_packed)
{
    static const struct {
        const char *variant;
        long packed;
        long left;
    } rows[] = {{"ce-3.4.3", 0, 2}, {"ce-3.4.4", 0, 2}, {"ce-3.5.2", 0, 1},
        {"ce-pr3936", 1, 1}, {"ce-3.5.3", 1, 1}, {"ce-3.5.4", 1, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct user user;
        begin(&user, rows[i].variant);
        struct rt_ce_node *const low = push(&user);
        struct rt_ce_node *const high = push(&user);
        clear(&user, low);
        OL_CHECK_EQ(pack(&user, 1), rows[i].packed);
        OL_CHECK_EQ(counts_of(&user).linked, rows[i].left);
        rt_ce_node_unref(high);
        end(&user);
    }
}

OL_CASE(a_cleared_node_alone_is_packed_but_not_counted_by_3_5_2)
{
    static const struct {
        const char *variant;
        long packed;
        long left;
    } rows[] = {{"ce-3.4.3", 0, 1}, {"ce-3.4.4", 0, 1}, {"ce-3.5.2", 0, 0},
        {"ce-pr3936", 1, 0}, {"ce-3.5.3", 1, 0}, {"ce-3.5.4", 1, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct user user;
        begin(&user, rows[i].variant);
        clear(&user, push(&user));
        OL_CHECK_EQ(pack(&user, 1), rows[i].packed);
        OL_CHECK_EQ(counts_of(&user).linked, rows[i].left);
        OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), rows[i].left);
        end(&user);
    }
}

/* From the bottom: cleared, live, cleared, cleared, live, cleared, cleared. */
static void push_seven(struct user *user)
{
    static const bool is_live[] = {
        false, true, false, false, true, false, false};
    struct rt_ce_node *handles[7];
    for (int i = 0; i < 7; i++)
        handles[i] = push(user);
    for (int i = 0; i < 7; i++)
        if (!is_live[i]) (void)rt_ce_stack_clear(&user->stack, handles[i]);
    for (int i = 0; i < 7; i++)
        rt_ce_node_unref(handles[i]);
}

OL_CASE(the_bound_counts_every_node_and_is_asked_at_live_ones_only)
{
    static const struct {
        int32_t bound;
        long packed;
    } rows[] = {{INT_MIN, 2}, {0, 2}, {1, 2}, {2, 2}, {3, 4}, {4, 4}, {5, 4},
        {6, 5}, {7, 5}, {INT_MAX, 5}};
    static const char *const variants[] = {"ce-pr3936", "ce-3.5.3", "ce-3.5.4"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t j = 0; j < 3; j++) {
            struct user user;
            begin(&user, variants[j]);
            push_seven(&user);
            OL_CHECK_EQ(pack(&user, rows[i].bound), rows[i].packed);
            OL_CHECK_EQ(counts_of(&user).linked, 7 - rows[i].packed);
            OL_CHECK_EQ(rt_object_live(RT_CALLBACK), 2);
            end(&user);
        }
    }
}

static void pack_now(void *env)
{
    struct user *const user = env;
    OL_CHECK_EQ(pack(user, 1), 0);
}

static void pack_later(void *env)
{
    struct user *const user = env;
    OL_CHECK_EQ(pack(user, 2), 1);
}

OL_CASE(who_comes_to_pack_second_goes_away_at_once)
{
    struct user user;
    begin(&user, "ce-3.5.3");
    clear(&user, push(&user));
    const struct rt_step_pause pause = {
        .point = RT_CE_STEP_PACK_UNLINK, .during = pack_now, .env = &user};
    OL_CHECK(rt_step_run_paused(&pause, pack_later, &user));
    OL_CHECK_EQ(counts_of(&user).locked_out, 1);
    OL_CHECK_EQ(counts_of(&user).packs, 1);
    end(&user);
}

/* Somebody pushes while the head is to be taken out. */
static void push_one(void *env)
{
    rt_ce_node_unref(push(env));
}

static void push_two(void *env)
{
    push_one(env);
    push_one(env);
}

static void pack_none(void *env)
{
    struct user *const user = env;
    OL_CHECK_EQ(pack(user, 2), 0);
}

OL_CASE(a_head_that_was_pushed_on_is_packed_as_a_tail_or_left)
{
    struct user user;
    begin(&user, "ce-3.5.3");
    clear(&user, push(&user));
    struct rt_step_pause pause = {
        .point = RT_CE_STEP_PACK_UNLINK, .during = push_one, .env = &user};
    OL_CHECK(rt_step_run_paused(&pause, pack_later, &user));
    OL_CHECK_EQ(counts_of(&user).linked, 1);
    end(&user);

    begin(&user, "ce-3.5.3");
    clear(&user, push(&user));
    pause.during = push_two;
    OL_CHECK(rt_step_run_paused(&pause, pack_none, &user));
    OL_CHECK_EQ(counts_of(&user).linked, 3);
    OL_CHECK_EQ(counts_of(&user).linked_cleared, 1);
    end(&user);

    /* What is below the one that is left is packed all the same. */
    begin(&user, "ce-3.5.3");
    clear(&user, push(&user));
    clear(&user, push(&user));
    OL_CHECK(rt_step_run_paused(&pause, pack_later, &user));
    OL_CHECK_EQ(counts_of(&user).linked, 3);
    OL_CHECK_EQ(counts_of(&user).linked_cleared, 1);
    end(&user);
}

OL_CASE(a_head_that_is_left_counts_against_the_bound)
{
    static void (*const packs[])(void *env) = {pack_now, pack_later};
    for (int packed = 0; packed < 2; packed++) {
        struct user user;
        begin(&user, "ce-3.5.4");
        struct rt_ce_node *const low = push(&user);
        rt_ce_node_unref(push(&user));
        clear(&user, push(&user));
        clear(&user, low);
        const struct rt_step_pause pause = {
            .point = RT_CE_STEP_PACK_UNLINK, .during = push_two, .env = &user};
        OL_CHECK(rt_step_run_paused(&pause, packs[packed], &user));
        OL_CHECK_EQ(counts_of(&user).linked, 5 - packed);
        OL_CHECK_EQ(counts_of(&user).linked_cleared, 2 - packed);
        end(&user);
    }
}

/* ---- Apply ---- */

/* Writes down who was called, in order. */
struct calls {
    int who[8];
    int count;
    int failing; /* who fails; 0 is nobody */
};

struct caller {
    struct calls *calls;
    int who;
};

static int note_call(intptr_t value, void *env)
{
    const struct caller *const caller = env;
    struct calls *const calls = caller->calls;
    OL_CHECK_EQ(value, 42);
    calls->who[calls->count++] = caller->who;
    return caller->who == calls->failing ? -EIO : 0;
}

/* Five wait: caller 1 at the bottom, 5 on top. */
static void push_five(struct user *user, struct calls *calls,
    struct caller *callers, struct rt_ce_node **handles)
{
    for (int i = 0; i < 5; i++) {
        callers[i] = (struct caller){calls, i + 1};
        handles[i] = push_fn(user,
            (struct rt_ce_callback_fn){.fire = note_call, .env = &callers[i]});
    }
}

static void unref_five(struct rt_ce_node **handles)
{
    for (int i = 0; i < 5; i++)
        rt_ce_node_unref(handles[i]);
}

static void for_each_stack(void (*check)(const struct rt_ce_variant *variant))
{
    const struct rt_ce_variant *variant = NULL;
    int count = 0;
    for (size_t i = 0; (variant = rt_ce_variant_at(i)); i++) {
        if (variant->is_map) continue;
        check(variant);
        count++;
    }
    OL_CHECK_EQ(count, 6);
}

static void check_order(const struct rt_ce_variant *variant)
{
    struct user user;
    struct calls calls = {.count = 0};
    struct caller callers[5];
    struct rt_ce_node *handles[5];
    begin(&user, variant->name);
    push_five(&user, &calls, callers, handles);
    struct caller first = {&calls, 9};
    struct rt_ce_callback *const root = rt_ce_callback_create(
        (struct rt_ce_callback_fn){.fire = note_call, .env = &first});
    rt_ce_stack_set_root(&user.stack, root);
    rt_ce_callback_unref(root);
    (void)rt_ce_stack_clear(&user.stack, handles[2]);

    const struct rt_ce_applied applied = rt_ce_stack_apply(&user.stack, 42);
    static const int order[] = {9, 5, 4, 2, 1};
    OL_CHECK_EQ(applied.fired, 5);
    OL_CHECK_EQ(applied.error, 0);
    OL_CHECK_EQ(calls.count, 5);
    for (int i = 0; i < 5; i++)
        OL_CHECK_EQ(calls.who[i], order[i]);
    OL_CHECK_EQ(rt_ce_stack_apply(&user.stack, 42).fired, 0);

    /* Only one version ever forgot the root as well. */
    rt_ce_stack_clear_all(&user.stack);
    OL_CHECK_EQ(atomic_load(&user.stack.root) == NULL,
        strcmp(variant->name, "ce-3.5.3") == 0);
    unref_five(handles);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), 0);
    end(&user);
}

OL_CASE(the_root_is_called_first_then_the_newest_and_each_once)
{
    for_each_stack(check_order);
}

static void check_failing(const struct rt_ce_variant *variant)
{
    struct user user;
    struct calls calls = {.failing = 3};
    struct caller callers[5];
    struct rt_ce_node *handles[5];
    begin(&user, variant->name);
    push_five(&user, &calls, callers, handles);
    unref_five(handles);

    const struct rt_ce_applied applied = rt_ce_stack_apply(&user.stack, 42);
    OL_CHECK_EQ(applied.fired, 3); /* 5, 4 and the one that fails */
    OL_CHECK_EQ(applied.error, -EIO);
    OL_CHECK_EQ(calls.count, 3);
    OL_CHECK_EQ(counts_of(&user).linked, variant->tears_down ? 0 : 5);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), variant->tears_down ? 0 : 5);
    OL_CHECK_EQ(rt_object_live(RT_CALLBACK), variant->tears_down ? 0 : 5);
    end(&user);
}

OL_CASE(a_callback_that_fails_is_the_last_and_only_3_5_4_cleans_up)
{
    for_each_stack(check_failing);
}

/* ---- What a handle keeps ---- */

static void check_pinned(const struct rt_ce_variant *variant)
{
    struct rt_ce_node *handles[100];
    for (int pinned = 0; pinned < 100; pinned += 33) {
        struct user user;
        begin(&user, variant->name);
        for (int i = 0; i < 100; i++)
            handles[i] = push(&user);
        OL_CHECK_EQ(rt_ce_stack_apply(&user.stack, 1).fired, 100);
        if (variant->clears_on_complete) rt_ce_stack_clear_all(&user.stack);
        for (int i = 0; i < 100; i++)
            if (i != pinned) rt_ce_node_unref(handles[i]);

        const bool keeps_all =
            !variant->clears_on_complete && !variant->tears_down;
        const long below = keeps_all ? 100 : pinned + 1;
        OL_CHECK_EQ(
            rt_object_live(RT_STACK_NODE), variant->tears_down ? 1 : below);
        OL_CHECK_EQ(
            rt_object_live(RT_CALLBACK), variant->tears_down ? 0 : below);
        OL_CHECK_EQ(counts_of(&user).linked, keeps_all ? 100 : 0);
        rt_ce_node_unref(handles[pinned]);
        end(&user);
    }
}

OL_CASE(a_handle_keeps_all_below_it_but_in_3_5_4)
{
    for_each_stack(check_pinned);
}

OL_CASE(a_handle_of_an_unlinked_node_keeps_what_was_below_it)
{
    struct user user;
    begin(&user, "ce-3.5.4");
    rt_ce_node_unref(push(&user));
    struct rt_ce_node *const handle = push(&user);
    (void)rt_ce_stack_clear(&user.stack, handle);
    OL_CHECK_EQ(pack(&user, 1), 1);
    OL_CHECK_EQ(counts_of(&user).linked, 1);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), 2);
    rt_ce_stack_clear_all(&user.stack);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), 2);
    OL_CHECK_EQ(rt_object_live(RT_CALLBACK), 1);
    rt_ce_node_unref(handle);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), 0);
    end(&user);
}

struct path {
    const struct rt_object *to;
    const char *field;
};

static void follow(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    struct path *const path = env;
    (void)from;
    OL_CHECK(strong);
    if (strcmp(field, path->field) == 0) path->to = to;
}

OL_CASE(the_truth_names_the_way_from_stack_to_callback)
{
    struct user user;
    begin(&user, "ce-3.5.3");
    struct rt_ce_node *const low = push(&user);
    struct rt_ce_node *const high = push(&user);
    struct path path = {.field = "stack.head"};
    rt_ce_stack_each_edge(&user.stack, NULL, follow, &path);
    OL_CHECK(path.to == rt_ce_node_object(high));
    path.field = "next";
    rt_object_each_edge(path.to, follow, &path);
    OL_CHECK(path.to == rt_ce_node_object(low));
    path.field = "callback";
    rt_object_each_edge(path.to, follow, &path);
    OL_CHECK_EQ(path.to->type->kind, RT_CALLBACK);
    rt_ce_node_unref(low);
    rt_ce_node_unref(high);
    end(&user);
}

/* ---- A million ---- */

enum {
    MANY = 1000000
};

static void push_many(struct user *user)
{
    for (int i = 0; i < MANY; i++)
        rt_ce_node_unref(push(user));
}

static void check_many(const struct rt_ce_variant *variant)
{
    struct user user;
    begin(&user, variant->name);
    push_many(&user);
    OL_CHECK_EQ(rt_ce_stack_apply(&user.stack, 1).fired, MANY);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), variant->tears_down ? 0 : MANY);
    rt_ce_stack_clear_all(&user.stack);
    OL_CHECK_EQ(counts_of(&user).cut, MANY);
    end(&user);
}

OL_CASE(a_million_are_called_and_let_go_without_recursion)
{
    check_many(rt_ce_variant_find("ce-3.4.3"));
    check_many(rt_ce_variant_find("ce-3.5.4"));
}

OL_CASE(a_million_below_one_handle_go_with_it)
{
    struct user user;
    begin(&user, "ce-3.5.3");
    push_many(&user);
    struct rt_ce_node *const handle = push(&user);
    rt_ce_stack_clear_all(&user.stack);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), MANY + 1);
    rt_ce_node_unref(handle);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), 0);
    push_many(&user);
    end(&user);
}

OL_CASE(a_million_cleared_are_packed_at_once)
{
    static const char *const variants[] = {"ce-pr3936", "ce-3.5.3"};
    for (size_t i = 0; i < 2; i++) {
        struct user user;
        begin(&user, variants[i]);
        for (int node = 0; node < MANY; node++)
            clear(&user, push(&user));
        OL_CHECK_EQ(counts_of(&user).linked_cleared, MANY);
        OL_CHECK_EQ(pack(&user, 1), MANY);
        OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), 0);
        end(&user);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(churn_prints_the_hundred_counters_of_the_issue)
OL_CASES_ENTRY(a_cleared_node_below_a_live_one_is_packed)
OL_CASES_ENTRY(a_cleared_node_alone_is_packed_but_not_counted_by_3_5_2)
OL_CASES_ENTRY(the_bound_counts_every_node_and_is_asked_at_live_ones_only)
OL_CASES_ENTRY(who_comes_to_pack_second_goes_away_at_once)
OL_CASES_ENTRY(a_head_that_was_pushed_on_is_packed_as_a_tail_or_left)
OL_CASES_ENTRY(a_head_that_is_left_counts_against_the_bound)
OL_CASES_ENTRY(the_root_is_called_first_then_the_newest_and_each_once)
OL_CASES_ENTRY(a_callback_that_fails_is_the_last_and_only_3_5_4_cleans_up)
OL_CASES_ENTRY(a_handle_keeps_all_below_it_but_in_3_5_4)
OL_CASES_ENTRY(a_handle_of_an_unlinked_node_keeps_what_was_below_it)
OL_CASES_ENTRY(the_truth_names_the_way_from_stack_to_callback)
OL_CASES_ENTRY(a_million_are_called_and_let_go_without_recursion)
OL_CASES_ENTRY(a_million_below_one_handle_go_with_it)
OL_CASES_ENTRY(a_million_cleared_are_packed_at_once)
OL_CASES_END
