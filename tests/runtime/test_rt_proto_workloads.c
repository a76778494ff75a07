/* test_rt_proto_workloads.c - the numbers of Proto.Actor's workloads.
 *
 * They stand here by themselves: the workloads' own expectations, which are
 * computed, are held against them too. `rt-run all` has larger ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "reference-runtime/run/workload.h"
#include "tests/runtime/rt_outcome.h"
#include "tests/support/check.h"

static struct rt_truth run(const char *name, const char *variant, long rounds)
{
    struct rt_truth truth = {0};
    OL_CHECK(rt_outcome_run(name, variant, rounds, &truth));
    return truth;
}

static void check(const struct rt_truth *truth, const char *name, long value)
{
    const long got = rt_outcome_value(truth, name);
    if (got != value) fprintf(stderr, "%s: ", name);
    OL_CHECK_EQ(got, value);
}

/* What a workload leaves after that many rounds. */
struct remains {
    const char *variant;
    long rounds;
    long data, priority; /* rings */
    long cancelled;      /* of those */
    long ops, tasks, registrations;
};

static void check_remains(
    const char *workload, const struct remains *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct remains *const row = &wanted[i];
        const struct rt_truth truth = run(workload, row->variant, row->rounds);
        check(&truth, "ring_data", row->data);
        check(&truth, "ring_priority", row->priority);
        check(&truth, "cancelled", row->cancelled);
        check(&truth, "pending", row->data + row->priority - row->cancelled);
        check(&truth, "ops", row->ops);
        check(&truth, "tasks", row->tasks);
        check(&truth, "registrations", row->registrations);
    }
}

#define CHECK_REMAINS(workload, rows) \
    check_remains((workload), (rows), sizeof(rows) / sizeof((rows)[0]))

OL_CASE(data_leaves_a_wait_a_message_in_the_leaky_loop)
{
    static const struct remains rows[] = {
        {"1.6.0", 1000, 1, 1001, 0, 1002, 1002, 1002},
        {"1.6.0", 100000, 1, 100001, 0, 100002, 100002, 100002},
        {"1.6.0-net10", 1000, 1, 1001, 0, 1002, 1002, 1002},
        {"pr2111", 1000, 1, 1, 0, 2, 2, 2},
        {"pr2111", 100000, 1, 1, 0, 2, 2, 2},
        {"1.5.0", 1000, 1, 0, 0, 1, 0, 1},
    };
    CHECK_REMAINS("protoactor/data", rows);
}

OL_CASE(one_priority_message_lets_go_of_them)
{
    static const struct remains rows[] = {
        {"1.6.0", 1000, 2, 1, 0, 3, 3, 3},
        {"1.6.0-net10", 1000, 2, 1, 0, 3, 3, 3},
        {"pr2111", 1000, 1, 1, 0, 2, 2, 2},
        {"1.5.0", 1000, 1, 0, 0, 1, 0, 1},
    };
    CHECK_REMAINS("protoactor/flush", rows);
}

OL_CASE(gossip_alone_leaves_them_with_data)
{
    static const struct remains rows[] = {
        {"1.6.0", 1000, 1001, 1, 0, 1002, 1002, 1002},
        {"pr2111", 1000, 1, 1, 0, 2, 2, 2},
    };
    CHECK_REMAINS("protoactor/reverse", rows);
}

OL_CASE(a_burst_of_five_hundred_leaves_one)
{
    static const struct remains rows[] = {
        {"1.6.0", 1, 1, 2, 0, 3, 3, 3},
        {"1.6.0", 100, 1, 101, 0, 102, 102, 102},
        {"pr2111", 100, 1, 1, 0, 2, 2, 2},
    };
    CHECK_REMAINS("protoactor/burst", rows);
    const struct rt_truth truth = run("protoactor/burst", "1.6.0", 100);
    check(&truth, "delivered", 50000);
    check(&truth, "batches", 100);
}

