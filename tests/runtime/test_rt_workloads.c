/* test_rt_workloads.c - the tables of the leaks, measured on the real Pond.
 *
 * The numbers stand here by themselves: the workloads' own expectations,
 * which are computed, are held against them too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/workload.h"

#include "tests/runtime/rt_outcome.h"
#include "tests/runtime/rt_threads.h"
#include "tests/support/check.h"

/* Runs a workload. Checks the truth against the workload's expectation and
 * that nothing is left, and returns the truth. */
static struct rt_truth run(const char *name, const char *variant, long rounds)
{
    struct rt_truth truth = {0};
    OL_CHECK(rt_outcome_run(name, variant, rounds, &truth));
    return truth;
}

/* alitto/pond#110, 10 workers and 14 tasks a round. */
static const struct {
    long rounds;
    long leaky; /* payloads kept by v2.2.0 to v2.3.2 */
    long peak;
} gated[] = {
    {64, 64, 64},
    {256, 256, 256},
    {257, 1, 256},
    {320, 64, 256},
    {640, 384, 384},
    {641, 1, 384},
    {704, 64, 384},
    {1216, 576, 576},
    {1280, 64, 576},
    {1400, 184, 576},
};

enum {
    GATED_ROWS = sizeof gated / sizeof gated[0]
};

OL_CASE(the_leaky_queue_keeps_what_the_table_says)
{
    for (int i = 0; i < GATED_ROWS; i++) {
        const struct rt_truth truth =
            run("pond/gated", "v2.3.2", gated[i].rounds);
        OL_CHECK_EQ(rt_outcome_value(&truth, "payloads"), gated[i].leaky);
        OL_CHECK_EQ(rt_outcome_value(&truth, "closures"), 4 * gated[i].leaky);
        OL_CHECK_EQ(rt_outcome_value(&truth, "peak_payloads"), gated[i].peak);
        OL_CHECK_EQ(
            rt_outcome_value(&truth, "payloads_after_stop"), gated[i].leaky);
        OL_CHECK_EQ(rt_outcome_value(&truth, "queued"), 4 * gated[i].rounds);
        OL_CHECK_EQ(rt_outcome_value(&truth, "direct"), 10 * gated[i].rounds);
    }
}

OL_CASE(each_tooth_is_half_as_high_again)
{
    static const long teeth[][2] = {{2080, 864}, {3376, 1296}};
    for (int i = 0; i < 2; i++) {
        const struct rt_truth leaky = run("pond/gated", "v2.3.2", teeth[i][0]);
        OL_CHECK_EQ(rt_outcome_value(&leaky, "payloads"), teeth[i][1]);
        OL_CHECK_EQ(rt_outcome_value(&leaky, "peak_payloads"), teeth[i][1]);
    }
}

OL_CASE(all_leaky_versions_leak_alike)
{
    static const char *const leaky[] = {"v2.2.0", "v2.3.1"};
    for (int i = 0; i < 2; i++) {
        const struct rt_truth truth = run("pond/gated", leaky[i], 320);
        OL_CHECK_EQ(rt_outcome_value(&truth, "payloads"), 64);
    }
}

/* The peak is taken after every round: the last row covers those before. */
OL_CASE(the_dispatcher_keeps_one_payload)
{
    for (int i = 0; i < GATED_ROWS; i += 3) {
        const struct rt_truth truth =
            run("pond/gated", "v2.1.6", gated[i].rounds);
        OL_CHECK_EQ(rt_outcome_value(&truth, "payloads"), 1);
        OL_CHECK(rt_outcome_value(&truth, "closures") <= 10);
        OL_CHECK_EQ(rt_outcome_value(&truth, "peak_payloads"), 1);
    }
}

