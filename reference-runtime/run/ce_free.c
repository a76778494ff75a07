/* ce_free.c - many threads get from one deferred at once, and give up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_free.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/epoch.h"
#include "reference-runtime/core/gate.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/ce_stage.h"

enum {
    GETS = 16, /* a thread and round */
    WINDOW = 4 /* so many of them wait at once */
};

struct crowd {
    struct rt_ce_deferred *never; /* owner; completed by nobody */
    struct rt_ce_deferred *once;  /* owner; this round's */
    struct rt_gate gate;          /* until the threads have been counted */
    pthread_barrier_t barrier;    /* for all threads and the one that marks */
    pthread_t *threads;           /* owner */
    long count;                   /* of threads */
    atomic_long cancelled;        /* by the threads */
    long settled;                 /* and those by their leader */
    atomic_long told;
    atomic_long completed;
    atomic_int error;
};

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    const long gets = config->threads * config->rounds * GETS;
    rt_truth_add(out, "cancelled", gets);
    rt_truth_add(out, "completed", config->rounds);
    rt_truth_add(out, "told", config->threads * config->rounds);
    rt_truth_add(out, "linked_minus_cleared", 0);
    rt_truth_add(out, "nodes_minus_linked", 0);
    rt_truth_add(out, "callbacks", 0);
    rt_truth_add(out, "limbo", 0);
    if (variant->pack == RT_CE_PACK_NONE) {
        rt_truth_add(out, "linked", variant->is_map ? 0 : gets);
    } else {
        rt_truth_add(out, "pushed_minus_unlinked_minus_linked", 0);
        rt_truth_add(out, "counter_minus_cancelled_plus_packed", 0);
        rt_truth_add(out, "unlinked_over_packed", 0);
    }
    if (variant->pack == RT_CE_PACK_LOCK) {
        rt_truth_add(out, "linked", 0);
        rt_truth_add(out, "clear_counter", 0);
        rt_truth_add(out, "packing_peak", 1);
    }
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    if (variant->is_map || variant->pack == RT_CE_PACK_LOCK) return "none";
    if (variant->pack == RT_CE_PACK_CAS)
        return "any; how far the count goes off is up to the scheduler";
    return config->threads == 8 ? "stack-node STEADY 128.00"
                                : "any; stack-node STEADY, 16.00 a thread";
}

/* ---- A thread ---- */

static int tell(intptr_t value, void *env)
{
    struct crowd *const crowd = env;
    atomic_fetch_add(&crowd->told, value);
    return 0;
}

/* Waits for this round's deferred; the value is 1. */
static void ask(struct crowd *crowd, struct rt_ce_wait *wait_out)
{
    struct rt_ce_callback *const callback = rt_ce_callback_create(
        (struct rt_ce_callback_fn){.fire = tell, .env = crowd});
    const int got = callback
                        ? rt_ce_deferred_get(crowd->once, callback, wait_out)
                        : -ENOMEM;
    rt_ce_callback_unref(callback);
    if (got == RT_CE_READY) atomic_fetch_add(&crowd->told, 1);
    if (got < 0) atomic_store(&crowd->error, got);
}

static void give_up(struct crowd *crowd, struct rt_ce_wait *wait)
{
    if (wait->event && rt_ce_wait_cancel(wait))
        atomic_fetch_add(&crowd->cancelled, 1);
}

static void get_and_give_up(struct crowd *crowd)
{
    struct rt_ce_wait window[WINDOW] = {0};
    for (int get = 0; get < GETS; get++) {
        struct rt_ce_wait *const wait = &window[get % WINDOW];
        give_up(crowd, wait);
        const int err = rt_ce_park(crowd->never, NULL, wait);
        if (err) atomic_store(&crowd->error, err);
    }
    for (int i = 0; i < WINDOW; i++)
        give_up(crowd, &window[i]);
}

/* All try to complete it; one does. */
OL_NOINLINE static void run_round(struct crowd *crowd)
{
    struct rt_ce_wait wait = {0};
    ask(crowd, &wait);
    get_and_give_up(crowd);
    if (rt_ce_deferred_complete(crowd->once, 1, NULL))
        atomic_fetch_add(&crowd->completed, 1);
    rt_ce_wait_drop(&wait);
}

static void *take_part(void *env)
{
    struct crowd *const crowd = env;
    rt_gate_pass(&crowd->gate);
    for (;;) {
        pthread_barrier_wait(&crowd->barrier);
        if (!crowd->once) return NULL;
        run_round(crowd);
        rt_stack_scrub();
        pthread_barrier_wait(&crowd->barrier);
    }
}

/* ---- The one that marks ---- */

/* Without a deferred, the threads end. */
static void start_round(struct crowd *crowd, struct rt_ce_deferred *once)
{
    crowd->once = once;
    pthread_barrier_wait(&crowd->barrier);
}

