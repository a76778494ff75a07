/* crux_free.c - Crux's leak #268, with threads that ask and answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_free.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/crux_rig.h"

enum {
    JUDGED = 10, /* rounds that outlive wants to see */
    ASKED = 8    /* by each thread */
};

/* ---- What should be ---- */

static bool orphans(const struct rt_workload_config *config)
{
    return !rt_crux_variant_find(config->variant)->wakes_by_id;
}

/* Of each round's core: half its tasks, with future, state and payload, and
 * the token and the channel that they hold. */
static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long asked = ASKED * config->threads * config->rounds;
    const long kept = orphans(config) ? asked / 2 : 0;
    const long cores = orphans(config) ? config->rounds : 0;
    rt_truth_add(out, "asked", asked);
    rt_truth_add(out, "resolved", asked / 2);
    rt_truth_add(out, "forgotten", asked / 2);
    rt_truth_add(out, "suspended_minus_forgotten", 0);
    rt_truth_add(out, "tasks", kept);
    rt_truth_add(out, "futures", kept);
    rt_truth_add(out, "reqstates", kept);
    rt_truth_add(out, "left_over", 4 * kept + 2 * cores);
}

static const char *finding(const struct rt_workload_config *config)
{
    if (config->rounds < JUDGED) return "unjudged; too few rounds";
    return orphans(config)
               ? "task STEADY 32.00, future STEADY 32.00, "
                 "request-state STEADY 32.00, payload STEADY 32.00, "
                 "token STEADY 1.00, channel STEADY 1.00; half of what 8 "
                 "threads asked"
               : "none";
}

/* ---- What is ---- */

struct round {
    struct rt_crux_rig rig;
    size_t payload_bytes;
    atomic_long taken;
    atomic_long failed;
};

struct totals {
    long resolved;
    long forgotten;
    long suspended;
};

/* Every other request, in the order in which the shell takes them. */
static void answer(struct round *round, struct rt_crux_request *request)
{
    const bool resolves = atomic_fetch_add(&round->taken, 1) % 2 == 0;
    if (resolves && rt_crux_request_resolve(request, 42) != 0)
        atomic_fetch_add(&round->failed, 1);
    rt_crux_request_drop(request);
}

/* Whoever polls a task looks for its request after that: none is left when
 * all threads are done. */
static void *ask_and_answer(void *arg)
{
    struct round *const round = arg;
    for (int i = 0; i < ASKED; i++) {
        if (rt_crux_rig_spawn(&round->rig, round->payload_bytes) != 0)
            atomic_fetch_add(&round->failed, 1);
    }
    for (;;) {
        rt_crux_executor_run(round->rig.executor);
        struct rt_crux_request *const request = rt_crux_rig_take(&round->rig);
        if (!request) return NULL;
        answer(round, request);
    }
}

static int run_threads(struct round *round, pthread_t *threads, long count)
{
    int err = 0;
    long started = 0;
    while (started < count && !err) {
        err = -pthread_create(&threads[started], NULL, ask_and_answer, round);
        started += !err;
    }
    while (started-- > 0)
        pthread_join(threads[started], NULL);
    return err;
}

/* Futures that this round leaves suspended: the token's, but for the rig's. */
static void count(const struct round *round, struct totals *totals)
{
    const long taken = atomic_load(&round->taken);
    totals->resolved += taken - taken / 2;
    totals->forgotten += taken / 2;
    totals->suspended += rt_crux_rig_count(&round->rig).token - 1;
}

OL_NOINLINE static int run_round(const struct rt_workload_config *config,
    pthread_t *threads, struct totals *totals)
{
    struct round round = {.payload_bytes = config->payload_bytes};
    int err = rt_crux_rig_init(&round.rig, config->variant);
    if (err) return err;
    err = run_threads(&round, threads, config->threads);
    if (!err && atomic_load(&round.failed) > 0) err = -ENOMEM;
    count(&round, totals);
    rt_crux_rig_deinit(&round.rig);
    return err;
}

static void state(const struct totals *totals, struct rt_truth *out)
{
    rt_truth_add(out, "asked", totals->resolved + totals->forgotten);
    rt_truth_add(out, "resolved", totals->resolved);
    rt_truth_add(out, "forgotten", totals->forgotten);
    rt_truth_add(out, "suspended_minus_forgotten",
        totals->suspended - totals->forgotten);
    rt_truth_add(out, "tasks", rt_object_live(RT_TASK));
    rt_truth_add(out, "futures", rt_object_live(RT_FUTURE));
    rt_truth_add(out, "reqstates", rt_object_live(RT_REQUEST_STATE));
    rt_truth_add(out, "left_over", rt_object_live_all());
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    pthread_t *const threads = calloc((size_t)config->threads, sizeof *threads);
    if (!threads) return -ENOMEM;
    struct totals totals = {0};
    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(config, threads, &totals);
        rt_stack_scrub();
        ol_mark("round");
    }
    state(&totals, out);
    free(threads);
    return err;
}

const struct rt_workload rt_workload_crux_free = {
    .name = "crux/free",
    .summary = "threads ask and answer; every other request is forgotten",
    .round = "a core, and threads that spawn 8 tasks each, then the core goes",
    .variants = (const char *const[]){"0.9.0", "0.9.1", NULL},
    .rounds = 64,
    .threads = 8,
    .payload_bytes = 256,
    .finding = finding,
    .expect = expect,
    .run = run,
};