OL_CASE(what_disposing_leaves_depends_on_the_channel)
{
    static const struct remains rows[] = {
        {"1.6.0", 1000, 0, 1001, 1001, 1001, 1001, 0},
        {"1.6.0-net10", 1000, 0, 0, 0, 0, 0, 0},
        {"1.6.0-dispose-both", 1000, 0, 0, 0, 0, 0, 0},
        {"1.6.0-single-reader", 1000, 0, 1, 1, 1, 1, 0},
        {"pr2111", 1000, 0, 1, 1, 1, 1, 0},
        {"pr2111-net10", 1000, 0, 0, 0, 0, 0, 0},
        {"pr2111-dispose-both", 1000, 0, 0, 0, 0, 0, 0},
        {"1.5.0", 1000, 0, 0, 0, 0, 0, 0},
    };
    CHECK_REMAINS("protoactor/dispose", rows);
}

static void check_continuations(const char *variant, long rounds, long more)
{
    const struct rt_truth truth = run("protoactor/keep-loser", variant, rounds);
    check(&truth, "ops", 2);
    check(&truth, "tasks", 2);
    check(&truth, "registrations", 2);
    check(&truth, "continuations", 2 + more);
    check(&truth, "promises", 1 + more);
}

OL_CASE(a_loser_that_is_not_told_gathers_continuations)
{
    check_continuations("pr2111-keep-loser", 1000, 1000);
    check_continuations("pr2111", 1000, 0);
}

/* One waiter at most, and the loop goes on though the wait before says that
 * it was cancelled; but the source holds all waits. */
OL_CASE(a_single_reader_has_one_waiter)
{
    static const struct remains rows[] = {
        {"1.6.0-single-reader", 1000, 1, 1, 0, 1002, 1002, 1002},
        {"pr2111-single-reader", 1000, 1, 1, 0, 2, 2, 2},
    };
    CHECK_REMAINS("protoactor/single-reader", rows);
    const struct rt_truth truth =
        run("protoactor/single-reader", "1.6.0-single-reader", 1000);
    check(&truth, "delivered", 1000);
    check(&truth, "batches", 1000);
}

static void check_lingering(const char *kind, long rounds, long ops)
{
    const struct rt_truth truth = run("channel/poll-cancel", kind, rounds);
    check(&truth, "told_cancelled", rounds);
    check(&truth, "ops", ops);
    check(&truth, "ring", ops);
    check(&truth, "ops_after_write", 0);
}

OL_CASE(cancelled_waits_stay_on_net9_until_the_next_write)
{
    static const long rounds[] = {100, 1000, 10000};
    for (size_t i = 0; i < sizeof rounds / sizeof rounds[0]; i++) {
        check_lingering("net9", rounds[i], rounds[i]);
        check_lingering("net10", rounds[i], 0);
        check_lingering("single-reader", rounds[i], 1);
    }
}

/* ---- Threads ---- */

OL_CASE(on_eight_threads_the_differences_are_what_they_have_to_be)
{
    const struct rt_workload *const workload =
        rt_workload_find("protoactor/free");
    for (const char *const *v = workload->variants; *v; v++) {
        const struct rt_truth truth = run("protoactor/free", *v, 200);
        check(&truth, "delivered", 32000);
        check(&truth, "received", 32000);
        check(&truth, "turns_minus_batches", 1);
        check(&truth, "idle_ring_minus_formula", 0);
        check(&truth, "ops_minus_formula", 0);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(data_leaves_a_wait_a_message_in_the_leaky_loop)
OL_CASES_ENTRY(one_priority_message_lets_go_of_them)
OL_CASES_ENTRY(gossip_alone_leaves_them_with_data)
OL_CASES_ENTRY(a_burst_of_five_hundred_leaves_one)
OL_CASES_ENTRY(what_disposing_leaves_depends_on_the_channel)
OL_CASES_ENTRY(a_loser_that_is_not_told_gathers_continuations)
OL_CASES_ENTRY(a_single_reader_has_one_waiter)
OL_CASES_ENTRY(cancelled_waits_stay_on_net9_until_the_next_write)
OL_CASES_ENTRY(on_eight_threads_the_differences_are_what_they_have_to_be)
OL_CASES_END
