/* crux_chaos.c - Crux's executor under threads: futures that wake themselves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_chaos.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/crux/crux_executor.h"
#include "reference-runtime/run/crux_tree.h"

enum {
    JUDGED = 10, /* rounds that outlive wants to see */
    TREES = 10
};

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long trees = TREES * config->rounds;
    rt_truth_add(out, "nodes", trees * RT_CRUX_TREE_NODES);
    rt_truth_add(out, "spawned", 0);
    rt_truth_add(out, "woken", 0);
    rt_truth_add(out, "tasks", 0);
    rt_truth_add(out, "futures", 0);
    rt_truth_add(out, "wakers", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return config->rounds < JUDGED ? "unjudged; too few rounds" : "none";
}

/* ---- What is ---- */

struct chaos {
    struct rt_crux_executor *executor; /* owner */
    struct rt_crux_spawner spawner;    /* owner */
    atomic_long nodes;
    pthread_t *threads; /* owner */
    long count;
};

static void *serve(void *arg)
{
    const struct chaos *const chaos = arg;
    rt_crux_executor_run(chaos->executor);
    return NULL;
}

/* Returns 0, or what kept it from starting all; those that run are joined. */
static int serve_by_threads(struct chaos *chaos)
{
    int err = 0;
    long started = 0;
    while (started < chaos->count && !err) {
        err = -pthread_create(&chaos->threads[started], NULL, serve, chaos);
        started += !err;
    }
    while (started-- > 0)
        pthread_join(chaos->threads[started], NULL);
    return err;
}

OL_NOINLINE static int spawn_tree(struct chaos *chaos, uint32_t seed)
{
    struct rt_future *const tree = rt_crux_tree(seed, &chaos->nodes);
    if (!tree) return -ENOMEM;
    return rt_crux_spawner_spawn(&chaos->spawner, tree);
}

static int run_round(struct chaos *chaos, long round)
{
    int err = 0;
    for (long tree = 0; tree < TREES && !err; tree++)
        err = spawn_tree(chaos, (uint32_t)(round * TREES + tree + 1));
    return err ? err : serve_by_threads(chaos);
}

static void state(struct chaos *chaos, struct rt_truth *out)
{
    const struct rt_crux_executor_counts counts =
        rt_crux_executor_counts(chaos->executor);
    rt_truth_add(out, "nodes", atomic_load(&chaos->nodes));
    rt_truth_add(out, "spawned", (long)counts.spawned);
    rt_truth_add(out, "woken", (long)counts.woken);
    rt_truth_add(out, "tasks", rt_object_live(RT_TASK));
    rt_truth_add(out, "futures", rt_object_live(RT_FUTURE));
    rt_truth_add(out, "wakers", rt_object_live(RT_WAKER));
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct chaos chaos = {.count = config->threads};
    chaos.threads = calloc((size_t)chaos.count, sizeof *chaos.threads);
    if (!chaos.threads) return -ENOMEM;
    int err = rt_crux_executor_create(
        rt_crux_variant_find(config->variant), &chaos.executor, &chaos.spawner);
    if (err) goto fail_executor;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(&chaos, round);
        rt_stack_scrub();
        ol_mark("round");
    }
    state(&chaos, out);
    rt_crux_executor_destroy(chaos.executor);
    rt_crux_spawner_drop(&chaos.spawner);
    rt_truth_add(out, "left_over", rt_object_live_all());

fail_executor:
    free(chaos.threads);
    return err;
}

const struct rt_workload rt_workload_crux_chaos = {
    .name = "crux/chaos",
    .summary = "threads share an executor; futures wake themselves at random",
    .round = "10 futures of 1957 nodes, polled by all threads until done",
    .variants = (const char *const[]){"0.9.1", "0.9.0", NULL},
    .rounds = 64,
    .sizes = (const long[]){10, 0},
    .threads = 10,
    .finding = finding,
    .expect = expect,
    .run = run,
};
