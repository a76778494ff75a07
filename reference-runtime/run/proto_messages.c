/* proto_messages.c - messages through an endpoint, one by one or in bursts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/proto_messages.h"

#include "include/outlive/outlive.h"
#include "reference-runtime/run/proto_drive.h"

enum {
    BURST = 500
};

/* What a round sends, and what comes after the last. */
struct traffic {
    long messages; /* a round, at once */
    bool has_priority;
    bool flushes; /* one message to the other channel ends it all */
};

static const struct traffic data = {.messages = 1};
static const struct traffic flush = {.messages = 1, .flushes = true};
static const struct traffic reverse = {.messages = 1, .has_priority = true};
static const struct traffic burst = {.messages = BURST};

static const struct rt_proto_variant *variant_of(
    const struct rt_workload_config *config)
{
    return rt_proto_variant_find(config->variant);
}

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct traffic *const traffic = config->shape;
    const long batches = config->rounds + traffic->flushes;
    rt_truth_add(out, "delivered",
        config->rounds * traffic->messages + traffic->flushes);
    rt_truth_add(
        out, "received", config->rounds * traffic->messages + traffic->flushes);
    rt_truth_add(out, "batches", batches);
    rt_truth_add(out, "empty", 0);
    /* A flush is one turn, begun by the other channel. */
    const struct rt_proto_remains remains =
        traffic->flushes ? rt_proto_remains_after(variant_of(config), 1, true)
                         : rt_proto_remains_after(variant_of(config),
                               config->rounds, traffic->has_priority);
    rt_proto_remains_add(&remains, out);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    const struct rt_proto_variant *const variant = variant_of(config);
    if (variant->keeps_losers)
        return "continuation STEADY 1.00, promise STEADY 1.00";
    if (variant->waits != RT_PROTO_WAITS_PAIR) return "none";
    return "wait-op STEADY 1.00, wait-task STEADY 1.00, "
           "registration STEADY 1.00";
}

/* ---- What is ---- */

static int run_round(
    struct rt_proto_drive *drive, const struct traffic *traffic)
{
    int err = 0;
    for (long i = 0; i < traffic->messages && !err; i++)
        err = rt_proto_drive_send(drive, traffic->has_priority);
    rt_proto_drive_step(drive);
    return err;
}

static void state(const struct rt_proto_drive *drive, struct rt_truth *out)
{
    const struct rt_proto_endpoint_counts counts =
        rt_proto_endpoint_counts(drive->endpoint);
    const struct rt_proto_remains remains = rt_proto_drive_remains(drive);
    rt_truth_add(out, "delivered", (long)counts.delivered);
    rt_truth_add(out, "received", drive->received);
    rt_truth_add(out, "batches", (long)counts.batches);
    rt_truth_add(out, "empty", (long)counts.empty);
    rt_proto_remains_add(&remains, out);
}

/* The flush comes after the last mark: before it, every round has left its
 * share. */
static int run_rounds(
    struct rt_proto_drive *drive, const struct traffic *traffic, long rounds)
{
    int err = 0;
    for (long round = 0; round < rounds && !err; round++) {
        err = run_round(drive, traffic);
        ol_mark("round");
    }
    if (err || !traffic->flushes) return err;
    err = rt_proto_drive_send(drive, !traffic->has_priority);
    rt_proto_drive_step(drive);
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_proto_drive drive;
    int err = rt_proto_drive_init(&drive, config->variant);
    if (!err) err = run_rounds(&drive, config->shape, config->rounds);
    if (!err) state(&drive, out);
    const int busy = rt_proto_drive_deinit(&drive);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

/* ---- The workloads ---- */

static const char *const variants[] = {"1.6.0", "1.6.0-net10", "1.5.0",
    "1.5.0-net10", "pr2111", "pr2111-net10", NULL};

static const long sizes[] = {1000, 100000, 0};
static const long data_sizes[] = {1000, 100000, 1000000, 0};

const struct rt_workload rt_workload_proto_data = {
    .name = "protoactor/data",
    .summary = "each message leaves a wait on the idle channel (#2110)",
    .round = "one data message, until the loop waits again",
    .variants = variants,
    .rounds = 64,
    .sizes = data_sizes,
    .shape = &data,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_proto_flush = {
    .name = "protoactor/flush",
    .summary = "a write to the idle channel lets go of what data has left",
    .round = "one data message; in the end one with priority, after the mark",
    .variants = variants,
    .rounds = 64,
    .sizes = sizes,
    .shape = &flush,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_proto_reverse = {
    .name = "protoactor/reverse",
    .summary = "the same the other way round: gossip, but no data",
    .round = "one priority message, until the loop waits again",
    .variants = variants,
    .rounds = 64,
    .sizes = sizes,
    .shape = &reverse,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_proto_burst = {
    .name = "protoactor/burst",
    .summary = "what leaves a wait is a batch, not a message",
    .round = "500 data messages at once, until the loop waits again",
    .variants = variants,
    .rounds = 64,
    .shape = &burst,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_proto_keep_loser = {
    .name = "protoactor/keep-loser",
    .summary = "a wait that is used again gathers continuations",
    .round = "one data message, until the loop waits again",
    .variants = (const char *const[]){"pr2111-keep-loser", "pr2111", NULL},
    .rounds = 64,
    .sizes = sizes,
    .shape = &data,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_proto_single_reader = {
    .name = "protoactor/single-reader",
    .summary = "one waiter a channel; the source keeps the others' waits",
    .round = "one data message, until the loop waits again",
    .variants = (const char *const[]){"1.6.0-single-reader",
        "pr2111-single-reader", NULL},
    .rounds = 64,
    .sizes = sizes,
    .shape = &data,
    .finding = finding,
    .expect = expect,
    .run = run,
};
