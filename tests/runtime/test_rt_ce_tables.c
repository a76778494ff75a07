/* test_rt_ce_tables.c - the cells of Cats Effect's tables that no workload
 * has the parameters for, by the library, every version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdlib.h>

#include "reference-runtime/cats-effect/ce_fiber.h"
#include "reference-runtime/core/epoch.h"
#include "reference-runtime/run/ce_overlap.h"
#include "reference-runtime/run/ce_stage.h"
#include "tests/support/check.h"

static struct rt_ce_stage begin(const char *variant)
{
    struct rt_ce_stage stage;
    OL_CHECK_EQ(rt_ce_stage_init(&stage, variant), 0);
    return stage;
}

static void end(struct rt_ce_stage *stage)
{
    rt_ce_stage_deinit(stage);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static struct rt_ce_wait *push_many(struct rt_ce_stage *stage, long count)
{
    struct rt_ce_wait *const waits = calloc((size_t)count + 1, sizeof *waits);
    OL_CHECK(waits);
    for (long i = 0; i < count; i++)
        OL_CHECK_EQ(rt_ce_stage_push(stage, &waits[i]), 0);
    return waits;
}

static void drop_many(struct rt_ce_wait *waits, long count)
{
    for (long i = 0; i < count; i++)
        rt_ce_wait_drop(&waits[i]);
    free(waits);
}

/* Checks what holds at any quiet point (of a version that has a stack). */
static void check_sound(struct rt_ce_stage *stage)
{
    const struct rt_ce_event_counts counts =
        rt_ce_deferred_counts(stage->deferred);
    const struct rt_ce_stack_counts *const stack = &counts.stack;
    const struct rt_ce_variant *const variant = stage->variant;
    OL_CHECK_EQ(stack->pushed, stack->unlinked + stack->cut + stack->linked);
    OL_CHECK_EQ(stack->linked, stage->waiting + stack->linked_cleared);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), stack->linked);
    OL_CHECK_EQ(rt_object_live(RT_CALLBACK), stage->waiting);
    OL_CHECK_EQ(stack->packed + stack->bottoms, stack->unlinked);
    if (variant->pack == RT_CE_PACK_LOCK)
        OL_CHECK_EQ(counts.clear_counter, stack->linked_cleared);
    if (variant->pack == RT_CE_PACK_CAS)
        OL_CHECK_EQ(
            counts.clear_counter, stack->linked_cleared + stack->bottoms);
    if (variant->pack != RT_CE_PACK_NONE)
        OL_CHECK_EQ(counts.clear_counter - stack->linked_cleared,
            stack->unlinked - stack->packed);
    OL_CHECK(variant->counts_bottom ? stack->bottoms == 0 : true);
}

struct cell {
    long counter;
    long garbage;
    long peak;
};

static void check_cell(struct rt_ce_stage *stage, struct cell wanted)
{
    const struct rt_ce_event_counts counts =
        rt_ce_deferred_counts(stage->deferred);
    OL_CHECK_EQ(counts.clear_counter, wanted.counter);
    OL_CHECK_EQ(counts.stack.linked_cleared, wanted.garbage);
    OL_CHECK_EQ(stage->peak_garbage, wanted.peak);
}

/* ---- W-CE-2 ---- */

OL_CASE(above_any_number_who_wait_packing_leaves_nothing)
{
    static const char *const variants[] = {
        "ce-3.5.2", "ce-pr3936", "ce-3.5.3", "ce-3.5.4"};
    static const long live[] = {1, 2, 10};
    for (int i = 0; i < 4 * 3; i++) {
        struct rt_ce_stage stage = begin(variants[i / 3]);
        struct rt_ce_wait *const waits = push_many(&stage, live[i % 3]);
        OL_CHECK_EQ(rt_ce_stage_churn(&stage, 1000), 0);
        check_cell(&stage, (struct cell){0, 0, 0});
        check_sound(&stage);
        drop_many(waits, live[i % 3]);
        end(&stage);
    }
}

