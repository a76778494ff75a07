/* test_rt_ce_workloads.c - the tables of Cats Effect's leaks, by the
 * workloads, every version.
 *
 * The numbers stand here by themselves: the workloads' own expectations,
 * which are computed, are held against them too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "reference-runtime/core/object.h"
#include "reference-runtime/run/ce_model.h"
#include "reference-runtime/run/ce_stage.h"
#include "reference-runtime/run/workload.h"
#include "tests/runtime/rt_outcome.h"
#include "tests/support/check.h"

/* Runs a workload. Checks the truth against the workload's expectation and
 * that nothing is left, and returns the truth. */
static struct rt_truth run(const char *name, const char *variant, long rounds)
{
    struct rt_truth truth = {0};
    OL_CHECK(rt_outcome_run(name, variant, rounds, &truth));
    return truth;
}

/* ---- Churn ---- */

struct churn_row {
    long rounds;
    long counter;
    long linked;
    long packs;
    long peak;
};

static const struct churn_row churn_3_5_2[] = {
    {1, 1, 0, 1, 1},
    {4, 3, 0, 3, 2},
    {8, 7, 3, 4, 3},
    {10, 6, 1, 5, 4},
    {16, 9, 1, 8, 4},
    {50, 15, 0, 15, 8},
    {64, 29, 13, 16, 13},
    {100, 23, 4, 19, 16},
    {128, 28, 7, 21, 16},
    {256, 40, 6, 34, 32},
    {500, 59, 16, 43, 32},
    {1000, 103, 35, 68, 64},
    {1024, 127, 59, 68, 64},
    {4096, 204, 66, 138, 128},
    {10000, 240, 30, 210, 128},
    {50000, 999, 476, 523, 512},
    {100000, 827, 191, 636, 512},
    {1000000, 2305, 105, 2200, 2048},
    {10000000, 7396, 746, 6650, 4096},
};

enum {
    CHURN_ROWS = sizeof churn_3_5_2 / sizeof churn_3_5_2[0]
};

OL_CASE(churn_leaves_what_the_table_says_of_3_5_2)
{
    for (int i = 0; i < CHURN_ROWS - 1; i++) {
        const struct churn_row *const row = &churn_3_5_2[i];
        const struct rt_truth truth =
            run("cats-deferred/churn", "ce-3.5.2", row->rounds);
        OL_CHECK_EQ(rt_outcome_value(&truth, "clear_counter"), row->counter);
        OL_CHECK_EQ(rt_outcome_value(&truth, "linked"), row->linked);
        OL_CHECK_EQ(rt_outcome_value(&truth, "packs"), row->packs);
        OL_CHECK_EQ(rt_outcome_value(&truth, "peak_linked"), row->peak);
        OL_CHECK_EQ(rt_outcome_value(&truth, "nodes"), row->linked);
    }
}

/* The million, of versions that do not differ here, is for the first alone. */
OL_CASE(churn_without_packing_leaves_every_node)
{
    static const char *const variants[] = {"ce-3.4.4", "ce-3.4.3"};
    for (int v = 0; v < 2; v++) {
        for (int i = 0; i < CHURN_ROWS - (v ? 2 : 1); i++) {
            const long rounds = churn_3_5_2[i].rounds;
            const struct rt_truth truth =
                run("cats-deferred/churn", variants[v], rounds);
            OL_CHECK_EQ(rt_outcome_value(&truth, "linked"), rounds);
            OL_CHECK_EQ(rt_outcome_value(&truth, "clear_counter"), 0);
        }
    }
}

OL_CASE(churn_of_versions_in_order_leaves_nothing)
{
    static const char *const variants[] = {
        "ce-3.5.4", "ce-3.4.2", "ce-pr3936", "ce-3.5.3"};
    for (int v = 0; v < 4; v++) {
        for (int i = 0; i < CHURN_ROWS - (v ? 2 : 1); i++) {
            const struct rt_truth truth =
                run("cats-deferred/churn", variants[v], churn_3_5_2[i].rounds);
            OL_CHECK_EQ(rt_outcome_value(&truth, "linked"), 0);
            OL_CHECK_EQ(rt_outcome_value(&truth, "clear_counter"), 0);
            OL_CHECK_EQ(rt_outcome_value(&truth, "peak_linked"), 1);
        }
    }
}

OL_CASE(the_closed_form_is_the_table_to_ten_million)
{
    const struct rt_ce_variant *const variant = rt_ce_variant_find("ce-3.5.2");
    for (int i = 0; i < CHURN_ROWS; i++) {
        const struct churn_row *const row = &churn_3_5_2[i];
        const struct rt_ce_model model =
            rt_ce_model_churn(variant, row->rounds);
        OL_CHECK_EQ(model.counter, row->counter);
        OL_CHECK_EQ(model.garbage, row->linked);
        OL_CHECK_EQ(model.packs, row->packs);
        OL_CHECK_EQ(model.peak_linked, row->peak);
    }
}