/* A thread that comes to pack while another does goes away again, and the
 * next turn is at twice the count: what is left at the end of a round is up to
 * the scheduler. Gives up gets, alone, until one has its turn: it takes all. */
static int settle(struct crowd *crowd)
{
    for (;;) {
        const struct rt_ce_event_counts counts =
            rt_ce_deferred_counts(crowd->never);
        if (counts.stack.linked == 0) return 0;
        struct rt_ce_wait wait;
        const int err = rt_ce_park(crowd->never, NULL, &wait);
        if (err) return err;
        rt_ce_wait_cancel(&wait);
        crowd->settled++;
    }
}

OL_NOINLINE static int lead_round(
    struct crowd *crowd, const struct rt_ce_variant *variant)
{
    struct rt_ce_deferred *const once = rt_ce_deferred_create(variant);
    if (!once) return -ENOMEM;
    start_round(crowd, once);
    pthread_barrier_wait(&crowd->barrier);
    rt_ce_deferred_unref(once);
    const int err = atomic_load(&crowd->error);
    if (err || variant->pack != RT_CE_PACK_LOCK) return err;
    return settle(crowd);
}

static int lead(struct crowd *crowd, const struct rt_workload_config *config)
{
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = lead_round(crowd, variant);
        rt_stack_scrub();
        ol_mark("round");
    }
    return err;
}

static int start_threads(struct crowd *crowd, long count)
{
    crowd->threads = calloc((size_t)count, sizeof *crowd->threads);
    if (!crowd->threads) return -ENOMEM;
    int err = 0;
    while (crowd->count < count && !err) {
        err = -pthread_create(
            &crowd->threads[crowd->count], NULL, take_part, crowd);
        if (!err) crowd->count++;
    }
    return err;
}

/* They have all been given their places: the barrier knows how many. */
static void end_threads(struct crowd *crowd)
{
    start_round(crowd, NULL);
    for (long i = 0; i < crowd->count; i++)
        pthread_join(crowd->threads[i], NULL);
    free(crowd->threads);
}

static int run_crowd(
    struct crowd *crowd, const struct rt_workload_config *config)
{
    rt_gate_init(&crowd->gate);
    int err = start_threads(crowd, config->threads);
    pthread_barrier_init(&crowd->barrier, NULL, (unsigned)(crowd->count + 1));
    rt_gate_open(&crowd->gate);
    if (!err) err = lead(crowd, config);
    end_threads(crowd);
    pthread_barrier_destroy(&crowd->barrier);
    const int held = rt_gate_deinit(&crowd->gate);
    return err ? err : held;
}

/* ---- What is ---- */

static void state(struct crowd *crowd, const struct rt_ce_variant *variant,
    struct rt_truth *out)
{
    const struct rt_ce_event_counts counts =
        rt_ce_deferred_counts(crowd->never);
    const struct rt_ce_stack_counts *const stack = &counts.stack;
    const long cancelled = atomic_load(&crowd->cancelled);
    const long over = stack->unlinked - stack->packed - stack->bottoms;
    rt_truth_add(out, "cancelled", cancelled);
    rt_truth_add(out, "completed", atomic_load(&crowd->completed));
    rt_truth_add(out, "told", atomic_load(&crowd->told));
    rt_truth_add(
        out, "linked_minus_cleared", stack->linked - stack->linked_cleared);
    rt_truth_add(out, "nodes_minus_linked", rt_ce_live_nodes() - stack->linked);
    rt_truth_add(out, "callbacks", rt_object_live(RT_CALLBACK));
    rt_truth_add(out, "limbo", (long)rt_epoch_quiesce());
    if (variant->pack == RT_CE_PACK_NONE) {
        rt_truth_add(out, "linked", stack->linked);
        return;
    }
    rt_truth_add(out, "pushed_minus_unlinked_minus_linked",
        stack->pushed - stack->unlinked - stack->linked);
    rt_truth_add(out, "counter_minus_cancelled_plus_packed",
        counts.clear_counter - cancelled - crowd->settled + stack->packed);
    rt_truth_add(out, "unlinked_over_packed", over > 0 ? over : 0);
    if (variant->pack == RT_CE_PACK_LOCK) {
        rt_truth_add(out, "linked", stack->linked);
        rt_truth_add(out, "clear_counter", counts.clear_counter);
        rt_truth_add(out, "packing_peak", stack->packing_peak);
    }
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    struct crowd crowd = {.never = rt_ce_deferred_create(variant)};
    if (!crowd.never) return -ENOMEM;
    const int err = run_crowd(&crowd, config);
    if (!err) state(&crowd, variant, out);
    rt_ce_deferred_unref(crowd.never);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_ce_free = {
    .name = "cats-deferred/free",
    .summary = "gets that give up, of many threads at once",
    .round = "16 gets a thread, cancelled, and one that is told",
    .variants = rt_ce_variants,
    .rounds = 64,
    .threads = 8,
    .finding = finding,
    .expect = expect,
    .run = run,
};
