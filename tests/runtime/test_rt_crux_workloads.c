/* test_rt_crux_workloads.c - Crux's numbers, by version.
 *
 * The numbers stand here by themselves: the workloads' own expectations,
 * which are computed, are held against them too. What leaky versions leave
 * behind stays for good: they run in processes of their own, which end by
 * _exit, as LeakSanitizer looks only where exit is called. All others run
 * here and are looked at.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reference-runtime/core/object.h"
#include "reference-runtime/run/workload.h"
#include "tests/support/check.h"

/* What the truth has to have, as "name value, name value". */
struct wanted {
    const char *workload;
    const char *variant;
    long rounds;
    const char *rows;
};

static void check_rows(const struct rt_truth *truth, const char *rows)
{
    while (*rows) {
        char name[64] = "";
        char *end = NULL;
        const size_t length = strcspn(rows, " ");
        OL_CHECK(length < sizeof name);
        memcpy(name, rows, length);
        const long value = strtol(rows + length, &end, 10);
        rows = end + strspn(end, ", ");

        const struct rt_truth_row *const row = rt_truth_find(truth, name);
        if (!row || row->value != value) fprintf(stderr, "%s:\n", name);
        OL_CHECK(row);
        OL_CHECK_EQ(row->value, value);
    }
}

static int differences;

static void count_difference(
    const struct rt_truth_row *expected, const struct rt_truth_row *got)
{
    fprintf(stderr, "%s: %ld, expected %ld\n",
        (expected ? expected : got)->name, got ? got->value : -1,
        expected ? expected->value : -1);
    differences++;
}

static struct rt_truth expect(const struct wanted *wanted)
{
    struct rt_truth expected = {0};
    const struct rt_workload *const workload =
        rt_workload_find(wanted->workload);
    OL_CHECK(workload);
    OL_CHECK(rt_workload_variant(workload, wanted->variant));
    struct rt_workload_config config =
        rt_workload_defaults(workload, wanted->variant);
    config.rounds = wanted->rounds;
    workload->expect(&config, &expected);
    return expected;
}

static void run(const struct wanted *wanted, const struct rt_truth *expected)
{
    struct rt_truth truth = {0};
    const struct rt_workload *const workload =
        rt_workload_find(wanted->workload);
    struct rt_workload_config config =
        rt_workload_defaults(workload, wanted->variant);
    config.rounds = wanted->rounds;
    OL_CHECK_EQ(workload->run(&config, &truth), 0);
    OL_CHECK(rt_truth_compare(&truth, expected, count_difference));
    check_rows(&truth, wanted->rows);
    OL_CHECK_EQ(
        rt_object_live_all(), rt_truth_find(expected, "left_over")->value);
}

/* Never comes back. */
static void run_and_exit(
    const struct wanted *wanted, const struct rt_truth *expected)
{
    if (setjmp(ol_check_abort) != 0) _exit(1);
    run(wanted, expected);
    _exit(0);
}

static void run_apart(
    const struct wanted *wanted, const struct rt_truth *expected)
{
    int status = 0;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) run_and_exit(wanted, expected);
    OL_CHECK(child > 0);
    OL_CHECK_EQ(waitpid(child, &status, 0), child);
    OL_CHECK_EQ(status, 0);
}

static void check(const struct wanted *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        printf("        %s --variant %s -n %ld\n", wanted[i].workload,
            wanted[i].variant, wanted[i].rounds);
        const struct rt_truth expected = expect(&wanted[i]);
        if (rt_truth_find(&expected, "left_over")->value > 0) {
            run_apart(&wanted[i], &expected);
        } else {
            run(&wanted[i], &expected);
        }
    }
}

#define CHECK(...)                                       \
    do {                                                 \
        const struct wanted wanted[] = {__VA_ARGS__};    \
        check(wanted, sizeof wanted / sizeof wanted[0]); \
    } while (0)

OL_CASE(what_the_shell_forgets_is_orphaned_up_to_0_9_0)
{
    CHECK({"crux/drop-core", "0.9.0", 1,
              "token 2, tasks 1, futures 1, reqstates 1, wakers 0, "
              "channels 1, payloads 1, blocks 6, left_over 6"},
        {"crux/drop-core", "0.9.0", 1000,
            "token 1001, tasks 1000, futures 1000, reqstates 1000, wakers 0, "
            "channels 1, payloads 1000, blocks 4002, left_over 4002"},
        {"crux/drop-core", "0.2.0", 1000,
            "token 1001, tasks 1000, futures 1000, reqstates 1000, wakers 0, "
            "channels 1, payloads 1000, blocks 4002, left_over 4002"});
}

OL_CASE(what_the_shell_forgets_goes_with_the_core_from_0_9_1_on)
{
    CHECK({"crux/drop-core", "0.9.1", 1,
              "token 1, tasks 0, futures 0, reqstates 0, wakers 0, "
              "channels 0, payloads 0, blocks 1, left_over 0"},
        {"crux/drop-core", "0.9.1", 1000,
            "token 1, tasks 0, futures 0, reqstates 0, wakers 0, "
            "channels 0, payloads 0, blocks 1, left_over 0"});
}