/* ---- W-CE-3, W-CE-9: some give up, others above them do not ---- */

static void check_buried(const char *variant, long give_up, long on_top,
    bool newest_first, struct cell wanted)
{
    struct rt_ce_stage stage = begin(variant);
    struct rt_ce_wait *const waits = push_many(&stage, give_up + on_top);
    for (long i = 0; i < give_up; i++) {
        rt_ce_stage_cancel(&stage, &waits[newest_first ? give_up - 1 - i : i]);
        if (i % 50 == 0) check_sound(&stage);
    }
    check_cell(&stage, wanted);
    check_sound(&stage);
    drop_many(waits, give_up + on_top);
    end(&stage);
}

OL_CASE(what_is_buried_stays_until_a_pack_reaches_it)
{
    static const struct {
        long give_up;
        long on_top;
        struct cell fixed_oldest, fixed_newest, leaky_oldest, leaky_newest;
    } rows[] = {
        {16, 16, {0, 0, 15}, {0, 0, 15}, {1, 0, 15}, {1, 0, 15}},
        {64, 16, {0, 0, 63}, {0, 0, 15}, {1, 0, 63}, {1, 0, 15}},
        {100, 10, {4, 4, 63}, {4, 4, 15}, {7, 5, 63}, {4, 4, 15}},
        {100, 100, {100, 100, 100}, {100, 100, 100}, {100, 100, 100},
            {100, 100, 100}},
        {1000, 100, {1000, 1000, 1000}, {104, 104, 127}, {1000, 1000, 1000},
            {104, 104, 127}},
        {1000, 1000, {1000, 1000, 1000}, {1000, 1000, 1000}, {1000, 1000, 1000},
            {1000, 1000, 1000}},
    };
    static const char *const fixed[] = {"ce-pr3936", "ce-3.5.3", "ce-3.5.4"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const long give_up = rows[i].give_up;
        const long on_top = rows[i].on_top;
        for (int v = 0; v < 3; v++) {
            check_buried(
                fixed[v], give_up, on_top, false, rows[i].fixed_oldest);
            check_buried(fixed[v], give_up, on_top, true, rows[i].fixed_newest);
        }
        check_buried("ce-3.5.2", give_up, on_top, false, rows[i].leaky_oldest);
        check_buried("ce-3.5.2", give_up, on_top, true, rows[i].leaky_newest);
        check_buried("ce-3.4.4", give_up, on_top, false,
            (struct cell){0, give_up, give_up});
        check_buried("ce-3.4.3", give_up, on_top, true,
            (struct cell){0, give_up, give_up});
    }
}

OL_CASE(a_batch_that_is_cancelled_is_packed)
{
    static const struct {
        long count;
        struct cell leaky, fixed;
    } rows[] = {
        {10, {3, 1, 7}, {0, 0, 7}},
        {100, {6, 2, 63}, {0, 0, 63}},
        {1000, {12, 4, 511}, {0, 0, 511}},
    };
    for (int i = 0; i < 3; i++) {
        const long count = rows[i].count;
        check_buried("ce-3.5.2", count, 0, false, rows[i].leaky);
        check_buried("ce-3.5.3", count, 0, false, rows[i].fixed);
        check_buried("ce-3.5.4", count, 0, false, rows[i].fixed);
        check_buried("ce-pr3936", count, 0, false, rows[i].fixed);
        check_buried(
            "ce-3.4.4", count, 0, false, (struct cell){0, count, count});
        check_buried("ce-3.5.2", count, 0, true, (struct cell){1, 0, 0});
        check_buried("ce-3.5.3", count, 0, true, (struct cell){0, 0, 0});
        check_buried("ce-3.5.4", count, 0, true, (struct cell){0, 0, 0});
    }
}

/* ---- W-CE-4 ---- */

