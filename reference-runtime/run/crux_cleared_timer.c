/* crux_cleared_timer.c - Crux's #292: who waits for a timer waits on when it
 * is cleared.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_cleared_timer.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/payload.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/crux/crux_core.h"
#include "reference-runtime/crux/crux_executor.h"
#include "reference-runtime/crux/crux_timer.h"

/* The events. */
enum {
    START,
    CLEAR
};

/* The app's model: at most one timer at a time. */
struct model {
    const struct rt_crux_time_variant *variant;
    struct rt_crux_timer *timer; /* owner */
    intptr_t id;
    size_t payload_bytes;
    long ended; /* waits for a timer, one way or the other */
    int err;
};

/* ---- The task ---- */

struct task {
    struct rt_future future;
    struct model *model;        /* borrowed */
    struct rt_payload *payload; /* owner of a reference */
    struct rt_future *wait;     /* owner */
};

static void drop(struct rt_object *object)
{
    struct task *const task = (struct task *)object;
    rt_future_drop(task->wait);
    rt_payload_unref(task->payload);
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct task *const task = (struct task *)future;
    if (rt_future_poll(task->wait, waker) == RT_PENDING) return RT_PENDING;
    task->model->ended++;
    return rt_future_finish(future, task->wait->status, 0);
}

static const struct rt_future_type type = {
    .object = {.kind = RT_FUTURE, .drop = drop},
    .poll = poll,
};

static struct rt_future *create_task(struct model *model)
{
    struct task *const task = rt_future_create(&type, sizeof *task);
    if (!task) return NULL;
    task->model = model;
    task->payload = rt_payload_create(model->payload_bytes);
    task->wait = rt_crux_timer_await(model->timer);
    if (task->payload && task->wait) return &task->future;
    rt_future_drop(&task->future);
    return NULL;
}

/* ---- The app ---- */

static int start(struct model *model, struct rt_crux_capability *capability)
{
    model->timer =
        rt_crux_timer_create(model->variant, capability, model->id++);
    if (!model->timer) return -ENOMEM;
    struct rt_future *const task = create_task(model);
    return task ? rt_crux_capability_spawn(capability, task) : -ENOMEM;
}

static int clear(struct model *model)
{
    const int err = rt_crux_timer_clear(model->timer);
    rt_crux_timer_unref(model->timer);
    model->timer = NULL;
    return err;
}

static void update(
    void *env, struct rt_crux_item event, struct rt_crux_capability *capability)
{
    struct model *const model = env;
    const int err =
        event.value == START ? start(model, capability) : clear(model);
    if (err) model->err = err;
}

/* ---- What should be ---- */

static bool ends(const struct rt_workload_config *config)
{
    return rt_crux_time_variant_find(config->variant)->clear_ends;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long rounds = config->rounds;
    rt_truth_add(out, "ended", ends(config) ? rounds : 0);
    rt_truth_add(out, "payloads", ends(config) ? 0 : rounds);
    rt_truth_add(out, "slots", ends(config) ? 1 : rounds);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    if (ends(config)) return "none";
    return "payload STEADY 1.00, future STEADY 1.00, "
           "request-state STEADY 1.00, sleeper STEADY 1.00, "
           "owner-bounded future 1.00, owner-bounded slot 1.00, "
           "owner-bounded waker 1.00; the executor keeps what still waits";
}

/* ---- The shell ---- */

/* Takes the oldest request, which has to be that one, and lets go of it. */
static int take(struct rt_crux_core *core, intptr_t operation)
{
    struct rt_crux_request *const request = rt_crux_core_take(core);
    if (!request) return -ENOMEM;
    const bool meant = rt_crux_request_operation(request) == operation;
    rt_crux_request_drop(request);
    return meant ? 0 : -EPROTO;
}

/* It forgets the timer that is cleared: upstream asks it to say so first,
 * which not all shells do. */
OL_NOINLINE static int run_round(struct rt_crux_core *core, intptr_t id)
{
    const struct rt_crux_item started = {.value = START};
    const struct rt_crux_item cleared = {.value = CLEAR};
    rt_crux_core_process(core, started);
    int err = take(core, rt_crux_timer_operation(RT_CRUX_TIMER_NOTIFY, id));
    if (err) return err;
    rt_crux_core_process(core, cleared);
    return take(core, rt_crux_timer_operation(RT_CRUX_TIMER_CLEAR, id));
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct model model = {
        .variant = rt_crux_time_variant_find(config->variant),
        .payload_bytes = config->payload_bytes,
    };
    struct rt_crux_core *core = NULL;
    const struct rt_crux_app app = {update, &model};
    int err = rt_crux_core_create(rt_crux_variant_find("0.9.1"), app, &core);
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(core, round);
        if (!err) err = model.err;
        rt_stack_scrub();
        ol_mark("round");
    }
    if (!err) {
        rt_truth_add(out, "ended", model.ended);
        rt_truth_add(out, "payloads", rt_object_live(RT_PAYLOAD));
        rt_truth_add(out, "slots", (long)rt_crux_core_counts(core).slots);
    }
    rt_crux_timer_unref(model.timer);
    rt_crux_core_destroy(core);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_crux_cleared_timer = {
    .name = "crux/cleared-timer",
    .summary = "who waits for a timer that is cleared waits on (crux#292)",
    .round = "start a timer and clear it; the shell forgets it",
    .variants = (const char *const[]){"time-0.6.0", "time-0.7.0", NULL},
    .rounds = 64,
    .sizes = (const long[]){1000, 0},
    .payload_bytes = 4096,
    .finding = finding,
    .expect = expect,
    .run = run,
};