OL_CASE(what_is_resolved_leaves_nothing)
{
    CHECK({"crux/resolve", "0.9.0", 1, "token 1, blocks 1, left_over 0"},
        {"crux/resolve", "0.9.0", 1000,
            "token 1, tasks 0, futures 0, reqstates 0, wakers 0, "
            "channels 0, payloads 0, blocks 1, left_over 0"},
        {"crux/resolve", "0.2.0", 1000, "token 1, blocks 1, left_over 0"},
        {"crux/resolve", "0.9.1", 1000, "token 1, blocks 1, left_over 0"});
}

OL_CASE(before_the_core_goes_it_is_a_matter_of_who_owns_them)
{
    CHECK({"crux/keep-core", "0.9.0", 1,
              "token 2, tasks 1, futures 1, reqstates 1, wakers 0, "
              "channels 1, futures_of_executor 0, left_over 6"},
        {"crux/keep-core", "0.9.0", 1000,
            "token 1001, tasks 1000, futures 1000, reqstates 1000, wakers 0, "
            "channels 1, futures_of_executor 0, left_over 4002"},
        {"crux/keep-core", "0.9.1", 1,
            "token 2, tasks 0, futures 1, reqstates 1, wakers 1, "
            "channels 2, futures_of_executor 1, left_over 0"},
        {"crux/keep-core", "0.9.1", 1000,
            "token 1001, tasks 0, futures 1000, reqstates 1000, wakers 1000, "
            "channels 2, futures_of_executor 1000, left_over 0"});
}

OL_CASE(requests_that_are_held_change_nothing_about_it)
{
    CHECK({"crux/held-requests", "0.9.0", 1000,
              "token 1001, tasks 1000, futures 1000, reqstates 1000, "
              "requests 1000, channels 1, blocks 5002, left_over 4002"},
        {"crux/held-requests", "0.9.1", 1000,
            "token 1, tasks 0, futures 0, reqstates 1000, requests 1000, "
            "channels 0, blocks 2001, left_over 0"});
}

OL_CASE(an_unpolled_request_keeps_itself_up_to_0_2_0)
{
    CHECK({"crux/unpolled", "0.2.0", 1, "reqstates 1, left_over 3"},
        {"crux/unpolled", "0.2.0", 1000, "reqstates 1000, left_over 2001"},
        {"crux/unpolled", "0.3.0", 1000, "reqstates 0, left_over 0"},
        {"crux/unpolled", "0.9.0", 1000, "reqstates 0, left_over 0"},
        {"crux/unpolled", "0.9.1", 1000, "reqstates 0, left_over 0"});
}

OL_CASE(slots_pile_up_in_pr269_slab)
{
    CHECK({"crux/slots", "pr269-slab", 1, "slots 1, left_over 0"},
        {"crux/slots", "pr269-slab", 1000, "slots 1000, left_over 0"},
        {"crux/slots", "0.9.1", 1000, "slots 1, left_over 0"});
}

OL_CASE(a_stream_ends_when_its_task_lets_go)
{
    CHECK({"crux/stream", "0.9.0", 1000,
              "events 3000, ended 1000, refused 1000, reqstates 0"},
        {"crux/stream", "0.9.1", 1000,
            "events 3000, ended 1000, refused 1000, reqstates 0"});
}

OL_CASE(under_threads_half_of_what_is_asked_is_orphaned)
{
    CHECK({"crux/free", "0.9.0", 20,
              "asked 1280, resolved 640, forgotten 640, tasks 640, "
              "futures 640, suspended_minus_forgotten 0, left_over 2600"},
        {"crux/free", "0.9.1", 20,
            "asked 1280, resolved 640, forgotten 640, tasks 0, futures 0, "
            "suspended_minus_forgotten 0, left_over 0"});
}

OL_CASE(chaos_gets_done)
{
    CHECK({"crux/chaos", "0.9.1", 10,
              "nodes 195700, spawned 0, woken 0, futures 0, left_over 0"},
        {"crux/chaos", "0.9.0", 10,
            "nodes 195700, spawned 0, tasks 0, futures 0, left_over 0"});
}

OL_CASES_BEGIN
OL_CASES_ENTRY(what_the_shell_forgets_is_orphaned_up_to_0_9_0)
OL_CASES_ENTRY(what_the_shell_forgets_goes_with_the_core_from_0_9_1_on)
OL_CASES_ENTRY(what_is_resolved_leaves_nothing)
OL_CASES_ENTRY(before_the_core_goes_it_is_a_matter_of_who_owns_them)
OL_CASES_ENTRY(requests_that_are_held_change_nothing_about_it)
OL_CASES_ENTRY(an_unpolled_request_keeps_itself_up_to_0_2_0)
OL_CASES_ENTRY(slots_pile_up_in_pr269_slab)
OL_CASES_ENTRY(a_stream_ends_when_its_task_lets_go)
OL_CASES_ENTRY(under_threads_half_of_what_is_asked_is_orphaned)
OL_CASES_ENTRY(chaos_gets_done)
OL_CASES_END
