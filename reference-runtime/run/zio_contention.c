/* zio_contention.c - gets that wait while the only item is invalidated.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_contention.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_rig.h"

enum {
    USERS = 10
};

struct user {
    struct rt_scope *scope; /* owner; NULL once closed */
    struct rt_task *get;    /* owner */
};

/* When nothing goes on any more. */
struct outcome {
    long allocated;
    long finalized;
    long parked;
    long size;
    long free;
};

/* ---- What should be ---- */

static bool hangs(const struct rt_workload_config *config)
{
    return !rt_zio_rig_variant(config)->refills_for_waiters;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const bool hung = hangs(config);
    const long made = hung ? 1 : USERS;
    rt_truth_add(out, "allocated", made * config->rounds);
    rt_truth_add(out, "finalized", made * config->rounds);
    rt_truth_add(out, "parked", hung ? (USERS - 1) * config->rounds : 0);
    rt_truth_add(out, "size", 0);
    rt_truth_add(out, "free", hung ? 1 - USERS : 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(config,
        hangs(config) ? "none; nine gets wait for ever, but no more" : "none");
}

/* ---- What is ---- */

/* Invalidates and returns the item of a user that has one. Returns whether it
 * had, or a negative errno. */
static int finish_user(struct rt_zio_rig *rig, struct user *user)
{
    intptr_t item = 0;
    if (!user->scope || !rt_task_is_done(user->get)) return false;
    int err = rt_zio_scene_result(user->get, &item);
    if (!err) err = rt_zio_pool_invalidate(rig->pool, (struct rt_object *)item);
    const int stuck = rt_zio_scene_close(&rig->scene, user->scope, 0);
    user->scope = NULL;
    if (err || stuck) return err ? err : stuck;
    return true;
}

static int start_user(struct rt_zio_rig *rig, struct user *user)
{
    user->scope = rt_scope_create();
    if (!user->scope) return -ENOMEM;
    user->get = rt_zio_scene_start(
        &rig->scene, rt_zio_pool_get(rig->pool, user->scope));
    return user->get ? 0 : -ENOMEM;
}

static int run_users(struct rt_zio_rig *rig, struct user *users)
{
    int err = rt_zio_rig_open(rig);
    for (int i = 0; i < USERS && !err; i++)
        err = start_user(rig, &users[i]);

    int moved = true;
    while (!err && moved) {
        moved = false;
        for (int i = 0; i < USERS && !err; i++) {
            const int done = finish_user(rig, &users[i]);
            if (done < 0) err = done;
            if (done > 0) moved = true;
        }
    }
    return err;
}

static void add_outcome(const struct rt_zio_rig *rig, struct outcome *out)
{
    const struct rt_zio_counts counts = rt_zio_pool_counts(rig->pool);
    out->allocated += atomic_load(&rig->maker.acquired);
    out->finalized += atomic_load(&rig->maker.released);
    out->parked += (long)counts.waiting;
    out->size = counts.size;
    out->free = counts.free;
}

/* Who still waits is interrupted by the end of the pool. */
static int end_users(struct rt_zio_rig *rig, struct user *users)
{
    int err = rt_zio_scene_stop(&rig->scene);
    for (int i = 0; i < USERS; i++) {
        int stuck = 0;
        if (users[i].scope)
            stuck = rt_zio_scene_close(&rig->scene, users[i].scope, 0);
        rt_task_unref(users[i].get);
        if (!err) err = stuck;
    }
    return err;
}

OL_NOINLINE static int run_round(
    const struct rt_workload_config *config, struct outcome *outcome)
{
    const struct rt_zio_rig_options options = {
        .variant = config->variant, .max = 1};
    struct user users[USERS] = {{0}};
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    err = run_users(&rig, users);
    add_outcome(&rig, outcome);
    const int stuck = end_users(&rig, users);
    const int busy = rt_zio_rig_deinit(&rig);
    if (err || stuck) return err ? err : stuck;
    return busy;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct outcome outcome = {0};
    for (long round = 0; round < config->rounds; round++) {
        const int err = run_round(config, &outcome);
        if (err) return err;
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "allocated", outcome.allocated);
    rt_truth_add(out, "finalized", outcome.finalized);
    rt_truth_add(out, "parked", outcome.parked);
    rt_truth_add(out, "size", outcome.size);
    rt_truth_add(out, "free", outcome.free);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return 0;
}

const struct rt_workload rt_workload_zio_contention = {
    .name = "zio-pool/contention",
    .summary = "gets that nobody makes an item for (zio/zio#8820)",
    .round = "10 users get, invalidate and return; a pool of 0 to 1",
    .variants = (const char *const[]){"2.0", "rc6", "2.1.8", "pr9163",
        "main-9164", "2.1.9", "2.1.13", "2.1.14", "ideal", NULL},
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
