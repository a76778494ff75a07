/* pond_free.c - Pond's leak #110, as its issue ran it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_free.h"

#include <errno.h>
#include <time.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/payload.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/pond_repro.h"

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long tasks =
        (config->threads + RT_POND_REPRO_SURPLUS) * config->rounds;
    rt_truth_add(out, "submitted", tasks);
    rt_truth_add(out, "succeeded", tasks);
    rt_truth_add(out, "results", tasks);
    rt_truth_add(out, "closures_minus_dead_slots", 0);
    rt_truth_add(out, "dead_slots_minus_formula", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    const struct rt_pond_variant *const variant =
        rt_pond_variant_find(config->variant);
    if (variant->clears_slots || variant->dispatches)
        return "owner-bounded result 14.00";
    return "any; closure and payload grow as fast as the scheduler lets them";
}

/* Long enough for the workers to be busy while the round is submitted. */
static int linger(const struct rt_pond_fn *self, long *value)
{
    static const struct timespec while_it_reads = {.tv_nsec = 300000};
    const struct rt_payload *const payload = self->env;
    nanosleep(&while_it_reads, NULL);
    *value = payload->bytes[0];
    return 0;
}

static struct rt_pond_fn make_task(struct rt_payload *payload)
{
    return (struct rt_pond_fn){
        .run = linger,
        .drop = rt_payload_drop,
        .env = rt_payload_ref(payload),
    };
}

OL_NOINLINE static int run_round(
    struct rt_pond_repro *repro, const struct rt_workload_config *config)
{
    struct rt_payload *const payload = rt_payload_create(config->payload_bytes);
    if (!payload) return -ENOMEM;

    int err = 0;
    const long tasks = config->threads + RT_POND_REPRO_SURPLUS;
    for (long task = 0; task < tasks && !err; task++)
        err = rt_pond_group_submit(repro->group, make_task(payload));
    rt_pond_wait_idle(repro->pond);
    rt_object_end(&payload->object, "completed");
    rt_payload_unref(payload);
    return err;
}

static void state(struct rt_pond_repro *repro,
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_pond_counts counts = rt_pond_counts(repro->pond);
    const long dead = (long)counts.dead_slots;
    const long formula = rt_pond_repro_dead_slots(
        rt_pond_variant(repro->pond), config->threads, (long)counts.queued);
    rt_truth_add(out, "submitted", (long)counts.submitted);
    rt_truth_add(out, "succeeded", (long)counts.succeeded);
    rt_truth_add(out, "results", rt_object_live(RT_RESULT));
    rt_truth_add(
        out, "closures_minus_dead_slots", rt_object_live(RT_CLOSURE) - dead);
    rt_truth_add(out, "dead_slots_minus_formula", dead - formula);
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_pond_repro repro;
    int err = rt_pond_repro_init(&repro, config);
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(&repro, config);
        rt_stack_scrub();
        ol_mark("round");
    }
    if (!err) state(&repro, config, out);

    const int busy = rt_pond_repro_deinit(&repro);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

const struct rt_workload rt_workload_pond_free = {
    .name = "pond/free",
    .summary = "as pond/gated, but the scheduler decides (alitto/pond#110)",
    .round = "W + 4 tasks that share one payload, on W workers",
    .variants = (const char *const[]){"v2.3.2", "v2.1.6", "v2.2.0", "v2.3.1",
        "v2.3.3", "v2.6.2", "v2.7.0", "cancel-on-done", NULL},
    .rounds = 64,
    .threads = 10,
    .payload_bytes = 4096,
    .finding = finding,
    .expect = expect,
    .run = run,
};
