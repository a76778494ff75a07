/* pond_gated.c - Pond's leak #110, in exact numbers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_gated.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/held_task.h"
#include "reference-runtime/run/pond_repro.h"

struct gated {
    struct rt_pond_repro repro;
    struct rt_gate gate;
    long tasks; /* a round */
    size_t payload_bytes;
};

/* ---- What should be ---- */

static long peak_payloads(
    const struct rt_pond_variant *variant, long workers, long rounds)
{
    long peak = 0;
    for (long round = 1; round <= rounds; round++) {
        const long payloads =
            rt_pond_repro_remains(variant, workers, round).payloads;
        if (payloads > peak) peak = payloads;
    }
    return peak;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_pond_variant *const variant =
        rt_pond_variant_find(config->variant);
    const long workers = config->threads;
    const long rounds = config->rounds;
    const struct rt_pond_remains remains =
        rt_pond_repro_remains(variant, workers, rounds);
    const long tasks = (workers + RT_POND_REPRO_SURPLUS) * rounds;
    const long queued = rt_pond_repro_queued(variant, workers) * rounds;
    rt_truth_add(out, "direct", tasks - queued);
    rt_truth_add(out, "queued", queued);
    rt_truth_add(out, "nodes", 1);
    rt_truth_add(out, "dead_slots", remains.slots);
    rt_truth_add(out, "closures", remains.slots);
    rt_truth_add(out, "payloads", remains.payloads);
    rt_truth_add(out, "results", tasks);
    rt_truth_add(out, "peak_payloads", peak_payloads(variant, workers, rounds));
    rt_truth_add(out, "payloads_after_stop", remains.payloads);
    rt_truth_add(out, "left_over", 0);
}

/* The group's results are its own: W + 4 a round. */
static const char *finding(const struct rt_workload_config *config)
{
    const struct rt_pond_variant *const variant =
        rt_pond_variant_find(config->variant);
    if (variant->clears_slots || variant->dispatches)
        return "owner-bounded result 14.00";
    /* The first node of the queue holds 256 rounds, three hold 1216. */
    if (config->rounds <= 256) {
        return "closure STEADY 4.00, payload STEADY 1.00, "
               "owner-bounded result 14.00";
    }
    if (config->rounds <= 1216)
        return "owner-bounded result 14.00; it takes three teeth";
    return "closure SAWTOOTH, payload SAWTOOTH, owner-bounded result 14.00; "
           "teeth of 256, 384, 576 payloads";
}

/* ---- What is ---- */

static int submit_round(struct gated *gated, struct rt_payload *payload)
{
    int err = 0;
    for (long task = 0; task < gated->tasks && !err; task++) {
        err = rt_pond_group_submit(
            gated->repro.group, rt_held_task(&gated->gate, payload));
    }
    return err;
}

OL_NOINLINE static int run_round(struct gated *gated)
{
    struct rt_payload *const payload = rt_payload_create(gated->payload_bytes);
    if (!payload) return -ENOMEM;

    rt_gate_close(&gated->gate);
    const int err = submit_round(gated, payload);
    rt_gate_open(&gated->gate);
    rt_pond_wait_idle(gated->repro.pond);
    rt_object_end(&payload->object, "completed");
    rt_payload_unref(payload);
    return err;
}

static int run_rounds(struct gated *gated, long rounds, struct rt_truth *out)
{
    long peak = 0;
    for (long round = 0; round < rounds; round++) {
        const int err = run_round(gated);
        if (err) return err;
        rt_stack_scrub();
        ol_mark("round");
        const long payloads = rt_object_live(RT_PAYLOAD);
        if (payloads > peak) peak = payloads;
    }
    rt_pond_repro_state(&gated->repro, out);
    rt_truth_add(out, "peak_payloads", peak);
    /* Stopping drops nothing; only destroying does. */
    rt_pond_stop_and_wait(gated->repro.pond);
    rt_truth_add(out, "payloads_after_stop", rt_object_live(RT_PAYLOAD));
    return 0;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct gated gated = {
        .tasks = config->threads + RT_POND_REPRO_SURPLUS,
        .payload_bytes = config->payload_bytes,
    };
    rt_gate_init(&gated.gate);
    int err = rt_pond_repro_init(&gated.repro, config);
    if (!err) err = run_rounds(&gated, config->rounds, out);

    const int busy = rt_pond_repro_deinit(&gated.repro);
    const int held = rt_gate_deinit(&gated.gate);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy ? busy : held;
}

const struct rt_workload rt_workload_pond_gated = {
    .name = "pond/gated",
    .summary = "the queue keeps what was read (alitto/pond#110)",
    .round = "W + 4 tasks that share one payload, on W workers",
    .variants = (const char *const[]){"v2.3.2", "v2.1.6", "v2.2.0", "v2.3.1",
        "v2.3.3", "v2.6.2", "v2.7.0", "cancel-on-done", NULL},
    .rounds = 64,
    .sizes = (const long[]){256, 257, 320, 640, 641, 704, 1216, 1280, 1400, 0},
    .threads = 10,
    .payload_bytes = 4096,
    .finding = finding,
    .expect = expect,
    .run = run,
};