OL_CASE(the_fixed_queue_keeps_nothing)
{
    static const char *const fixed[] = {
        "v2.3.3", "v2.6.2", "v2.7.0", "cancel-on-done"};
    for (int i = 0; i < 4; i++) {
        const struct rt_truth truth =
            run("pond/gated", fixed[i], i ? 320 : 1400);
        OL_CHECK_EQ(rt_outcome_value(&truth, "payloads"), 0);
        OL_CHECK_EQ(rt_outcome_value(&truth, "closures"), 0);
        OL_CHECK_EQ(rt_outcome_value(&truth, "peak_payloads"), 0);
    }
}

OL_CASE(free_running_obeys_the_formula_on_every_version)
{
    const struct rt_workload *const workload = rt_workload_find("pond/free");
    for (const char *const *v = workload->variants; *v; v++)
        run("pond/free", *v, 100);
}

OL_CASE(at_the_edge_of_a_node_the_whole_node_goes)
{
    static const long dead[] = {1024, 1, 1536, 1};
    static const long queued[] = {1024, 1025, 2560, 2561};
    for (int i = 0; i < 4; i++) {
        const struct rt_truth leaky = run("pond/edge", "v2.3.2", i + 1);
        OL_CHECK_EQ(rt_outcome_value(&leaky, "queued"), queued[i]);
        OL_CHECK_EQ(rt_outcome_value(&leaky, "dead_slots"), dead[i]);
        OL_CHECK_EQ(rt_outcome_value(&leaky, "closures"), dead[i]);
        OL_CHECK_EQ(rt_outcome_value(&leaky, "nodes"), 1);
        const struct rt_truth fixed = run("pond/edge", "v2.3.3", i + 1);
        OL_CHECK_EQ(rt_outcome_value(&fixed, "dead_slots"), 0);
        OL_CHECK_EQ(rt_outcome_value(&fixed, "nodes"), 1);
    }
}

static void check_strand(const char *variant, long waiting, long blocked)
{
    const long cancelled = 100 - waiting;
    const struct rt_truth truth = run("pond/strand", variant, 1);
    OL_CHECK_EQ(rt_outcome_value(&truth, "submitted"), 101);
    OL_CHECK_EQ(rt_outcome_value(&truth, "completed"), 1);
    OL_CHECK_EQ(rt_outcome_value(&truth, "cancelled"), cancelled);
    OL_CHECK_EQ(rt_outcome_value(&truth, "waiting"), waiting);
    OL_CHECK_EQ(rt_outcome_value(&truth, "payloads"), waiting);
    OL_CHECK_EQ(rt_outcome_value(&truth, "waits_blocked"), blocked);
    OL_CHECK_EQ(rt_outcome_value(&truth, "waits_cancelled"), 1 - blocked);
}

OL_CASE(a_cancelled_pool_strands_its_queue_up_to_2_6_2)
{
    check_strand("v2.3.2", 100, 1);
    check_strand("v2.3.3", 100, 1);
    check_strand("v2.6.2", 100, 1);
    check_strand("v2.7.0", 0, 0);
    run("pond/strand", "v2.6.2", 8);
    run("pond/strand", "v2.7.0", 8);
}

static void check_contexts(
    const char *name, const char *variant, long rounds, long contexts)
{
    const struct rt_truth truth = run(name, variant, rounds);
    OL_CHECK_EQ(rt_outcome_value(&truth, "contexts"), contexts);
    OL_CHECK_EQ(rt_outcome_value(&truth, "context_dones"), contexts);
    OL_CHECK_EQ(rt_outcome_value(&truth, "contexts_after_stop"),
        1 + rt_outcome_value(&truth, "groups"));
}

OL_CASE(a_group_that_went_well_leaves_its_context)
{
    check_contexts("pond/group-context", "v2.7.0", RT_THREADS_STARTS,
        RT_THREADS_STARTS + 1);
    check_contexts("pond/group-context", "v2.1.6", 1000, 1001);
    check_contexts("pond/group-context", "v2.3.2", 1000, 1001);
    check_contexts("pond/group-context", "cancel-on-done", 1000, 1);
    /* One group more, that of the last task, in the buffer. */
    check_contexts("pond/group-stop", "v2.1.6", 1000, 2);
    check_contexts("pond/group-stop", "v2.7.0", RT_THREADS_STARTS, 1);
    check_contexts("pond/group-stop", "cancel-on-done", 1000, 1);
}

