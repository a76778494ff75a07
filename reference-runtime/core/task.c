/* task.c - a future that is run by a scheduler, and can be interrupted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/task.h"

#include <assert.h>
#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/scheduler_state.h"

struct join {
    struct rt_future future;
    struct rt_task *task; /* owner */
    struct rt_wait wait;  /* in the task's joins */
};

struct interrupted {
    struct rt_future future;
    struct rt_task *task; /* borrowed: it owns this, in its body */
};

static _Thread_local struct rt_task *current;

static void lock(const struct rt_task *task)
{
    pthread_mutex_lock(&task->scheduler->mutex);
}

static void unlock(const struct rt_task *task)
{
    pthread_mutex_unlock(&task->scheduler->mutex);
}

/* ---- Waking ---- */

/* Under the lock. */
static void wake_locked(struct rt_task *task)
{
    if (task->state == RT_TASK_RUNNING) task->state = RT_TASK_WOKEN;
    if (task->state != RT_TASK_SLEEPING) return;

    ol_woken(task);
    rt_scheduler_enqueue(task->scheduler, rt_task_ref(task));
}

static void wake(void *data)
{
    struct rt_task *const task = data;
    lock(task);
    wake_locked(task);
    unlock(task);
}

static const struct rt_waker_type waker_type = {.wake = wake};

/* ---- Running ---- */

/* Under the lock. */
static bool must_end(const struct rt_task *task)
{
    return task->is_interrupted && task->masks == 0;
}

static const char *how(int status)
{
    if (status == -EINTR) return "cancelled";
    return status ? "failed" : "completed";
}

/* Takes out the waker of the join that has waited longest. Returns whether
 * there is one. */
static bool take_join(struct rt_task *task, struct rt_waker *out)
{
    lock(task);
    struct rt_wait *const wait = rt_wait_list_take(&task->joins);
    if (wait) {
        *out = wait->waker;
        wait->waker = (struct rt_waker){0};
    }
    unlock(task);
    return wait != NULL;
}

/* The body goes first: who joins finds all done that its drop does. */
static void finish(struct rt_task *task, int status, intptr_t value)
{
    struct rt_future *const body = task->body;
    task->body = NULL;
    rt_future_drop(body);

    rt_object_end(&task->object, how(status));
    lock(task);
    task->state = RT_TASK_DONE;
    task->status = status;
    task->value = value;
    task->scheduler->undone--;
    unlock(task);

    struct rt_waker waker = {0};
    while (take_join(task, &waker))
        rt_waker_fire(&waker);
}

/* After a poll that left it pending: goes to sleep, or back to the queue if
 * it was woken meanwhile. Returns false if it must end instead. */
static bool settle(struct rt_task *task)
{
    lock(task);
    const bool ends = must_end(task);
    if (!ends) {
        const bool is_woken = task->state == RT_TASK_WOKEN;
        task->state = RT_TASK_SLEEPING;
        if (is_woken) wake_locked(task);
    }
    unlock(task);
    return !ends;
}

static void poll_body(struct rt_task *task)
{
    struct rt_future *const body = task->body;
    const struct rt_waker waker = {&waker_type, task};
    const bool ends = rt_task_must_end(task);
    if (!ends && rt_future_poll(body, &waker) == RT_READY) {
        finish(task, body->status, body->value);
    } else if (ends || !settle(task)) {
        finish(task, -EINTR, 0);
    }
}

void rt_task_run(struct rt_task *task)
{
    struct rt_task *const outer = current;
    current = task;
    ol_enter(task);
    poll_body(task);
    ol_leave(task);
    current = outer;
    rt_task_unref(task);
}

/* ---- Tasks ---- */