/* C(2^k): how many cancels it takes until the 2^k-th pack. */
OL_CASE(packs_come_as_the_closed_form_says)
{
    static const long cancels[] = {
        1, 2, 5, 15, 51, 187, 715, 2795, 11051, 43947, 175275, 700075};
    const struct rt_ce_variant *const variant = rt_ce_variant_find("ce-3.5.2");
    for (int k = 0; k < 12; k++) {
        const long packs = 1L << k;
        OL_CHECK_EQ(rt_ce_model_churn(variant, cancels[k]).packs, packs);
        OL_CHECK_EQ(
            rt_ce_model_churn(variant, cancels[k] - 1).packs, packs - 1);
        OL_CHECK_EQ(cancels[k], 1 + (((1L << 2 * k) - 1) / 3 + packs - 1) / 2);
    }
}

/* At every count, on the deferred itself, not only at those of the table. */
OL_CASE(the_closed_form_holds_after_each_of_3000_cancels)
{
    struct rt_ce_stage stage;
    OL_CHECK_EQ(rt_ce_stage_init(&stage, "ce-3.5.2"), 0);
    for (long count = 1; count <= 3000; count++) {
        OL_CHECK_EQ(rt_ce_stage_churn(&stage, 1), 0);
        const struct rt_ce_model model =
            rt_ce_model_churn(stage.variant, count);
        const struct rt_ce_event_counts counts =
            rt_ce_deferred_counts(stage.deferred);
        OL_CHECK_EQ(counts.clear_counter, model.counter);
        OL_CHECK_EQ(counts.stack.linked, model.garbage);
        OL_CHECK_EQ(
            counts.clear_counter - counts.stack.linked, counts.stack.bottoms);
    }
    rt_ce_stage_deinit(&stage);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(peaks_double_when_cancels_are_four_times_as_many)
{
    static const long peaks[][2] = {
        {100, 16}, {1000, 64}, {10000, 128}, {100000, 512}, {1000000, 2048}};
    for (int i = 0; i < 5; i++) {
        const struct rt_truth truth =
            run("cats-deferred/churn", "ce-3.5.2", peaks[i][0]);
        OL_CHECK_EQ(rt_outcome_value(&truth, "peak_linked"), peaks[i][1]);
    }
}

OL_CASE(above_who_waits_even_3_5_2_counts_right)
{
    static const char *const packing[] = {
        "ce-3.5.2", "ce-pr3936", "ce-3.5.3", "ce-3.5.4"};
    for (int i = 0; i < 4; i++) {
        const struct rt_truth truth =
            run("cats-deferred/churn-over-live", packing[i], 1000);
        OL_CHECK_EQ(rt_outcome_value(&truth, "clear_counter"), 0);
        OL_CHECK_EQ(rt_outcome_value(&truth, "garbage"), 0);
        OL_CHECK_EQ(rt_outcome_value(&truth, "fired"), 10);
    }
    const struct rt_truth leaky =
        run("cats-deferred/churn-over-live", "ce-3.4.4", 1000);
    OL_CHECK_EQ(rt_outcome_value(&leaky, "garbage"), 1000);
}

/* ---- Overlap ---- */

static void check_overlap(
    const char *name, const char *variant, long rounds, const long (*wanted)[5])
{
    const struct rt_truth truth = run(name, variant, rounds);
    OL_CHECK_EQ(rt_outcome_value(&truth, "counter_before"), (*wanted)[0]);
    OL_CHECK_EQ(rt_outcome_value(&truth, "garbage_before"), (*wanted)[1]);
    OL_CHECK_EQ(rt_outcome_value(&truth, "clear_counter"), (*wanted)[2]);
    OL_CHECK_EQ(rt_outcome_value(&truth, "garbage"), (*wanted)[3]);
    OL_CHECK_EQ(rt_outcome_value(&truth, "peak_garbage"), (*wanted)[4]);
}

OL_CASE(packs_that_met_leave_the_counter_below_zero)
{
    static const struct {
        const char *name;
        const char *variant;
        long rounds;
        long wanted[5]; /* counter, garbage; both after churn, and the peak */
    } rows[] = {
        {"overlap", "ce-pr3936", 100, {-63, 0, -26, 37, 62}},
        {"overlap-ten", "ce-pr3936", 1000, {-1023, 0, -23, 1000, 1000}},
        {"overlap-ten", "ce-pr3936", 5000, {-1023, 0, -115, 908, 1022}},
        {"overlap", "ce-3.5.2", 100, {6, 2, 30, 11, 15}},
        {"overlap-ten", "ce-3.5.2", 1000, {8, 1, 110, 42, 63}},
        {"overlap-ten", "ce-3.5.2", 5000, {8, 1, 207, 61, 127}},
        {"overlap", "ce-3.5.3", 100, {1, 1, 0, 0, 0}},
        {"overlap-ten", "ce-3.5.3", 5000, {1, 1, 0, 0, 0}},
        {"overlap", "ce-3.5.4", 100, {1, 1, 0, 0, 0}},
        {"overlap-ten", "ce-3.5.4", 5000, {1, 1, 0, 0, 0}},
        {"overlap", "ce-3.4.4", 100, {0, 12, 0, 112, 112}},
        {"overlap", "ce-3.4.2", 100, {0, 0, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "cats-deferred/%s", rows[i].name);
        check_overlap(name, rows[i].variant, rows[i].rounds, &rows[i].wanted);
    }
}

/* Rounds that end with a meeting: 1, 2, 5, 12, 27, …, each tooth twice as
 * long as the last. */
OL_CASE(packs_that_meet_again_make_each_tooth_twice_as_long)
{
    static const long rows[][3] = {{1, -1, 0}, {2, -3, 0}, {5, -7, 0},
        {12, -15, 0}, {26, -1, 14}, {27, -31, 0}, {58, -63, 0}, {121, -127, 0},
        {248, -255, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct rt_truth truth =
            run("cats-deferred/overlap-again", "ce-pr3936", rows[i][0]);
        OL_CHECK_EQ(rt_outcome_value(&truth, "clear_counter"), rows[i][1]);
        OL_CHECK_EQ(rt_outcome_value(&truth, "garbage"), rows[i][2]);
    }
}

/* ---- Completion, joins ---- */

static void check_complete(
    const char *name, const char *variant, long nodes, long callbacks)
{
    const struct rt_truth truth = run(name, variant, 3);
    OL_CHECK_EQ(rt_outcome_value(&truth, "nodes"), 3 * nodes);
    OL_CHECK_EQ(rt_outcome_value(&truth, "callbacks"), 3 * callbacks);
}

OL_CASE(a_complete_deferred_keeps_its_waiters_in_3_4_3_only)
{
    static const char *const variants[] = {"ce-3.4.2", "ce-3.4.4", "ce-3.5.2",
        "ce-pr3936", "ce-3.5.3", "ce-3.5.4"};
    check_complete("cats-deferred/complete", "ce-3.4.3", 100, 100);
    for (int i = 0; i < 6; i++)
        check_complete("cats-deferred/complete", variants[i], 0, 0);
}

OL_CASE(a_pinned_handle_keeps_all_below_it_but_in_3_5_4)
{
    static const char *const variants[] = {
        "ce-3.4.4", "ce-3.5.2", "ce-pr3936", "ce-3.5.3"};
    check_complete("cats-deferred/pinned-handle", "ce-3.4.3", 100, 100);
    check_complete("cats-deferred/pinned-oldest", "ce-3.4.3", 100, 100);
    for (int i = 0; i < 4; i++) {
        check_complete("cats-deferred/pinned-handle", variants[i], 100, 100);
        check_complete("cats-deferred/pinned-oldest", variants[i], 1, 1);
    }
    check_complete("cats-deferred/pinned-handle", "ce-3.5.4", 1, 0);
    check_complete("cats-deferred/pinned-oldest", "ce-3.5.4", 1, 0);
}

OL_CASE(a_callback_that_fails_leaves_the_stack_but_in_3_5_4)
{
    static const char *const variants[] = {
        "ce-3.4.3", "ce-3.4.4", "ce-3.5.2", "ce-pr3936", "ce-3.5.3"};
    for (int i = 0; i < 5; i++)
        check_complete("cats-deferred/throwing", variants[i], 100, 100);
    check_complete("cats-deferred/throwing", "ce-3.5.4", 0, 0);
    const struct rt_truth truth = run("cats-deferred/throwing", "ce-3.5.4", 1);
    OL_CHECK_EQ(rt_outcome_value(&truth, "fired"), 40);
    OL_CHECK_EQ(rt_outcome_value(&truth, "never_fired"), 60);
}

OL_CASE(late_pushes_stay_where_nothing_packs)
{
    static const struct {
        const char *variant;
        long nodes;
        long counter;
    } rows[] = {{"ce-3.4.2", 0, 0}, {"ce-3.4.3", 8, 0}, {"ce-3.4.4", 8, 0},
        {"ce-3.5.2", 3, 7}, {"ce-pr3936", 0, 0}, {"ce-3.5.3", 0, 0},
        {"ce-3.5.4", 0, 0}};
    for (int i = 0; i < 7; i++) {
        const struct rt_truth truth =
            run("cats-deferred/late-push", rows[i].variant, 5);
        OL_CHECK_EQ(rt_outcome_value(&truth, "nodes"), 5 * rows[i].nodes);
        OL_CHECK_EQ(
            rt_outcome_value(&truth, "clear_counters"), 5 * rows[i].counter);
    }
}

OL_CASE(adversarial_cancels_stay_and_496_are_called)
{
    static const char *const packing[] = {
        "ce-3.5.2", "ce-pr3936", "ce-3.5.3", "ce-3.5.4"};
    for (int i = 0; i < 4; i++) {
        const struct rt_truth truth =
            run("cats-deferred/adversarial", packing[i], 1);
        OL_CHECK_EQ(rt_outcome_value(&truth, "clear_counters"), 16);
        OL_CHECK_EQ(rt_outcome_value(&truth, "counted_up"), 16);
        OL_CHECK_EQ(rt_outcome_value(&truth, "garbage"), 16);
        OL_CHECK_EQ(rt_outcome_value(&truth, "linked"), 512);
        OL_CHECK_EQ(rt_outcome_value(&truth, "fired"), 496);
    }
    static const char *const others[] = {"ce-3.4.2", "ce-3.4.3", "ce-3.4.4"};
    for (int i = 0; i < 3; i++) {
        const struct rt_truth truth =
            run("cats-deferred/adversarial", others[i], 1);
        OL_CHECK_EQ(rt_outcome_value(&truth, "linked"), i == 0 ? 496 : 512);
        OL_CHECK_EQ(rt_outcome_value(&truth, "fired"), 496);
    }
}

OL_CASE(a_join_leaves_a_node_each_until_the_fiber_ends)
{
    static const long rounds[] = {100, 1000, 1000000};
    for (int i = 0; i < 3; i++) {
        const struct rt_truth leaky =
            run("cats-join/churn", "unpacked", rounds[i]);
        OL_CHECK_EQ(rt_outcome_value(&leaky, "garbage"), rounds[i]);
        OL_CHECK_EQ(rt_outcome_value(&leaky, "nodes_after_end"), 0);
        const struct rt_truth fixed =
            run("cats-join/churn", "packed", rounds[i]);
        OL_CHECK_EQ(rt_outcome_value(&fixed, "garbage"), 0);
        OL_CHECK_EQ(rt_outcome_value(&fixed, "nodes"), 0);
    }
}

OL_CASE(every_row_that_is_listed_is_true)
{
    const struct rt_workload *workload = NULL;
    long rows = 0;
    for (size_t i = 0; (workload = rt_workload_at(i)); i++) {
        if (strncmp(workload->name, "cats-", 5) != 0) continue;
        for (const char *const *v = workload->variants; *v; v++) {
            run(workload->name, *v, workload->rounds);
            rows++;
        }
    }
    OL_CHECK(rows >= 16L * 7);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(churn_leaves_what_the_table_says_of_3_5_2)
OL_CASES_ENTRY(churn_without_packing_leaves_every_node)
OL_CASES_ENTRY(churn_of_versions_in_order_leaves_nothing)
OL_CASES_ENTRY(the_closed_form_is_the_table_to_ten_million)
OL_CASES_ENTRY(packs_come_as_the_closed_form_says)
OL_CASES_ENTRY(the_closed_form_holds_after_each_of_3000_cancels)
OL_CASES_ENTRY(peaks_double_when_cancels_are_four_times_as_many)
OL_CASES_ENTRY(above_who_waits_even_3_5_2_counts_right)
OL_CASES_ENTRY(packs_that_met_leave_the_counter_below_zero)
OL_CASES_ENTRY(packs_that_meet_again_make_each_tooth_twice_as_long)
OL_CASES_ENTRY(a_complete_deferred_keeps_its_waiters_in_3_4_3_only)
OL_CASES_ENTRY(a_pinned_handle_keeps_all_below_it_but_in_3_5_4)
OL_CASES_ENTRY(a_callback_that_fails_leaves_the_stack_but_in_3_5_4)
OL_CASES_ENTRY(late_pushes_stay_where_nothing_packs)
OL_CASES_ENTRY(adversarial_cancels_stay_and_496_are_called)
OL_CASES_ENTRY(a_join_leaves_a_node_each_until_the_fiber_ends)
OL_CASES_ENTRY(every_row_that_is_listed_is_true)
OL_CASES_END
