/* crux_streaming.c - Crux's streams: the shell answers until the task ends it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_streaming.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/crux/crux_stream.h"
#include "reference-runtime/run/crux_listener.h"
#include "reference-runtime/run/crux_rig.h"

enum {
    JUDGED = 10, /* rounds that outlive wants to see */
    EVENTS = 3
};

struct totals {
    long events;
    long ended;   /* streams that went with their last answer */
    long refused; /* answers to a stream that has ended */
};

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    rt_truth_add(out, "events", EVENTS * config->rounds);
    rt_truth_add(out, "ended", config->rounds);
    rt_truth_add(out, "refused", config->rounds);
    rt_truth_add(out, "futures", 0);
    rt_truth_add(out, "reqstates", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return config->rounds < JUDGED ? "unjudged; too few rounds" : "none";
}

/* ---- What is ---- */

static int answer(struct rt_crux_rig *rig, struct rt_crux_request *request,
    struct totals *totals)
{
    int err = 0;
    for (int i = 0; i < EVENTS && !err; i++) {
        err = rt_crux_request_resolve(request, RT_CRUX_NOT_DONE);
        rt_crux_executor_run(rig->executor);
    }
    if (!err) err = rt_crux_request_resolve(request, RT_CRUX_DONE);
    rt_crux_executor_run(rig->executor);
    totals->ended += rt_object_live(RT_FUTURE) == 0;
    if (!err) {
        totals->refused +=
            rt_crux_request_resolve(request, RT_CRUX_NOT_DONE) == -EPIPE;
    }
    return err;
}

OL_NOINLINE static int run_round(struct rt_crux_rig *rig, struct totals *totals)
{
    struct rt_future *const listener =
        rt_crux_listener(rig->variant, &rig->shell, &totals->events);
    if (!listener) return -ENOMEM;
    int err = rt_crux_spawner_spawn(&rig->spawner, listener);
    if (err) return err;
    rt_crux_executor_run(rig->executor);
    struct rt_crux_request *const request = rt_crux_rig_take(rig);
    if (!request) return -EPROTO;
    err = answer(rig, request, totals);
    rt_crux_request_drop(request);
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct totals totals = {0};
    struct rt_crux_rig rig;
    int err = rt_crux_rig_init(&rig, config->variant);
    if (err) return err;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(&rig, &totals);
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "events", totals.events);
    rt_truth_add(out, "ended", totals.ended);
    rt_truth_add(out, "refused", totals.refused);
    rt_truth_add(out, "futures", rt_object_live(RT_FUTURE));
    rt_truth_add(out, "reqstates", rt_object_live(RT_REQUEST_STATE));
    rt_crux_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_crux_stream = {
    .name = "crux/stream",
    .summary = "a task that listens until it is told that this was all",
    .round = "a stream with three answers and the last one, then one too many",
    .variants = (const char *const[]){"0.9.0", "0.9.1", NULL},
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
