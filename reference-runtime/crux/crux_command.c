/* crux_command.c - tasks that run together, and what they ask and say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_command.h"

#include <errno.h>

#include "reference-runtime/crux/crux_command_waker.h"
#include "reference-runtime/crux/crux_slab.h"

struct rt_crux_command {
    struct rt_object object;
    const struct rt_crux_command_variant *variant; /* borrowed */
    struct rt_crux_context *context;               /* owner of a reference */
    struct rt_crux_context_ends ends;              /* owner */
    struct rt_crux_slab tasks;                     /* owner of command tasks */
    struct rt_crux_sender waking;           /* owner; cloned into wakers */
    struct rt_crux_receiver ready;          /* owner; of numbers */
    struct rt_crux_atomic_waker *host;      /* owner of a reference */
    struct rt_crux_abort_handle *aborting;  /* owner of a reference */
    struct rt_crux_command_counts finished; /* only what became of tasks */
};

/* ---- Tasks that end ---- */

static void drop_tasks(struct rt_crux_command *command, const char *how)
{
    for (uint32_t number = 0; number < command->tasks.used; number++) {
        struct rt_crux_command_task *const task =
            rt_crux_slab_remove(&command->tasks, number);
        if (task) rt_crux_command_task_drop(task, how);
    }
}

static void drop_unspawned(struct rt_crux_command *command)
{
    struct rt_crux_item item = {0};
    while (rt_crux_receiver_take(&command->ends.spawned, &item) == 0) {
        rt_crux_command_task_drop(
            (struct rt_crux_command_task *)item.object, "aborted");
    }
}

/* ---- The object ---- */

static void drop(struct rt_object *object)
{
    struct rt_crux_command *const command = (struct rt_crux_command *)object;
    drop_tasks(command, "cancelled");
    (void)rt_crux_slab_deinit(&command->tasks);
    rt_crux_context_ends_drop(&command->ends);
    rt_crux_receiver_drop(&command->ready);
    rt_crux_sender_drop(&command->waking);
    rt_crux_context_unref(command->context);
    rt_crux_abort_handle_unref(command->aborting);
    rt_crux_atomic_waker_unref(command->host);
}

