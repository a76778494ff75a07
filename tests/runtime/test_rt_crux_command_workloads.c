/* test_rt_crux_command_workloads.c - what commands of crux_core keep, as
 * measured on the real one.
 *
 * The numbers stand here by themselves: the workloads' own expectations,
 * which are computed, are held against them too.
 * SPDX-License-Identifier: Apache-2.0
 */

#include "tests/runtime/rt_outcome.h"
#include "tests/support/check.h"

/* Runs a workload, checks the truth against the workload's expectation and
 * that nothing is left, and returns the truth. */
static struct rt_truth run(const char *name, const char *variant, long rounds)
{
    struct rt_truth truth = {0};
    OL_CHECK(rt_outcome_run(name, variant, rounds, &truth));
    return truth;
}

static const char *const versions[] = {"0.11.0", "0.13.0", "0.19.0", "0.20.0"};

enum {
    VERSIONS = sizeof versions / sizeof versions[0]
};

static void check_join(
    const char *variant, long rounds, long wakers, long messages)
{
    const struct rt_truth truth = run("crux-command/join", variant, rounds);
    OL_CHECK_EQ(rt_outcome_value(&truth, "wakers"), wakers);
    OL_CHECK_EQ(rt_outcome_value(&truth, "messages"), messages);
    OL_CHECK_EQ(rt_outcome_value(&truth, "wakers_after_end"), 0);
}

/* n + 2 wakers of 56 bytes, measured on 0.13.0 for n = 1000 and 10000. The
 * real select asks in random order, and so once or twice for each value. */
OL_CASE(each_poll_of_a_join_leaves_a_waker)
{
    for (int i = 0; i < VERSIONS; i++) {
        check_join(versions[i], 1, 3, 3);
        check_join(versions[i], 1000, 1002, 2001);
    }
    check_join("0.19.0", 10000, 10002, 20001);
    check_join("0.19.0", 100000, 100002, 200001);
}

OL_CASE(a_join_of_the_strict_version_has_one_place)
{
    check_join("strict", 1, 2, 0);
    check_join("strict", 1000, 2, 0);
    check_join("strict", 100000, 2, 0);
}

static void check_abort(const char *variant, long rounds, long alive)
{
    const struct rt_truth truth = run("crux-command/abort", variant, rounds);
    OL_CHECK_EQ(rt_outcome_value(&truth, "suspended"), rounds);
    OL_CHECK_EQ(rt_outcome_value(&truth, "alive_after_abort"), alive);
    OL_CHECK_EQ(rt_outcome_value(&truth, "alive_after_drop"), 0);
    OL_CHECK_EQ(rt_outcome_value(&truth, "done"), 1);
}

/* Measured on 0.13.0: 3, 3, 0. */
OL_CASE(an_aborted_command_stays_until_its_host_is_woken)
{
    for (int i = 0; i < VERSIONS; i++)
        check_abort(versions[i], 3, 3);
    check_abort("0.19.0", 10000, 10000);
    check_abort("strict", 3, 0);
    check_abort("strict", 10000, 0);
}

static void check_registry(const char *variant, long rounds, long entries)
{
    const struct rt_truth truth = run("crux-command/registry", variant, rounds);
    OL_CHECK_EQ(rt_outcome_value(&truth, "asked"), rounds);
    OL_CHECK_EQ(rt_outcome_value(&truth, "entries"), entries);
    OL_CHECK_EQ(rt_outcome_value(&truth, "last_number"), entries - 1);
}

/* Measured on 0.9.1: after n events the number is n - 1. */
OL_CASE(the_bridge_keeps_what_nobody_will_answer_up_to_0_19_0)
{
    check_registry("0.11.0", 1000, 1000);
    check_registry("0.19.0", 100000, 100000);
    check_registry("0.20.0", 100000, 0);
    check_registry("strict", 100000, 0);
}

static void check_stream(const char *variant, long entries)
{
    const struct rt_truth truth =
        run("crux-command/registry-stream", variant, 1000);
    OL_CHECK_EQ(rt_outcome_value(&truth, "too_late"), 1000);
    OL_CHECK_EQ(rt_outcome_value(&truth, "tasks"), 0);
    OL_CHECK_EQ(rt_outcome_value(&truth, "entries"), entries);
}

OL_CASE(the_bridge_keeps_streams_that_have_ended)
{
    check_stream("0.19.0", 1000);
    check_stream("0.20.0", 1000);
    check_stream("strict", 0);
}

static void check_evict(const char *variant, long self_woken, long raced)
{
    const struct rt_truth truth = run("crux-command/evict", variant, 100);
    OL_CHECK_EQ(rt_outcome_value(&truth, "self_woken_completed"), self_woken);
    OL_CHECK_EQ(rt_outcome_value(&truth, "raced_completed"), raced);
    OL_CHECK_EQ(rt_outcome_value(&truth, "evicted"), 300 - self_woken - raced);
    OL_CHECK_EQ(rt_outcome_value(&truth, "payloads"), 0);
}

OL_CASE(tasks_that_are_woken_are_evicted_by_some_versions)
{
    check_evict("0.11.0", 0, 0);
    check_evict("0.13.0", 100, 0);
    check_evict("0.19.0", 100, 0);
    check_evict("0.20.0", 100, 0);
    check_evict("strict", 100, 100);
}

static void check_abort_spawned(const char *variant, long kept)
{
    const struct rt_truth truth =
        run("crux-command/abort-spawned", variant, 100);
    OL_CHECK_EQ(rt_outcome_value(&truth, "payloads"), kept);
    OL_CHECK_EQ(rt_outcome_value(&truth, "hosted"), kept);
    OL_CHECK_EQ(rt_outcome_value(&truth, "done"), kept == 0);
}

OL_CASE(an_aborted_command_that_keeps_its_tasks_is_never_done)
{
    check_abort_spawned("pr423", 100);
    check_abort_spawned("0.13.0", 0);
    check_abort_spawned("0.19.0", 0);
    check_abort_spawned("strict", 0);
}

static void check_timer(
    const char *variant, long rounds, long payloads, long slots)
{
    const struct rt_truth truth = run("crux/cleared-timer", variant, rounds);
    OL_CHECK_EQ(rt_outcome_value(&truth, "payloads"), payloads);
    OL_CHECK_EQ(rt_outcome_value(&truth, "slots"), slots);
}

OL_CASE(who_waits_for_a_timer_that_is_cleared_waits_on_up_to_0_6_0)
{
    check_timer("time-0.6.0", 1000, 1000, 1000);
    check_timer("time-0.7.0", 1000, 0, 1);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(each_poll_of_a_join_leaves_a_waker)
OL_CASES_ENTRY(a_join_of_the_strict_version_has_one_place)
OL_CASES_ENTRY(an_aborted_command_stays_until_its_host_is_woken)
OL_CASES_ENTRY(the_bridge_keeps_what_nobody_will_answer_up_to_0_19_0)
OL_CASES_ENTRY(the_bridge_keeps_streams_that_have_ended)
OL_CASES_ENTRY(tasks_that_are_woken_are_evicted_by_some_versions)
OL_CASES_ENTRY(an_aborted_command_that_keeps_its_tasks_is_never_done)
OL_CASES_ENTRY(who_waits_for_a_timer_that_is_cleared_waits_on_up_to_0_6_0)
OL_CASES_END
