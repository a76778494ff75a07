/* pond_gated.c - Pond's leak #110, in exact numbers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_gated.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/gate.h"
#include "reference-runtime/payload.h"
#include "reference-runtime/run/pond_repro.h"
#include "reference-runtime/stack_scrub.h"

struct gated {
    struct rt_pond_repro repro;
    struct rt_gate gate;
    long tasks; /* a round */
    size_t payload_bytes;
};

/* ---- What should be ---- */

static struct rt_pond_remains remains_after(
    const struct rt_workload_config *config, long rounds)
{
    const struct rt_pond_variant *const variant =
        rt_pond_variant_find(config->variant);
    if (variant->clears_slots) return (struct rt_pond_remains){0};
    return rt_pond_repro_remains(RT_POND_REPRO_SURPLUS * rounds, 1024,
        100L * 1024, RT_POND_REPRO_SURPLUS);
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long rounds = config->rounds;
    const struct rt_pond_remains remains = remains_after(config, rounds);
    long peak = 0;
    for (long round = 1; round <= rounds; round++) {
        const long payloads = remains_after(config, round).payloads;
        if (payloads > peak) peak = payloads;
    }
    rt_truth_add(out, "direct", config->threads * rounds);
    rt_truth_add(out, "queued", RT_POND_REPRO_SURPLUS * rounds);
    rt_truth_add(out, "nodes", 1);
    rt_truth_add(out, "dead_slots", remains.slots);
    rt_truth_add(out, "closures", remains.slots);
    rt_truth_add(out, "payloads", remains.payloads);
    rt_truth_add(
        out, "results", (config->threads + RT_POND_REPRO_SURPLUS) * rounds);
    rt_truth_add(out, "peak_payloads", peak);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    if (remains_after(config, 1).slots == 0) return "none";
    /* The first node of the queue holds 256 rounds. */
    if (config->rounds <= 256)
        return "closure STEADY 4.00, payload STEADY 1.00";
    return "closure and payload SAWTOOTH, growing teeth";
}

/* ---- What is ---- */

static int hold(const struct rt_pond_fn *self, long *value)
{
    const struct rt_payload *const payload = self->env;
    rt_gate_pass(self->shared);
    *value = payload->bytes[0];
    return 0;
}

static int submit_round(struct gated *gated, struct rt_payload *payload)
{
    int err = 0;
    for (long task = 0; task < gated->tasks && !err; task++) {
        const struct rt_pond_fn fn = {
            .run = hold,
            .drop = rt_pond_repro_drop_payload,
            .env = rt_payload_ref(payload),
            .shared = &gated->gate,
        };
        err = rt_pond_group_submit(gated->repro.group, fn);
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

const struct rt_workload rt_pond_gated = {
    .name = "pond/gated",
    .summary = "the queue keeps what was read (alitto/pond#110)",
    .round = "W + 4 tasks that share one payload, on W workers",
    .variants = (const char *const[]){"v2.3.2", "v2.2.0", "v2.3.1", "v2.3.3",
        "v2.6.2", "v2.7.0", "cancel-on-done", NULL},
    .rounds = 64,
    .threads = 10,
    .payload_bytes = 4096,
    .finding = finding,
    .expect = expect,
    .run = run,
};