static void each_task_edge(
    const struct rt_crux_command *command, rt_object_edge_fn visit, void *env)
{
    for (uint32_t number = 0; number < command->tasks.used; number++) {
        const struct rt_crux_command_task *const task =
            rt_crux_slab_get(&command->tasks, number);
        if (task) visit(&command->object, "task", &task->object, true, env);
    }
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_command *const command =
        (const struct rt_crux_command *)object;
    each_task_edge(command, visit, env);
    visit(object, "context", &command->context->object, true, env);
    rt_crux_receiver_each_edge(&command->ends.effects, object, visit, env);
    rt_crux_receiver_each_edge(&command->ends.events, object, visit, env);
    rt_crux_receiver_each_edge(&command->ends.spawned, object, visit, env);
    rt_crux_sender_each_edge(&command->waking, object, visit, env);
    rt_crux_receiver_each_edge(&command->ready, object, visit, env);
    visit(
        object, "host", rt_crux_atomic_waker_object(command->host), true, env);
    visit(object, "aborting", rt_crux_abort_handle_object(command->aborting),
        true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_command, context, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(
        struct rt_crux_command, ends.effects.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(
        struct rt_crux_command, ends.events.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(
        struct rt_crux_command, ends.spawned.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_command, tasks.slots, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_command, ready.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_command, host, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_command, aborting, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_COMMAND,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

/* Half made, it can be dropped. */
static int make_parts(struct rt_crux_command *command)
{
    const struct rt_crux_command_variant *const variant = command->variant;
    command->context = rt_crux_context_create(variant, &command->ends);
    command->host = rt_crux_atomic_waker_create();
    if (!command->context || !command->host) return -ENOMEM;
    command->aborting = rt_crux_abort_handle_create(variant, command->host);
    if (!command->aborting) return -ENOMEM;
    return rt_crux_channel_open(&command->waking, &command->ready);
}

struct rt_crux_command *rt_crux_command_create(
    const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const command =
        rt_object_create(&type, sizeof *command);
    if (!command) return NULL;
    command->variant = variant;
    rt_crux_slab_init(&command->tasks);
    if (make_parts(command) == 0) return command;
    rt_crux_command_unref(command);
    return NULL;
}

void rt_crux_command_unref(struct rt_crux_command *command)
{
    if (command) rt_object_unref(&command->object);
}

const struct rt_object *rt_crux_command_object(
    const struct rt_crux_command *command)
{
    return &command->object;
}

const struct rt_crux_command_variant *rt_crux_command_variant(
    const struct rt_crux_command *command)
{
    return command->variant;
}

struct rt_crux_context *rt_crux_command_context(struct rt_crux_command *command)
{
    return command->context;
}

int rt_crux_command_spawn(
    struct rt_crux_command *command, struct rt_future *future)
{
    struct rt_crux_join_handle *const handle =
        rt_crux_context_spawn(command->context, future);
    if (!handle) return -ENOMEM;
    rt_crux_join_handle_unref(handle);
    return 0;
}

struct rt_crux_abort_handle *rt_crux_command_abort_handle(
    struct rt_crux_command *command)
{
    return rt_crux_abort_handle_ref(command->aborting);
}

/* ---- Running ---- */

/* Gives a spawned task its number, and has it polled. */
static int place(
    struct rt_crux_command *command, struct rt_crux_command_task *task)
{
    int err = rt_crux_slab_reserve(&command->tasks);
    if (err) goto fail_reserve;
    const uint32_t number = rt_crux_slab_insert(&command->tasks, task);
    rt_crux_join_handle_arm(
        task->handle, number, &command->waking, command->host);
    const struct rt_crux_item item = {.value = (intptr_t)number};
    err = rt_crux_sender_send(&command->waking, item);
    if (err) goto fail_send;
    return 0;

fail_send:
    rt_crux_slab_remove(&command->tasks, number);
fail_reserve:
    rt_crux_join_handle_end(task->handle);
    rt_crux_command_task_drop(task, "failed");
    return err;
}

static int place_spawned(struct rt_crux_command *command)
{
    int err = 0;
    struct rt_crux_item item = {0};
    while (!err && rt_crux_receiver_take(&command->ends.spawned, &item) == 0)
        err = place(command, (struct rt_crux_command_task *)item.object);
    return err;
}

/* Returns how the task has ended, or NULL while it has not. */
static const char *poll_task(struct rt_crux_command *command,
    struct rt_crux_command_task *task, struct rt_crux_command_waker *waker)
{
    if (rt_crux_join_handle_is_aborted(task->handle)) {
        command->finished.aborted++;
        return "aborted";
    }
    const struct rt_waker shown = rt_crux_command_waker_borrow(waker);
    ol_woken(task);
    ol_enter(task);
    const enum rt_poll state = rt_future_poll(task->future, &shown);
    ol_leave(task);
    if (state == RT_READY) {
        command->finished.completed++;
        return "completed";
    }
    if (rt_crux_command_waker_is_abandoned(waker, command->variant)) {
        command->finished.evicted++;
        return "cancelled";
    }
    ol_waits(task, waker);
    return NULL;
}

/* A number may be that of a task that is gone, or of another that has it now;
 * that one bears being polled. */
static void run_task(struct rt_crux_command *command, uint32_t number,
    struct rt_crux_command_waker *waker)
{
    struct rt_crux_command_task *const task =
        rt_crux_slab_get(&command->tasks, number);
    if (!task) return;
    rt_crux_command_waker_set_number(waker, number);
    const char *const how = poll_task(command, task, waker);
    if (!how) return;
    rt_crux_slab_remove(&command->tasks, number);
    rt_crux_join_handle_end(task->handle);
    rt_crux_command_task_drop(task, how);
}

static int run_ready(struct rt_crux_command *command)
{
    while (rt_crux_receiver_count(&command->ready) > 0) {
        struct rt_crux_command_waker *const waker =
            rt_crux_command_waker_create(&command->waking, command->host);
        if (!waker) return -ENOMEM;
        struct rt_crux_item number = {0};
        if (rt_crux_receiver_take(&command->ready, &number) == 0)
            run_task(command, (uint32_t)number.value, waker);
        rt_crux_command_waker_unref(waker);
    }
    return 0;
}

static bool has_ready(const struct rt_crux_command *command)
{
    return rt_crux_receiver_count(&command->ends.spawned) > 0 ||
           rt_crux_receiver_count(&command->ready) > 0;
}

int rt_crux_command_run(struct rt_crux_command *command)
{
    if (rt_crux_abort_handle_is_aborted(command->aborting)) {
        if (command->variant->drops_unspawned) drop_unspawned(command);
        command->finished.aborted += command->tasks.count;
        drop_tasks(command, "aborted");
        return 0;
    }
    int err = 0;
    while (!err && has_ready(command)) {
        err = place_spawned(command);
        if (!err) err = run_ready(command);
    }
    return err;
}

/* ---- What comes out ---- */

struct rt_crux_effect *rt_crux_command_take_effect(
    struct rt_crux_command *command)
{
    struct rt_crux_item item = {0};
    if (rt_crux_command_run(command) != 0) return NULL;
    if (rt_crux_receiver_take(&command->ends.effects, &item) != 0) return NULL;
    return (struct rt_crux_effect *)item.object;
}

bool rt_crux_command_take_event(struct rt_crux_command *command, intptr_t *out)
{
    struct rt_crux_item item = {0};
    if (rt_crux_command_run(command) != 0) return false;
    if (rt_crux_receiver_take(&command->ends.events, &item) != 0) return false;
    *out = item.value;
    return true;
}

/* As of the last run. The contexts are asked first: who holds one may send
 * before it lets go. */
static bool is_over(const struct rt_crux_command *command)
{
    if (command->variant->waits_for_contexts &&
        !rt_crux_context_is_alone(command->context))
        return false;
    return command->tasks.count == 0 &&
           rt_crux_receiver_count(&command->ends.effects) == 0 &&
           rt_crux_receiver_count(&command->ends.events) == 0;
}

bool rt_crux_command_is_done(struct rt_crux_command *command)
{
    return rt_crux_command_run(command) == 0 && is_over(command);
}

enum rt_poll rt_crux_command_poll(struct rt_crux_command *command,
    const struct rt_waker *waker, struct rt_crux_item *out, int *err_out)
{
    rt_crux_atomic_waker_register(command->host, waker);
    *err_out = rt_crux_command_run(command);
    if (*err_out) return RT_READY;
    if (rt_crux_receiver_take(&command->ends.events, out) == 0) return RT_READY;
    if (rt_crux_receiver_take(&command->ends.effects, out) == 0)
        return RT_READY;
    if (!is_over(command)) return RT_PENDING;
    *err_out = -EPIPE;
    return RT_READY;
}

struct rt_crux_command_counts rt_crux_command_counts(
    const struct rt_crux_command *command)
{
    struct rt_crux_command_counts counts = command->finished;
    counts.tasks = command->tasks.count;
    counts.slots = command->tasks.used;
    counts.unspawned = rt_crux_receiver_count(&command->ends.spawned);
    counts.effects = rt_crux_receiver_count(&command->ends.effects);
    counts.events = rt_crux_receiver_count(&command->ends.events);
    return counts;
}