OL_CASE(a_group_keeps_its_results_until_it_goes)
{
    static const char *const variants[] = {"v2.3.2", "v2.3.3", "v2.7.0"};
    for (int i = 0; i < 3; i++) {
        const long rounds = i == 0 ? RT_THREADS_STARTS : 1000;
        const struct rt_truth truth =
            run("pond/group-results", variants[i], rounds);
        OL_CHECK_EQ(rt_outcome_value(&truth, "results"), rounds);
        OL_CHECK_EQ(rt_outcome_value(&truth, "closures"), 0);
        OL_CHECK_EQ(rt_outcome_value(&truth, "results_after_group"), 0);
    }
}

static void check_blocked(const char *variant, long blocked)
{
    const struct rt_truth truth = run("pond/blocked-submit", variant, 4);
    OL_CHECK_EQ(rt_outcome_value(&truth, "blocked_submitters"), blocked);
    OL_CHECK_EQ(rt_outcome_value(&truth, "payloads"), blocked);
    OL_CHECK_EQ(rt_outcome_value(&truth, "succeeded"), 4L * 106 - blocked);
}

OL_CASE(a_lost_wake_up_blocks_a_submitter_up_to_2_3_1)
{
    check_blocked("v2.2.0", 4);
    check_blocked("v2.3.1", 4);
    check_blocked("v2.3.2", 0);
    check_blocked("v2.3.3", 0);
    check_blocked("v2.7.0", 0);
}

static int differences;

static void count_difference(
    const struct rt_truth_row *expected, const struct rt_truth_row *got)
{
    (void)expected, (void)got;
    differences++;
}

OL_CASE(a_truth_is_as_expected_only_if_every_row_is)
{
    struct rt_truth expected = {0};
    struct rt_truth truth = {0};
    rt_truth_add(&expected, "closures", 4);
    OL_CHECK(!rt_truth_compare(&truth, &expected, count_difference));
    rt_truth_add(&truth, "closures", 4);
    OL_CHECK(rt_truth_compare(&truth, &expected, count_difference));
    rt_truth_add(&truth, "payloads", 1);
    OL_CHECK(!rt_truth_compare(&truth, &expected, count_difference));
    rt_truth_add(&expected, "payloads", 2);
    OL_CHECK(!rt_truth_compare(&truth, &expected, count_difference));
    OL_CHECK_EQ(differences, 3);
}

OL_CASE(every_workload_names_its_finding_for_every_variant)
{
    const struct rt_workload *workload = NULL;
    for (size_t i = 0; (workload = rt_workload_at(i)); i++) {
        for (const char *const *v = workload->variants; *v; v++) {
            const struct rt_workload_config config =
                rt_workload_defaults(workload, *v);
            OL_CHECK(workload->finding(&config)[0] != '\0');
        }
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(the_leaky_queue_keeps_what_the_table_says)
OL_CASES_ENTRY(each_tooth_is_half_as_high_again)
OL_CASES_ENTRY(all_leaky_versions_leak_alike)
OL_CASES_ENTRY(the_dispatcher_keeps_one_payload)
OL_CASES_ENTRY(the_fixed_queue_keeps_nothing)
OL_CASES_ENTRY(free_running_obeys_the_formula_on_every_version)
OL_CASES_ENTRY(at_the_edge_of_a_node_the_whole_node_goes)
OL_CASES_ENTRY(a_cancelled_pool_strands_its_queue_up_to_2_6_2)
OL_CASES_ENTRY(a_group_that_went_well_leaves_its_context)
OL_CASES_ENTRY(a_group_keeps_its_results_until_it_goes)
OL_CASES_ENTRY(a_lost_wake_up_blocks_a_submitter_up_to_2_3_1)
OL_CASES_ENTRY(a_truth_is_as_expected_only_if_every_row_is)
OL_CASES_ENTRY(every_workload_names_its_finding_for_every_variant)
OL_CASES_END
