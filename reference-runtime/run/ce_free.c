/* ce_free.c - many threads wait for one deferred, or fiber, and give up.
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
#include "reference-runtime/run/ce_venue.h"

enum {
    GETS = 16, /* a thread and round */
    WINDOW = 4 /* so many of them wait at once */
};

struct crowd {
    const struct rt_ce_venue *venue;
    struct rt_object *never;   /* owner; completed by nobody */
    struct rt_object *once;    /* owner; this round's */
    struct rt_gate gate;       /* until the threads have been counted */
    pthread_barrier_t barrier; /* for all threads and the one that marks */
    pthread_t *threads;        /* owner */
    long count;                /* of threads */
    atomic_long cancelled;     /* by the threads */
    long settled;              /* and those by their leader */
    atomic_long told;
    atomic_long completed;
    atomic_int error;
};

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_ce_venue *const venue = config->shape;
    const enum rt_ce_pack pack = venue->pack(config->variant);
    const long gets = config->threads * config->rounds * GETS;
    rt_truth_add(out, "cancelled", gets);
    rt_truth_add(out, "completed", config->rounds);
    rt_truth_add(out, "told", config->threads * config->rounds);
    rt_truth_add(out, "linked_minus_cleared", 0);
    rt_truth_add(out, "nodes_minus_linked", 0);
    rt_truth_add(out, "callbacks", 0);
    rt_truth_add(out, "limbo", 0);
    if (pack == RT_CE_PACK_NONE) {
        const bool is_map = venue->is_map(config->variant);
        rt_truth_add(out, "linked", is_map ? 0 : gets);
    } else {
        rt_truth_add(out, "pushed_minus_unlinked_minus_linked", 0);
        rt_truth_add(out, "counter_minus_cancelled_plus_packed", 0);
        rt_truth_add(out, "unlinked_over_packed", 0);
    }
    if (pack == RT_CE_PACK_LOCK) {
        rt_truth_add(out, "linked", 0);
        rt_truth_add(out, "clear_counter", 0);
        rt_truth_add(out, "packing_peak", 1);
    }
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    const struct rt_ce_venue *const venue = config->shape;
    const enum rt_ce_pack pack = venue->pack(config->variant);
    if (pack == RT_CE_PACK_LOCK || venue->is_map(config->variant))
        return "none";
    if (pack == RT_CE_PACK_CAS)
        return "any; how far the count goes off is up to the scheduler";
    return config->threads == 8 ? "stack-node STEADY 128.00"
                                : "any; stack-node STEADY, 16.00 a thread";
}

/* ---- A thread ---- */

/* Has `fire` called, or nothing, when that is complete. Returns RT_CE_READY,
 * RT_CE_PARKED or -ENOMEM. */
static int wait_for(struct crowd *crowd, struct rt_object *object,
    int (*fire)(intptr_t value, void *env), struct rt_ce_wait *wait_out)
{
    const struct rt_ce_callback_fn fn = {.fire = fire, .env = crowd};
    struct rt_ce_callback *const callback = rt_ce_callback_create(fn);
    if (!callback) return -ENOMEM;
    const int got = crowd->venue->wait(object, callback, wait_out);
    rt_ce_callback_unref(callback);
    return got;
}

static int tell(intptr_t value, void *env)
{
    struct crowd *const crowd = env;
    atomic_fetch_add(&crowd->told, value);
    return 0;
}

/* Waits for what this round completes; the value is 1. */
static void ask(struct crowd *crowd, struct rt_ce_wait *wait_out)
{
    const int got = wait_for(crowd, crowd->once, tell, wait_out);
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
        const int got = wait_for(crowd, crowd->never, NULL, wait);
        if (got < 0) atomic_store(&crowd->error, got);
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
    if (crowd->venue->complete(crowd->once, 1))
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

/* With nothing to complete, the threads end. */
static void start_round(struct crowd *crowd, struct rt_object *once)
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
            crowd->venue->counts(crowd->never);
        if (counts.stack.linked == 0) return 0;
        struct rt_ce_wait wait;
        const int got = wait_for(crowd, crowd->never, NULL, &wait);
        if (got < 0) return got;
        rt_ce_wait_cancel(&wait);
        crowd->settled++;
    }
}

OL_NOINLINE static int lead_round(
    struct crowd *crowd, const struct rt_workload_config *config)
{
    struct rt_object *const once = crowd->venue->create(config->variant);
    if (!once) return -ENOMEM;
    start_round(crowd, once);
    pthread_barrier_wait(&crowd->barrier);
    rt_object_unref(once);
    const int err = atomic_load(&crowd->error);
    if (err || crowd->venue->pack(config->variant) != RT_CE_PACK_LOCK)
        return err;
    return settle(crowd);
}

static int lead(struct crowd *crowd, const struct rt_workload_config *config)
{
    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = lead_round(crowd, config);
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

static void state(
    struct crowd *crowd, enum rt_ce_pack pack, struct rt_truth *out)
{
    const struct rt_ce_event_counts counts = crowd->venue->counts(crowd->never);
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
    if (pack == RT_CE_PACK_NONE) {
        rt_truth_add(out, "linked", stack->linked);
        return;
    }
    rt_truth_add(out, "pushed_minus_unlinked_minus_linked",
        stack->pushed - stack->unlinked - stack->linked);
    rt_truth_add(out, "counter_minus_cancelled_plus_packed",
        counts.clear_counter - cancelled - crowd->settled + stack->packed);
    rt_truth_add(out, "unlinked_over_packed", over > 0 ? over : 0);
    if (pack == RT_CE_PACK_LOCK) {
        rt_truth_add(out, "linked", stack->linked);
        rt_truth_add(out, "clear_counter", counts.clear_counter);
        rt_truth_add(out, "packing_peak", stack->packing_peak);
    }
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_ce_venue *const venue = config->shape;
    struct crowd crowd = {
        .venue = venue,
        .never = venue->create(config->variant),
    };
    if (!crowd.never) return -ENOMEM;
    const int err = run_crowd(&crowd, config);
    if (!err) state(&crowd, venue->pack(config->variant), out);
    rt_object_unref(crowd.never);
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
    .shape = &rt_ce_venue_deferred,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_join_free = {
    .name = "cats-join/free",
    .summary = "joins that give up, of many threads at once",
    .round = "16 joins a thread, cancelled, and one that is told",
    .variants = (const char *const[]){"unpacked", "packed", NULL},
    .rounds = 64,
    .threads = 8,
    .shape = &rt_ce_venue_fiber,
    .finding = finding,
    .expect = expect,
    .run = run,
};
