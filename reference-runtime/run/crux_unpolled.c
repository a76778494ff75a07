/* crux_unpolled.c - Crux before 0.3.0: requests that keep themselves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_unpolled.h"

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/crux/crux_request.h"

enum {
    JUDGED = 10 /* rounds that outlive wants to see */
};

/* ---- What should be ---- */

static bool keeps_itself(const struct rt_workload_config *config)
{
    return rt_crux_variant_find(config->variant)->callback_is_strong;
}

/* Each of those that stay could still be sent: so the channel stays, too. */
static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long kept = keeps_itself(config) ? config->rounds : 0;
    rt_truth_add(out, "reqstates", kept);
    rt_truth_add(out, "requests", kept);
    rt_truth_add(out, "left_over", kept > 0 ? 2 * kept + 1 : 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    if (config->rounds < JUDGED) return "unjudged; too few rounds";
    return keeps_itself(config)
               ? "request-state STEADY 1.00, request STEADY 1.00; cycles that "
                 "nobody holds"
               : "none";
}

/* ---- What is ---- */

OL_NOINLINE static int run_round(
    const struct rt_crux_variant *variant, const struct rt_crux_sender *shell)
{
    struct rt_crux_shell_request request = {0};
    const int err = rt_crux_shell_request_open(variant, shell, 0, &request);
    rt_crux_shell_request_drop(&request);
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_crux_variant *const variant =
        rt_crux_variant_find(config->variant);
    struct rt_crux_sender shell = {0};
    struct rt_crux_receiver requests = {0};
    int err = rt_crux_channel_open(&shell, &requests);
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(variant, &shell);
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "reqstates", rt_object_live(RT_REQUEST_STATE));
    rt_truth_add(out, "requests", rt_object_live(RT_REQUEST));
    rt_crux_receiver_drop(&requests);
    rt_crux_sender_drop(&shell);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_crux_unpolled = {
    .name = "crux/unpolled",
    .summary = "a request that is dropped before its first poll",
    .round = "such a request",
    .variants = (const char *const[]){"0.2.0", "0.3.0", "0.9.0", "0.9.1", NULL},
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