static void check_overlaps(const char *variant, const long (*rows)[2])
{
    struct rt_ce_stage stage = begin(variant);
    for (int i = 0; i < 6; i++) {
        OL_CHECK_EQ(rt_ce_overlap(&stage), 0);
        const struct rt_ce_event_counts counts =
            rt_ce_deferred_counts(stage.deferred);
        const struct rt_ce_stack_counts *const stack = &counts.stack;
        OL_CHECK_EQ(counts.clear_counter, rows[i][0]);
        OL_CHECK_EQ(stack->linked_cleared, rows[i][1]);
        /* Whatever pack says, each node is unlinked once. */
        OL_CHECK_EQ(stack->pushed, stack->unlinked + stack->linked);
        OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), stack->linked);
        /* What the counter is off by is what was counted twice, or not. */
        OL_CHECK_EQ(counts.clear_counter - stack->linked_cleared,
            stack->unlinked - stack->packed);
        OL_CHECK(
            !stage.variant->counts_bottom || stack->packed >= stack->unlinked);
    }
    end(&stage);
}

OL_CASE(packs_that_meet_count_as_the_table_says_after_each_round)
{
    static const long pr3936[][2] = {
        {-1, 0}, {-3, 0}, {-7, 0}, {-15, 0}, {-31, 0}, {-63, 0}};
    static const long leaky[][2] = {
        {1, 0}, {3, 1}, {4, 1}, {6, 3}, {4, 0}, {6, 2}};
    static const long locked[][2] = {
        {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
    check_overlaps("ce-pr3936", pr3936);
    check_overlaps("ce-3.5.2", leaky);
    check_overlaps("ce-3.5.3", locked);
    check_overlaps("ce-3.5.4", locked);
}

/* After r meetings and N cancels the garbage is N mod (2^r - 1). */
OL_CASE(after_packs_that_met_the_garbage_is_the_rest_of_a_division)
{
    static const long counts[] = {1, 6, 7, 62, 63, 64, 100, 126, 500};
    for (int meetings = 1; meetings <= 8; meetings++) {
        const long tooth = (1L << meetings) - 1;
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            struct rt_ce_stage stage = begin("ce-pr3936");
            for (int met = 0; met < meetings; met++)
                OL_CHECK_EQ(rt_ce_overlap(&stage), 0);
            stage.peak_garbage = 0;
            OL_CHECK_EQ(rt_ce_stage_churn(&stage, counts[i]), 0);
            const long rest = counts[i] % tooth;
            check_cell(&stage, (struct cell){rest - tooth, rest,
                                   counts[i] < tooth ? counts[i] : tooth - 1});
            end(&stage);
        }
    }
}

/* ---- W-CE-5, W-CE-6 ---- */

static void count_edge(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    (void)from, (void)field, (void)to, (void)strong;
    long *const edges = env;
    ++*edges;
}

/* `pin`: whose handle is kept; -1 is nobody's. */
static void check_pinned(
    const char *variant, long count, long pin, long nodes, long callbacks)
{
    struct rt_ce_stage stage = begin(variant);
    struct rt_ce_wait *const waits = push_many(&stage, count);
    OL_CHECK(rt_ce_deferred_complete(stage.deferred, 1, NULL));
    struct rt_ce_wait pinned = {0};
    if (pin >= 0) {
        pinned = waits[pin];
        waits[pin] = (struct rt_ce_wait){0};
    }
    for (long i = 0; i < count; i++)
        rt_ce_wait_drop(&waits[i]);
    OL_CHECK_EQ(rt_ce_live_nodes(), nodes);
    OL_CHECK_EQ(rt_object_live(RT_CALLBACK), callbacks);
    if (pinned.node && stage.variant->tears_down) {
        long edges = 0;
        rt_object_each_edge(rt_ce_node_object(pinned.node), count_edge, &edges);
        OL_CHECK_EQ(edges, 0);
    }
    rt_ce_wait_drop(&pinned);
    drop_many(waits, 0);
    end(&stage);
}

OL_CASE(a_handle_keeps_what_the_table_says)
{
    static const char *const keeping[] = {
        "ce-3.4.4", "ce-3.5.2", "ce-pr3936", "ce-3.5.3"};
    for (int i = 0; i < 4; i++) {
        check_pinned(keeping[i], 100, 99, 100, 100);
        check_pinned(keeping[i], 100, 0, 1, 1);
        check_pinned(keeping[i], 100, 41, 42, 42);
        check_pinned(keeping[i], 100, -1, 0, 0);
    }
    check_pinned("ce-3.4.3", 100, 99, 100, 100);
    check_pinned("ce-3.4.3", 100, 0, 100, 100);
    check_pinned("ce-3.4.3", 100, -1, 100, 100);
    check_pinned("ce-3.5.4", 100, 99, 1, 0);
    check_pinned("ce-3.5.4", 100, 0, 1, 0);
    check_pinned("ce-3.5.4", 100, -1, 0, 0);
    check_pinned("ce-3.4.2", 100, 99, 1, 0);
    check_pinned("ce-3.4.2", 100, -1, 0, 0);
}

/* Every third handle is kept, the newest among them. */
static void check_handles(const char *variant, long nodes, long callbacks)
{
    struct rt_ce_stage stage = begin(variant);
    struct rt_ce_wait *const waits = push_many(&stage, 100);
    OL_CHECK(rt_ce_deferred_complete(stage.deferred, 1, NULL));
    for (long i = 0; i < 100; i++)
        if (i % 3) rt_ce_wait_drop(&waits[i]);
    OL_CHECK_EQ(rt_ce_live_nodes(), nodes);
    OL_CHECK_EQ(rt_object_live(RT_CALLBACK), callbacks);
    long edges = 0;
    for (long i = 0; i < 100; i += 3)
        rt_object_each_edge(
            rt_ce_node_object(waits[i].node), count_edge, &edges);
    OL_CHECK_EQ(edges > 0, callbacks > 0);
    drop_many(waits, 100);
    end(&stage);
}

OL_CASE(of_a_stack_that_is_taken_apart_there_are_as_many_nodes_as_handles)
{
    check_handles("ce-3.5.4", 34, 0);
    check_handles("ce-3.5.3", 100, 100);
    check_handles("ce-3.4.4", 100, 100);
}

OL_CASE(a_million_below_a_handle_are_let_go_without_recursion)
{
    check_pinned("ce-3.5.3", 1000000, 999999, 1000000, 1000000);
    check_pinned("ce-3.5.4", 1000000, 999999, 1, 0);
    check_pinned("ce-3.4.3", 1000000, -1, 1000000, 1000000);
}

/* ---- W-CE-7 ---- */

static struct rt_ce_wait join(struct rt_ce_fiber *fiber)
{
    struct rt_ce_wait wait = {0};
    struct rt_ce_callback *const callback =
        rt_ce_callback_create((struct rt_ce_callback_fn){.env = NULL});
    OL_CHECK(callback);
    OL_CHECK_EQ(rt_ce_fiber_join(fiber, callback, &wait), RT_CE_PARKED);
    rt_ce_callback_unref(callback);
    return wait;
}

OL_CASE(joins_of_every_version_leave_a_node_each)
{
    const struct rt_ce_variant *variant = NULL;
    for (size_t i = 1; (variant = rt_ce_variant_at(i)); i++) {
        struct rt_ce_fiber *const fiber =
            rt_ce_fiber_create(variant, rt_ce_join_variant_at(0));
        for (int joined = 0; joined < 1000; joined++) {
            struct rt_ce_wait wait = join(fiber);
            OL_CHECK(rt_ce_wait_cancel(&wait));
        }
        const struct rt_ce_event_counts counts = rt_ce_fiber_counts(fiber);
        OL_CHECK_EQ(counts.stack.linked_cleared, 1000);
        OL_CHECK_EQ(counts.clear_counter, 0);
        OL_CHECK(rt_ce_fiber_done(fiber, 1, NULL));
        OL_CHECK_EQ(rt_ce_live_nodes(), 0);
        rt_ce_fiber_unref(fiber);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

/* ---- W-CE-10 ---- */

struct window_row {
    long width;
    long counter, linked, garbage, peak;
};

static void check_window(const char *variant, const struct window_row *row)
{
    struct rt_ce_stage stage = begin(variant);
    struct rt_ce_wait *const waits = push_many(&stage, row->width);
    for (long i = row->width; i < 1000; i++) {
        struct rt_ce_wait newest;
        OL_CHECK_EQ(rt_ce_stage_push(&stage, &newest), 0);
        rt_ce_stage_cancel(&stage, &waits[i % row->width]);
        waits[i % row->width] = newest;
    }
    check_cell(&stage, (struct cell){row->counter, row->garbage, row->peak});
    check_sound(&stage);
    OL_CHECK_EQ(
        rt_ce_deferred_counts(stage.deferred).stack.linked, row->linked);
    drop_many(waits, row->width);
    end(&stage);
}

OL_CASE(a_window_leaves_what_the_table_says)
{
    static const struct window_row fixed[] = {{1, 0, 1, 0, 0}, {2, 0, 2, 0, 1},
        {4, 0, 4, 0, 3}, {8, 0, 8, 0, 7}, {16, 8, 24, 8, 15},
        {64, 40, 104, 40, 63}};
    static const struct window_row leaky[] = {{1, 102, 35, 34, 63},
        {2, 100, 34, 32, 63}, {4, 94, 30, 26, 63}, {8, 74, 14, 6, 63},
        {16, 123, 73, 57, 63}, {64, 48, 96, 32, 63}};
    for (int i = 0; i < 6; i++) {
        check_window("ce-3.5.2", &leaky[i]);
        check_window("ce-pr3936", &fixed[i]);
        check_window("ce-3.5.3", &fixed[i]);
        check_window("ce-3.5.4", &fixed[i]);
    }
}

/* ---- W-CE-11 ---- */

static int fail(intptr_t value, void *env)
{
    (void)value, (void)env;
    return -EIO;
}

/* Three callbacks wait, the second that is called fails. */
static struct rt_ce_callback *make(int place)
{
    const struct rt_ce_callback_fn fn = {.fire = place == 1 ? fail : NULL};
    struct rt_ce_callback *const callback = rt_ce_callback_create(fn);
    OL_CHECK(callback);
    return callback;
}

OL_CASE(a_fiber_cleans_up_after_a_callback_that_fails)
{
    const struct rt_ce_variant *variant = NULL;
    for (size_t i = 1; (variant = rt_ce_variant_at(i)); i++) {
        struct rt_ce_fiber *const fiber =
            rt_ce_fiber_create(variant, rt_ce_join_variant_at(0));
        struct rt_ce_wait waits[3];
        for (int place = 0; place < 3; place++) {
            struct rt_ce_callback *const callback = make(place);
            OL_CHECK_EQ(
                rt_ce_fiber_join(fiber, callback, &waits[place]), RT_CE_PARKED);
            rt_ce_callback_unref(callback);
        }
        struct rt_ce_applied applied = {0};
        OL_CHECK(rt_ce_fiber_done(fiber, 1, &applied));
        OL_CHECK_EQ(applied.fired, 2);
        OL_CHECK_EQ(applied.error, -EIO);
        for (int place = 0; place < 3; place++)
            rt_ce_wait_drop(&waits[place]);
        OL_CHECK_EQ(rt_ce_fiber_counts(fiber).stack.linked, 0);
        OL_CHECK_EQ(rt_ce_live_nodes(), 0);
        rt_ce_fiber_unref(fiber);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

/* ---- Who listens to a fiber ---- */

/* What the listener hears, and how many joins had been told by then. */
struct heard {
    intptr_t value;
    long joins_before;
    long joins;
};

static int hear(intptr_t value, void *env)
{
    struct heard *const heard = env;
    heard->value = value;
    heard->joins_before = heard->joins;
    return 0;
}

static int hear_join(intptr_t value, void *env)
{
    (void)value;
    struct heard *const heard = env;
    heard->joins++;
    return 0;
}

static struct rt_ce_callback *make_hearing(
    int (*fire)(intptr_t value, void *env), struct heard *heard)
{
    struct rt_ce_callback *const callback = rt_ce_callback_create(
        (struct rt_ce_callback_fn){.fire = fire, .env = heard});
    OL_CHECK(callback);
    return callback;
}

/* Kept until the fiber goes; ce-3.5.3 alone lets go of it at the end. */
OL_CASE(a_listener_is_called_first_and_kept_but_in_3_5_3)
{
    const struct rt_ce_variant *variant = NULL;
    for (size_t i = 1; (variant = rt_ce_variant_at(i)); i++) {
        struct heard heard = {.joins_before = -1};
        struct rt_ce_wait wait = {0};
        struct rt_ce_fiber *const fiber =
            rt_ce_fiber_create(variant, rt_ce_join_variant_at(0));
        struct rt_ce_callback *const joiner = make_hearing(hear_join, &heard);
        struct rt_ce_callback *const listener = make_hearing(hear, &heard);
        OL_CHECK_EQ(rt_ce_fiber_join(fiber, joiner, &wait), RT_CE_PARKED);
        rt_ce_fiber_set_listener(fiber, listener);
        rt_ce_callback_unref(joiner);
        rt_ce_callback_unref(listener);
        OL_CHECK_EQ(rt_object_live(RT_CALLBACK), 2);

        struct rt_ce_applied applied = {0};
        intptr_t outcome = 0;
        OL_CHECK(!rt_ce_fiber_outcome(fiber, &outcome));
        OL_CHECK(rt_ce_fiber_done(fiber, 6, &applied));
        OL_CHECK(!rt_ce_fiber_done(fiber, 7, &applied));
        OL_CHECK(rt_ce_fiber_outcome(fiber, &outcome));
        OL_CHECK_EQ(outcome, 6);
        OL_CHECK_EQ(applied.fired, 2);
        OL_CHECK_EQ(heard.value, 6);
        OL_CHECK_EQ(heard.joins_before, 0);
        OL_CHECK_EQ(heard.joins, 1);
        rt_ce_wait_drop(&wait);
        OL_CHECK_EQ(rt_object_live(RT_CALLBACK), variant->clears_root ? 0 : 1);
        rt_ce_fiber_unref(fiber);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(above_any_number_who_wait_packing_leaves_nothing)
OL_CASES_ENTRY(what_is_buried_stays_until_a_pack_reaches_it)
OL_CASES_ENTRY(a_batch_that_is_cancelled_is_packed)
OL_CASES_ENTRY(packs_that_meet_count_as_the_table_says_after_each_round)
OL_CASES_ENTRY(after_packs_that_met_the_garbage_is_the_rest_of_a_division)
OL_CASES_ENTRY(
    of_a_stack_that_is_taken_apart_there_are_as_many_nodes_as_handles)
OL_CASES_ENTRY(a_handle_keeps_what_the_table_says)
OL_CASES_ENTRY(a_million_below_a_handle_are_let_go_without_recursion)
OL_CASES_ENTRY(joins_of_every_version_leave_a_node_each)
OL_CASES_ENTRY(a_window_leaves_what_the_table_says)
OL_CASES_ENTRY(a_fiber_cleans_up_after_a_callback_that_fails)
OL_CASES_ENTRY(a_listener_is_called_first_and_kept_but_in_3_5_3)
OL_CASES_END
