/* proto_poll_cancel.c - waits that are begun and cancelled.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/proto_poll_cancel.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/protoactor/proto_channel.h"

/* ---- What should be ---- */

/* A second reader's wait lets go of the first one's, whatever that is. */
static long lingering(const struct rt_workload_config *config)
{
    const struct rt_proto_channel_kind *const kind =
        rt_proto_channel_kind_find(config->variant);
    if (kind->removes_cancelled) return 0;
    return kind->has_single_reader ? 1 : config->rounds;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    rt_truth_add(out, "told_cancelled", config->rounds);
    rt_truth_add(out, "ring", lingering(config));
    rt_truth_add(out, "pending", 0);
    rt_truth_add(out, "ops", lingering(config));
    rt_truth_add(out, "registrations", 0);
    rt_truth_add(out, "sources", 0);
    rt_truth_add(out, "ops_after_write", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return lingering(config) > 1 ? "wait-op STEADY 1.00" : "none";
}

/* ---- What is ---- */

/* Returns 0, -ENOMEM, or -EPROTO if the wait is not told that it was
 * cancelled. */
OL_NOINLINE static int poll_and_cancel(struct rt_proto_channel *channel)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    if (!source) return -ENOMEM;
    struct rt_proto_wait wait = rt_proto_channel_wait_to_read(channel, source);
    rt_cancel_request(source);
    const int result = rt_proto_wait_result(&wait);
    rt_proto_wait_drop(&wait);
    rt_cancel_unref(source);
    return result == -ECANCELED ? 0 : -EPROTO;
}

static int run_rounds(
    struct rt_proto_channel *channel, long rounds, struct rt_truth *out)
{
    long told = 0;
    for (long round = 0; round < rounds; round++) {
        const int err = poll_and_cancel(channel);
        if (err) return err;
        told++;
        rt_stack_scrub();
        ol_mark("round");
    }
    const struct rt_proto_channel_counts counts =
        rt_proto_channel_counts(channel);
    rt_truth_add(out, "told_cancelled", told);
    rt_truth_add(out, "ring", (long)counts.waiters);
    rt_truth_add(out, "pending", (long)counts.pending);
    rt_truth_add(out, "ops", rt_object_live(RT_WAIT_OP));
    rt_truth_add(out, "registrations", rt_object_live(RT_REGISTRATION));
    rt_truth_add(out, "sources", rt_object_live(RT_SOURCE));
    return 0;
}

static int write_one(struct rt_proto_channel *channel)
{
    struct rt_proto_message *const message = rt_proto_message_create(0);
    return message ? rt_proto_channel_write(channel, &message->item) : -ENOMEM;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_proto_channel *const channel =
        rt_proto_channel_create(rt_proto_channel_kind_find(config->variant), 0);
    int err = channel ? run_rounds(channel, config->rounds, out) : -ENOMEM;
    if (!err) err = write_one(channel);
    rt_truth_add(out, "ops_after_write", rt_object_live(RT_WAIT_OP));
    rt_proto_channel_unref(channel);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_proto_poll_cancel = {
    .name = "channel/poll-cancel",
    .summary = "cancelled waits stay until the next write (dotnet/runtime#761)",
    .round = "wait on an idle channel, and cancel that",
    .variants = (const char *const[]){"net9", "net10", "single-reader", NULL},
    .rounds = 64,
    .sizes = (const long[]){100, 1000, 100000, 1000000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
