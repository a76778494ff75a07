/* pond_strand.c - Pond's #138: a cancelled pool strands its queue.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_strand.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/pond/pond_group.h"
#include "reference-runtime/run/held_task.h"

enum {
    QUEUED = 100
};

/* One pool and who waits for its group. */
struct strand {
    struct rt_context *context;  /* owner */
    struct rt_pond *pond;        /* owner */
    struct rt_pond_group *group; /* owner */
    struct rt_gate gate;
    pthread_t waiter;
    int waited; /* what the wait returned; once the waiter is joined */
};

struct totals {
    long submitted, completed, cancelled, waiting;
    long waits_blocked, waits_cancelled;
};

/* ---- What should be ---- */

static bool strands(const struct rt_workload_config *config)
{
    return !rt_pond_variant_find(config->variant)->drains_on_cancel;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long rounds = config->rounds;
    const long stranded = strands(config) ? rounds : 0;
    rt_truth_add(out, "submitted", (QUEUED + 1) * rounds);
    rt_truth_add(out, "completed", rounds);
    rt_truth_add(out, "cancelled", QUEUED * (rounds - stranded));
    rt_truth_add(out, "waiting", QUEUED * stranded);
    rt_truth_add(out, "waits_blocked", stranded);
    rt_truth_add(out, "waits_cancelled", rounds - stranded);
    rt_truth_add(out, "closures", QUEUED * stranded);
    rt_truth_add(out, "payloads", QUEUED * stranded);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return strands(config) ? "closure STEADY 100.00, payload STEADY 100.00, "
                             "pool STEADY 1.00, - STEADY 1.00, "
                             "buffer-node STEADY 1.00, group STEADY 1.00, "
                             "context STEADY 1.00, context STEADY 1.00, "
                             "context STEADY 1.00, context-done STEADY 1.00, "
                             "context-done STEADY 1.00, "
                             "future STEADY 1.00, future STEADY 1.00, "
                             "future STEADY 1.00, future STEADY 1.00, "
                             "sleeper STEADY 1.00; with its pool and waiter"
                           : "none";
}

/* ---- What is ---- */

static int open_strand(
    struct strand *strand, const struct rt_workload_config *config)
{
    rt_gate_init(&strand->gate);
    strand->context = rt_context_create(NULL);
    if (!strand->context) return -ENOMEM;
    const struct rt_pond_options options = {
        .variant = rt_pond_variant_find(config->variant),
        .max_workers = 1,
        .context = strand->context,
    };
    const int err = rt_pond_create(&options, &strand->pond);
    if (err) return err;
    strand->group = rt_pond_group_create(strand->pond, NULL);
    return strand->group ? 0 : -ENOMEM;
}

static int submit(struct strand *strand, size_t payload_bytes)
{
    struct rt_payload *const payload = rt_payload_create(payload_bytes);
    if (!payload) return -ENOMEM;
    const int err = rt_pond_group_submit(
        strand->group, rt_held_task(&strand->gate, payload));
    rt_payload_unref(payload);
    return err;
}

static void *wait_for_group(void *arg)
{
    struct strand *const strand = arg;
    strand->waited = rt_pond_group_wait(strand->group);
    return NULL;
}

/* Returns when it waits: one that comes after the cancel does not. */
static int start_waiter(struct strand *strand)
{
    const int err =
        -pthread_create(&strand->waiter, NULL, wait_for_group, strand);
    while (!err && rt_pond_group_waiters(strand->group) == 0)
        sched_yield();
    return err;
}

static int run_round(struct strand *strand, size_t payload_bytes)
{
    int err = 0;
    for (int task = 0; task < QUEUED + 1 && !err; task++)
        err = submit(strand, payload_bytes);
    if (!err) err = start_waiter(strand);

    rt_gate_await(&strand->gate, 1);
    rt_context_cancel(strand->context, -ECANCELED);
    rt_gate_open(&strand->gate);
    rt_pond_wait_idle(strand->pond);
    return err;
}

static int close_strand(struct strand *strand)
{
    rt_pond_group_unref(strand->group);
    const int busy = rt_pond_destroy(strand->pond);
    rt_context_unref(strand->context);
    const int held = rt_gate_deinit(&strand->gate);
    *strand = (struct strand){0};
    return busy ? busy : held;
}

/* With tasks pending nobody is left to run, the waiter sleeps for ever. */
static int judge(struct strand *strand, struct totals *totals)
{
    const struct rt_pond_counts counts = rt_pond_counts(strand->pond);
    totals->submitted += (long)counts.submitted;
    totals->completed += (long)counts.succeeded;
    totals->cancelled += (long)counts.cancelled;
    totals->waiting += (long)counts.waiting;
    if (rt_pond_group_pending(strand->group) > 0) {
        totals->waits_blocked++;
        return 0;
    }
    pthread_join(strand->waiter, NULL);
    totals->waits_cancelled += strand->waited == -ECANCELED;
    return close_strand(strand);
}

static void state(const struct totals *totals, struct rt_truth *out)
{
    rt_truth_add(out, "submitted", totals->submitted);
    rt_truth_add(out, "completed", totals->completed);
    rt_truth_add(out, "cancelled", totals->cancelled);
    rt_truth_add(out, "waiting", totals->waiting);
    rt_truth_add(out, "waits_blocked", totals->waits_blocked);
    rt_truth_add(out, "waits_cancelled", totals->waits_cancelled);
    rt_truth_add(out, "closures", rt_object_live(RT_CLOSURE));
    rt_truth_add(out, "payloads", rt_object_live(RT_PAYLOAD));
}

/* What upstream has no way to do. */
static int rescue(struct strand *strand)
{
    if (!strand->group) return 0;
    rt_pond_settle_queue(strand->pond);
    pthread_join(strand->waiter, NULL);
    return close_strand(strand);
}

static int run_rounds(struct strand *strands, struct totals *totals,
    const struct rt_workload_config *config)
{
    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = open_strand(&strands[round], config);
        if (!err) err = run_round(&strands[round], config->payload_bytes);
        if (!err) err = judge(&strands[round], totals);
        ol_mark("round");
    }
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct strand *const strands =
        calloc((size_t)config->rounds, sizeof *strands);
    if (!strands) return -ENOMEM;

    struct totals totals = {0};
    int err = run_rounds(strands, &totals, config);
    if (!err) state(&totals, out);
    for (long round = 0; round < config->rounds && !err; round++)
        err = rescue(&strands[round]);
    free(strands);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_pond_strand = {
    .name = "pond/strand",
    .summary = "a cancelled pool strands its queue (alitto/pond#138)",
    .round = "a pool with 1 task that runs and 100 that wait, cancelled",
    .variants = (const char *const[]){"v2.6.2", "v2.3.2", "v2.3.3", "v2.7.0",
        "cancel-on-done", NULL},
    .rounds = 64,
    .payload_bytes = 1024,
    .finding = finding,
    .expect = expect,
    .run = run,
};
