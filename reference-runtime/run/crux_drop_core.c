/* crux_drop_core.c - Crux's leak #268: the shell forgets what it was asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_drop_core.h"

#include <errno.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/crux_rig.h"
#include "reference-runtime/run/reach.h"

enum {
    JUDGED = 10 /* rounds that outlive wants to see */
};

/* ---- What should be ---- */

/* A suspended task is nobody's, with the channel that it could be queued in;
 * it has no waker but itself. Later it is the executor's, and no object. */
static bool orphans(const struct rt_workload_config *config)
{
    return !rt_crux_variant_find(config->variant)->wakes_by_id;
}

/* The token's holder is left; N tasks with future, state and payload. */
static struct rt_crux_alive orphaned(long n)
{
    return (struct rt_crux_alive){
        .token = n + 1,
        .tasks = n,
        .futures = n,
        .reqstates = n,
        .channels = 1,
        .payloads = n,
        .blocks = 4 * n + 2,
    };
}

static const struct rt_crux_alive nothing = {.token = 1, .blocks = 1};

static void expect_drop_core(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_crux_alive alive =
        orphans(config) ? orphaned(config->rounds) : nothing;
    rt_crux_alive_add(&alive, out);
    rt_truth_add(out, "left_over", orphans(config) ? alive.blocks : 0);
}

/* What requests hold weakly is freed with them: N states that are dropped. */
static void expect_held_requests(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long n = config->rounds;
    struct rt_crux_alive alive = orphans(config) ? orphaned(n) : nothing;
    alive.requests = n;
    alive.reqstates = n;
    alive.blocks += orphans(config) ? n : 2 * n;
    rt_crux_alive_add(&alive, out);
    rt_truth_add(out, "left_over", orphans(config) ? 4 * n + 2 : 0);
}

/* With the executor: what it owns adds a slot and a waker for each task, but
 * no task, and a second channel. */
static void expect_keep_core(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long n = config->rounds;
    struct rt_crux_alive alive = orphaned(n);
    alive.blocks++;
    if (!orphans(config)) {
        alive.tasks = 0;
        alive.wakers = n;
        alive.channels = 2;
        alive.blocks = 5 * n + 4;
    }
    rt_crux_alive_add(&alive, out);
    rt_truth_add(out, "futures_of_executor", orphans(config) ? 0 : n);
    rt_truth_add(out, "left_over", orphans(config) ? 4 * n + 2 : 0);
}

static void expect_resolve(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    (void)config;
    rt_crux_alive_add(&nothing, out);
    rt_truth_add(out, "left_over", 0);
}

#define ORPHANS                              \
    "task STEADY 1.00, future STEADY 1.00, " \
    "request-state STEADY 1.00, payload STEADY 1.00"
#define OWNED                                                       \
    "owner-bounded future 1.00, owner-bounded request-state 1.00, " \
    "owner-bounded payload 1.00, owner-bounded waker 1.00, "        \
    "owner-bounded slot 1.00"

static const char too_few[] = "unjudged; too few rounds";

static const char *finding_forget(const struct rt_workload_config *config)
{
    if (config->rounds < JUDGED) return too_few;
    return orphans(config) ? ORPHANS "; cycles that nobody holds"
                           : OWNED "; until the executor goes";
}

static const char *finding_hold(const struct rt_workload_config *config)
{
    if (config->rounds < JUDGED) return too_few;
    return orphans(config)
               ? ORPHANS ", owner-bounded request 1.00; cycles, which only "
                         "what the shell holds still points into"
               : OWNED ", owner-bounded request 1.00; until executor and "
                       "shell go";
}

static const char *finding_none(const struct rt_workload_config *config)
{
    return config->rounds < JUDGED ? too_few : "none";
}

/* ---- What is ---- */

typedef int (*answer_fn)(
    struct rt_crux_rig *rig, struct rt_crux_request *request);

static int forget(struct rt_crux_rig *rig, struct rt_crux_request *request)
{
    (void)rig;
    rt_crux_request_drop(request);
    return 0;
}

static int resolve(struct rt_crux_rig *rig, struct rt_crux_request *request)
{
    const int err = rt_crux_request_resolve(request, 42);
    rt_crux_request_drop(request);
    rt_crux_executor_run(rig->executor);
    return err;
}

/* Starts a task, which asks the shell. Stores the request. */
OL_NOINLINE static int ask(
    struct rt_crux_rig *rig, size_t payload_bytes, struct rt_crux_request **out)
{
    const int err = rt_crux_rig_spawn(rig, payload_bytes);
    if (err) return err;
    rt_crux_executor_run(rig->executor);
    *out = rt_crux_rig_take(rig);
    return *out ? 0 : -EPROTO;
}

