/* proto_dispose.c - an endpoint that is disposed of, but kept.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/proto_dispose.h"

#include "include/outlive/outlive.h"
#include "reference-runtime/run/proto_drive.h"

/* ---- What should be ---- */

static const struct rt_proto_variant *variant_of(
    const struct rt_workload_config *config)
{
    return rt_proto_variant_find(config->variant);
}

/* How many cancelled waits the priority channel keeps. Its completion would
 * let go of them; so does a channel of .NET 10. */
static long lingering(const struct rt_workload_config *config)
{
    const struct rt_proto_variant *const variant = variant_of(config);
    const bool leaves = variant->disposes_both ||
                        variant->channel->removes_cancelled ||
                        variant->waits == RT_PROTO_WAITS_ONE;
    if (leaves) return 0;
    const bool is_one = variant->waits == RT_PROTO_WAITS_REUSED ||
                        variant->channel->has_single_reader;
    return is_one ? 1 : config->rounds + 1;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_proto_remains remains = {
        .ring_priority = lingering(config),
        .cancelled = lingering(config),
        .ops = lingering(config),
        .tasks = lingering(config),
    };
    rt_truth_add(out, "delivered", config->rounds);
    rt_truth_add(out, "batches", config->rounds);
    rt_truth_add(out, "lost", 0);
    rt_proto_remains_add(&remains, out);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    if (lingering(config) <= 1) return "none";
    return "wait-op STEADY 1.00, wait-task STEADY 1.00; all of them cancelled";
}

/* ---- What is ---- */

/* The last round disposes of the endpoint before its mark. */
static int run_rounds(struct rt_proto_drive *drive, long rounds)
{
    int err = 0;
    for (long round = 0; round < rounds && !err; round++) {
        err = rt_proto_drive_send(drive, false);
        rt_proto_drive_step(drive);
        if (round == rounds - 1) rt_proto_drive_dispose(drive);
        ol_mark("round");
    }
    return err;
}

static void state(const struct rt_proto_drive *drive, struct rt_truth *out)
{
    const struct rt_proto_endpoint_counts counts =
        rt_proto_endpoint_counts(drive->endpoint);
    const struct rt_proto_remains remains = rt_proto_drive_remains(drive);
    rt_truth_add(out, "delivered", (long)counts.delivered);
    rt_truth_add(out, "batches", (long)counts.batches);
    rt_truth_add(out, "lost", (long)counts.lost);
    rt_proto_remains_add(&remains, out);
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_proto_drive drive;
    int err = rt_proto_drive_init(&drive, config->variant);
    if (!err) err = run_rounds(&drive, config->rounds);
    if (!err) state(&drive, out);
    const int busy = rt_proto_drive_deinit(&drive);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

const struct rt_workload rt_workload_proto_dispose = {
    .name = "protoactor/dispose",
    .summary = "cancelled waits stay with an endpoint that is kept (#761)",
    .round = "one data message; the last round disposes of the endpoint",
    .variants = (const char *const[]){"1.6.0", "1.6.0-net10", "1.5.0",
        "1.6.0-single-reader", "1.6.0-dispose-both", "pr2111", "pr2111-net10",
        "pr2111-single-reader", "pr2111-dispose-both", NULL},
    .rounds = 64,
    .sizes = (const long[]){1000, 100000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