/* One that is not done sleeps, and nobody is left who could wake it. */
static void drop(struct rt_object *object)
{
    struct rt_task *const task = (struct rt_task *)object;
    lock(task);
    const bool is_done = task->state == RT_TASK_DONE;
    task->state = RT_TASK_DONE;
    if (!is_done) task->scheduler->undone--;
    unlock(task);

    if (!is_done) rt_object_end(object, "cancelled");
    rt_future_drop(task->body);
    rt_object_unref(&task->scheduler->object);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_task *const task = (const struct rt_task *)object;
    visit(object, "scheduler", &task->scheduler->object, true, env);
    if (task->body) visit(object, "body", &task->body->object, true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_task, scheduler, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_task, body, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_task, link, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_task, joins, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_TASK,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_task *rt_task_spawn(
    struct rt_scheduler *scheduler, struct rt_future *body)
{
    if (!body) return NULL;
    struct rt_task *const task = rt_object_create(&type, sizeof *task);
    if (!task) {
        rt_future_drop(body);
        return NULL;
    }

    task->scheduler = rt_object_ref(&scheduler->object);
    task->body = body;
    ol_list_init(&task->link);
    rt_wait_list_init(&task->joins);
    lock(task);
    scheduler->undone++;
    rt_scheduler_enqueue(scheduler, rt_task_ref(task));
    unlock(task);
    return task;
}

struct rt_task *rt_task_ref(struct rt_task *task)
{
    return rt_object_ref(&task->object);
}

void rt_task_unref(struct rt_task *task)
{
    if (task) rt_object_unref(&task->object);
}

const struct rt_object *rt_task_object(const struct rt_task *task)
{
    return &task->object;
}

/* A task that is masked is woken too: its body may want to know. */
void rt_task_interrupt(struct rt_task *task)
{
    lock(task);
    task->is_interrupted = true;
    wake_locked(task);
    unlock(task);
}

bool rt_task_is_done(const struct rt_task *task)
{
    lock(task);
    const bool is_done = task->state == RT_TASK_DONE;
    unlock(task);
    return is_done;
}

int rt_task_status(const struct rt_task *task)
{
    assert(rt_task_is_done(task));
    return task->status;
}

/* ---- To join ---- */

static enum rt_poll poll_join(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct join *const join = (struct join *)future;
    struct rt_task *const task = join->task;
    struct rt_waker replaced = {0};
    lock(task);
    const bool is_done = task->state == RT_TASK_DONE;
    if (!is_done) replaced = rt_wait_list_add(&task->joins, &join->wait, waker);
    unlock(task);
    rt_waker_drop(&replaced);

    if (is_done) return rt_future_finish(future, task->status, task->value);
    rt_task_waits(&task->object);
    return RT_PENDING;
}

static void drop_join(struct rt_object *object)
{
    struct join *const join = (struct join *)object;
    rt_wait_leave(&join->wait, &join->task->scheduler->mutex);
    rt_task_unref(join->task);
}

static void each_edge_of_join(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct join *const join = (const struct join *)object;
    visit(object, "task", &join->task->object, true, env);
    rt_waker_each_edge(&join->wait.waker, object, "wait.waker", visit, env);
}

static const struct rt_object_field join_fields[] = {
    RT_OBJECT_FIELD(struct join, task, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct join, wait.link, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct join, wait.list, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct join, wait.waker.data, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type join_type = {
    .object =
        {
            .kind = RT_TASK_JOIN,
            .fields = join_fields,
            .drop = drop_join,
            .each_edge = each_edge_of_join,
        },
    .poll = poll_join,
};

struct rt_future *rt_task_join(struct rt_task *task)
{
    struct join *const join = rt_future_create(&join_type, sizeof *join);
    if (!join) return NULL;

    join->task = rt_task_ref(task);
    rt_wait_init(&join->wait);
    return &join->future;
}

/* ---- The current task ---- */

struct rt_task *rt_task_current(void)
{
    return current;
}

void rt_task_mask(struct rt_task *task)
{
    lock(task);
    task->masks++;
    unlock(task);
}

/* One that sleeps may be unmasked by others, and must end then. */
void rt_task_unmask(struct rt_task *task)
{
    lock(task);
    assert(task->masks > 0);
    task->masks--;
    if (must_end(task)) wake_locked(task);
    unlock(task);
}

bool rt_task_is_masked(const struct rt_task *task)
{
    lock(task);
    const bool is_masked = task->masks > 0;
    unlock(task);
    return is_masked;
}

bool rt_task_must_end(const struct rt_task *task)
{
    lock(task);
    const bool ends = must_end(task);
    unlock(task);
    return ends;
}

/* An interrupt wakes the task itself, so that there is nobody else to wake. */
static enum rt_poll poll_interrupted(
    struct rt_future *future, const struct rt_waker *waker)
{
    (void)waker;
    const struct rt_task *const task = ((struct interrupted *)future)->task;
    lock(task);
    const bool is_interrupted = task->is_interrupted;
    unlock(task);
    return is_interrupted ? rt_future_finish(future, 0, 0) : RT_PENDING;
}

static const struct rt_future_type interrupted_type = {
    .object = {.kind = RT_FUTURE},
    .poll = poll_interrupted,
};

struct rt_future *rt_task_interrupted(struct rt_task *task)
{
    struct interrupted *const interrupted =
        rt_future_create(&interrupted_type, sizeof *interrupted);
    if (interrupted) interrupted->task = task;
    return interrupted ? &interrupted->future : NULL;
}

void rt_task_waits(const struct rt_object *on)
{
    if (current) ol_waits(current, on);
}