OL_NOINLINE static int run_round(
    struct rt_crux_rig *rig, size_t payload_bytes, answer_fn answer)
{
    struct rt_crux_request *request = NULL;
    const int err = ask(rig, payload_bytes, &request);
    return err ? err : answer(rig, request);
}

static int run_rounds(struct rt_crux_rig *rig,
    const struct rt_workload_config *config, answer_fn answer)
{
    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(rig, config->payload_bytes, answer);
        rt_stack_scrub();
        ol_mark("round");
    }
    return err;
}

static void state(const struct rt_crux_rig *rig, struct rt_truth *out)
{
    const struct rt_crux_alive alive = rt_crux_rig_count(rig);
    rt_crux_alive_add(&alive, out);
}

/* The truth is that of after the core. */
static int run_and_drop(const struct rt_workload_config *config,
    answer_fn answer, struct rt_truth *out)
{
    struct rt_crux_rig rig;
    int err = rt_crux_rig_init(&rig, config->variant);
    if (err) return err;
    err = run_rounds(&rig, config, answer);
    rt_crux_rig_drop_core(&rig);
    state(&rig, out);
    rt_crux_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

static int run_drop_core(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    return run_and_drop(config, forget, out);
}

static int run_resolve(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    return run_and_drop(config, resolve, out);
}

static int run_keep_core(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_crux_rig rig;
    int err = rt_crux_rig_init(&rig, config->variant);
    if (err) return err;
    err = run_rounds(&rig, config, forget);
    rt_crux_rig_close_shell(&rig);
    state(&rig, out);

    struct rt_reach reach = {0};
    if (!err)
        err = rt_reach_walk(rt_crux_executor_object(rig.executor), &reach);
    rt_truth_add(out, "futures_of_executor", rt_reach_count(&reach, RT_FUTURE));
    rt_reach_deinit(&reach);
    rt_crux_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

/* ---- Requests that the shell holds ---- */

/* The shell is an entity of its own: what it holds is its business. */
static int hold_rounds(struct rt_crux_rig *rig,
    const struct rt_workload_config *config, struct rt_crux_request **shell)
{
    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = ask(rig, config->payload_bytes, &shell[round]);
        ol_adopt(shell, shell[round]);
        rt_stack_scrub();
        ol_mark("round");
    }
    return err;
}

static int run_held_requests(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_crux_request **const shell =
        calloc((size_t)config->rounds, sizeof(struct rt_crux_request *));
    if (!shell) return -ENOMEM;
    ol_born(shell, "shell");

    struct rt_crux_rig rig;
    int err = rt_crux_rig_init(&rig, config->variant);
    if (err) goto fail_rig;
    err = hold_rounds(&rig, config, shell);
    rt_crux_rig_drop_core(&rig);
    state(&rig, out);
    for (long round = 0; round < config->rounds; round++)
        rt_crux_request_drop(shell[round]);
    rt_crux_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());

fail_rig:
    free(shell);
    return err;
}

/* ---- The workloads ---- */

static const char *const variants[] = {"0.9.0", "0.2.0", "0.9.1", NULL};

const struct rt_workload rt_workload_crux_drop_core = {
    .name = "crux/drop-core",
    .summary = "a suspended task that nobody will wake (redbadger/crux#268)",
    .round = "a task that asks the shell, which forgets the request",
    .variants = variants,
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 1000000, 0},
    .payload_bytes = 256,
    .finding = finding_forget,
    .expect = expect_drop_core,
    .run = run_drop_core,
};

const struct rt_workload rt_workload_crux_held_requests = {
    .name = "crux/held-requests",
    .summary = "as crux/drop-core, but the shell still has the requests",
    .round = "a task that asks the shell, which keeps the request",
    .variants = variants,
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 0},
    .payload_bytes = 256,
    .finding = finding_hold,
    .expect = expect_held_requests,
    .run = run_held_requests,
};

const struct rt_workload rt_workload_crux_keep_core = {
    .name = "crux/keep-core",
    .summary = "as crux/drop-core, while the executor is still there",
    .round = "a task that asks the shell, which forgets the request",
    .variants = variants,
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 0},
    .payload_bytes = 256,
    .finding = finding_forget,
    .expect = expect_keep_core,
    .run = run_keep_core,
};

const struct rt_workload rt_workload_crux_resolve = {
    .name = "crux/resolve",
    .summary = "as crux/drop-core, but every request is resolved",
    .round = "a task that asks the shell, which answers",
    .variants = variants,
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 0},
    .payload_bytes = 256,
    .finding = finding_none,
    .expect = expect_resolve,
    .run = run_resolve,
};
