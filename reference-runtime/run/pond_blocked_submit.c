/* pond_blocked_submit.c - Pond's #108: a lost wake-up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_blocked_submit.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/pond/pond.h"
#include "reference-runtime/run/held_task.h"

enum {
    QUEUE_SIZE = 5
};

/* One pool and its late submitter. */
struct late {
    struct rt_pond *pond;       /* owner */
    struct rt_payload *payload; /* owner, until submitted */
    struct rt_gate tasks;       /* holds the tasks */
    struct rt_gate submitter;   /* holds the submitter before it sleeps */
    pthread_t thread;
    atomic_bool has_returned; /* release in the submitter, acquire in main */
};

struct totals {
    long succeeded, blocked;
};

/* ---- What should be ---- */

static bool loses(const struct rt_workload_config *config)
{
    return rt_pond_variant_find(config->variant)->signal == RT_POND_SIGNAL_LOST;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long rounds = config->rounds;
    const long blocked = loses(config) ? rounds : 0;
    rt_truth_add(out, "succeeded",
        (config->threads + QUEUE_SIZE + 1) * rounds - blocked);
    rt_truth_add(out, "blocked_submitters", blocked);
    /* The versions that lose wake-ups keep what was read as well. */
    rt_truth_add(out, "closures", (QUEUE_SIZE + 1) * blocked);
    rt_truth_add(out, "payloads", blocked);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return loses(config) ? "closure STEADY 1.00, closure STEADY 5.00, "
                           "payload STEADY 1.00, pool STEADY 1.00, "
                           "- STEADY 1.00, buffer-node STEADY 1.00, "
                           "context STEADY 1.00, context-done STEADY 1.00, "
                           "future STEADY 1.00, future STEADY 1.00, "
                           "sleeper STEADY 1.00; "
                           "the late submitter's, the queue's, the pool's"
                         : "none";
}

/* ---- What is ---- */

static void at_step(void *env, const char *step)
{
    struct late *const late = env;
    (void)step; /* there is one: the queue was full */
    rt_gate_pass(&late->submitter);
}

static int open_late(struct late *late, const struct rt_workload_config *config)
{
    rt_gate_init(&late->tasks);
    rt_gate_init(&late->submitter);
    atomic_init(&late->has_returned, false);
    late->payload = rt_payload_create(config->payload_bytes);
    if (!late->payload) return -ENOMEM;
    const struct rt_pond_options options = {
        .variant = rt_pond_variant_find(config->variant),
        .max_workers = (size_t)config->threads,
        .queue_size = QUEUE_SIZE,
        .at_step = at_step,
        .env = late,
    };
    return rt_pond_create(&options, &late->pond);
}

static void *submit_late(void *arg)
{
    struct late *const late = arg;
    const struct rt_pond_fn fn = rt_held_task(NULL, late->payload);
    rt_payload_unref(late->payload);
    late->payload = NULL;
    /* Refused only when the workload is over. */
    const int err = rt_pond_go(late->pond, fn);
    atomic_store_explicit(&late->has_returned, !err, memory_order_release);
    return NULL;
}

/* Fills the pool, has the submitter find it full, drains it, and only then
 * lets the submitter go to sleep. */
static int run_round(struct late *late, long workers)
{
    int err = 0;
    for (long task = 0; task < workers + QUEUE_SIZE && !err; task++)
        err = rt_pond_go(late->pond, rt_held_task(&late->tasks, NULL));
    if (!err) err = -pthread_create(&late->thread, NULL, submit_late, late);
    if (err) return err;

    rt_gate_await(&late->submitter, 1);
    rt_gate_open(&late->tasks);
    rt_pond_wait_idle(late->pond);
    rt_gate_open(&late->submitter);
    return 0;
}

static int close_late(struct late *late)
{
    pthread_join(late->thread, NULL);
    rt_pond_stop_and_wait(late->pond);
    int err = rt_pond_destroy(late->pond);
    if (!err) err = rt_gate_deinit(&late->tasks);
    if (!err) err = rt_gate_deinit(&late->submitter);
    late->pond = NULL;
    return err;
}

/* The submitter either has returned or sleeps, and nobody is left to wake it;
 * a signal that was kept lets it pass without sleeping. */
static int judge(struct late *late, struct totals *totals)
{
    for (;;) {
        if (atomic_load_explicit(&late->has_returned, memory_order_acquire))
            break;
        const struct rt_pond_counts counts = rt_pond_counts(late->pond);
        if (counts.blocked > 0) {
            totals->blocked++;
            totals->succeeded += (long)counts.succeeded;
            return 0;
        }
        sched_yield();
    }
    rt_pond_wait_idle(late->pond);
    totals->succeeded += (long)rt_pond_counts(late->pond).succeeded;
    return close_late(late);
}

static int rescue(struct late *late)
{
    if (!late->pond) return 0;
    rt_pond_stop(late->pond);
    return close_late(late);
}

static int run_rounds(struct late *lates, struct totals *totals,
    const struct rt_workload_config *config)
{
    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = open_late(&lates[round], config);
        if (!err) err = run_round(&lates[round], config->threads);
        if (!err) err = judge(&lates[round], totals);
        ol_mark("round");
    }
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct late *const lates = calloc((size_t)config->rounds, sizeof *lates);
    if (!lates) return -ENOMEM;

    struct totals totals = {0};
    int err = run_rounds(lates, &totals, config);
    rt_truth_add(out, "succeeded", totals.succeeded);
    rt_truth_add(out, "blocked_submitters", totals.blocked);
    rt_truth_add(out, "closures", rt_object_live(RT_CLOSURE));
    rt_truth_add(out, "payloads", rt_object_live(RT_PAYLOAD));
    for (long round = 0; round < config->rounds && !err; round++)
        err = rescue(&lates[round]);
    free(lates);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_pond_blocked_submit = {
    .name = "pond/blocked-submit",
    .summary = "a submitter that nobody wakes holds its task (alitto/pond#108)",
    .round = "a pool with a queue of 5, filled, and one submitter more",
    .variants = (const char *const[]){"v2.3.1", "v2.2.0", "v2.3.2", "v2.3.3",
        "v2.6.2", "v2.7.0", "cancel-on-done", NULL},
    .rounds = 64,
    .threads = 100,
    .payload_bytes = 1024,
    .finding = finding,
    .expect = expect,
    .run = run,
};
