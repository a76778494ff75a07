/* test_rt_crux_workloads.c - Crux's numbers, by version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/runtime/rt_rows.h"
#include "tests/support/check.h"

#define CHECK(...)                                                   \
    do {                                                             \
        const struct rt_row rows[] = {__VA_ARGS__};                  \
        OL_CHECK(rt_rows_check(rows, sizeof rows / sizeof rows[0])); \
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
