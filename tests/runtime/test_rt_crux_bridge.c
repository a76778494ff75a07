/* test_rt_crux_bridge.c - the bridge: numbers go out, answers come back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_bridge.h"

#include <errno.h>

#include "reference-runtime/run/crux_held.h"
#include "tests/support/check.h"

enum {
    MOST = 8
};

struct shell {
    size_t count;
    uint32_t numbers[MOST];
    intptr_t operations[MOST];
};

static void ask(uint32_t number, intptr_t operation, void *env)
{
    struct shell *const shell = env;
    shell->numbers[shell->count] = number;
    shell->operations[shell->count++] = operation;
}

static struct rt_crux_bridge *make(const char *variant, struct shell *shell)
{
    *shell = (struct shell){0};
    struct rt_crux_bridge *const bridge =
        rt_crux_bridge_create(rt_crux_command_variant_find(variant),
            (struct rt_crux_shell){ask, shell});
    OL_CHECK(bridge);
    return bridge;
}

/* An event to which the app answers with a request, and a notification. */
static void process(struct rt_crux_bridge *bridge, intptr_t operation)
{
    const struct rt_crux_command_variant *const variant =
        rt_crux_command_variant(rt_crux_bridge_root(bridge));
    struct rt_crux_command *const command =
        rt_crux_held_command(variant, operation, 8);
    OL_CHECK(command);
    OL_CHECK_EQ(
        rt_crux_context_notify(rt_crux_command_context(command), -1), 0);
    OL_CHECK_EQ(rt_crux_bridge_process(bridge, command), 0);
}

static void check_kept(const char *variant, bool keeps)
{
    struct shell shell;
    struct rt_crux_bridge *const bridge = make(variant, &shell);
    process(bridge, 10);
    process(bridge, 11);
    OL_CHECK_EQ(shell.count, 4);
    OL_CHECK_EQ(shell.operations[0], -1);
    OL_CHECK_EQ(shell.operations[1], 10);
    OL_CHECK_EQ(rt_crux_bridge_entries(bridge), keeps ? 4 : 2);
    OL_CHECK_EQ(shell.numbers[0], keeps ? 0 : RT_CRUX_BRIDGE_NO_NUMBER);
    OL_CHECK_EQ(shell.numbers[1], keeps ? 1 : 0);

    OL_CHECK_EQ(rt_crux_bridge_resolve(bridge, shell.numbers[1], 5), 0);
    OL_CHECK_EQ(rt_crux_bridge_entries(bridge), keeps ? 3 : 1);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 1);
    OL_CHECK_EQ(rt_crux_bridge_resolve(bridge, shell.numbers[1], 5), -ENOENT);
    /* Only to answer it removes what expects no answer. */
    OL_CHECK_EQ(rt_crux_bridge_resolve(bridge, shell.numbers[0], 5),
        keeps ? -EINVAL : -ENOENT);
    OL_CHECK_EQ(rt_crux_bridge_entries(bridge), keeps ? 2 : 1);
    rt_crux_bridge_destroy(bridge);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(an_entry_goes_when_it_is_answered)
{
    check_kept("0.11.0", true);
    check_kept("0.13.0", true);
    check_kept("0.19.0", true);
    check_kept("0.20.0", false);
    check_kept("strict", false);
}

OL_CASE(an_unknown_number_is_an_error)
{
    struct shell shell;
    struct rt_crux_bridge *const bridge = make("0.19.0", &shell);
    OL_CHECK_EQ(rt_crux_bridge_resolve(bridge, 0, 1), -ENOENT);
    OL_CHECK_EQ(rt_crux_bridge_resolve(bridge, 7, 1), -ENOENT);
    rt_crux_bridge_destroy(bridge);
}

OL_CASE(a_bridge_drops_what_is_under_way)
{
    struct shell shell;
    struct rt_crux_bridge *const bridge = make("strict", &shell);
    for (int i = 0; i < 3; i++)
        process(bridge, i);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 3);
    rt_crux_bridge_destroy(bridge);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(an_entry_goes_when_it_is_answered)
OL_CASES_ENTRY(an_unknown_number_is_an_error)
OL_CASES_ENTRY(a_bridge_drops_what_is_under_way)
OL_CASES_END
