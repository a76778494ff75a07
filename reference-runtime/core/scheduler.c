/* scheduler.c - runs tasks that are ready, the longest ready first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/scheduler.h"

#include <assert.h>
#include <errno.h>

#include "reference-runtime/core/scheduler_state.h"

/* ---- The run queue; under the mutex ---- */

void rt_scheduler_enqueue(struct rt_scheduler *scheduler, struct rt_task *task)
{
    task->state = RT_TASK_READY;
    ol_list_append(&scheduler->ready, &task->link);
    pthread_cond_signal(&scheduler->work);
}

/* Takes out the task that is ready longest; NULL if none is. */
static struct rt_task *take(struct rt_scheduler *scheduler)
{
    if (ol_list_is_empty(&scheduler->ready)) return NULL;

    struct rt_task *const task =
        OL_LIST_ENTRY(scheduler->ready.next, struct rt_task, link);
    ol_list_remove(&task->link);
    task->state = RT_TASK_RUNNING;
    scheduler->running++;
    return task;
}

static bool is_idle(const struct rt_scheduler *scheduler)
{
    return scheduler->running == 0 && ol_list_is_empty(&scheduler->ready);
}

/* Lets a task that was taken run; unlocks for that. */
static void run_taken(struct rt_scheduler *scheduler, struct rt_task *task)
{
    pthread_mutex_unlock(&scheduler->mutex);
    rt_task_run(task);
    pthread_mutex_lock(&scheduler->mutex);
    scheduler->running--;
    if (is_idle(scheduler)) pthread_cond_broadcast(&scheduler->idle);
}

/* ---- Threads ---- */

static void *serve(void *arg)
{
    struct rt_scheduler *const scheduler = arg;
    pthread_mutex_lock(&scheduler->mutex);
    while (!scheduler->is_stopping) {
        struct rt_task *const task = take(scheduler);
        if (task) {
            run_taken(scheduler, task);
        } else {
            pthread_cond_wait(&scheduler->work, &scheduler->mutex);
        }
    }
    pthread_mutex_unlock(&scheduler->mutex);
    return NULL;
}

/* Returns whether all are there. */
static bool start_threads(struct rt_scheduler *scheduler, unsigned threads)
{
    for (unsigned i = 0; i < threads; i++) {
        if (pthread_create(&scheduler->threads[i], NULL, serve, scheduler))
            return false;
        scheduler->thread_count++;
    }
    return true;
}

static void stop_threads(struct rt_scheduler *scheduler)
{
    pthread_mutex_lock(&scheduler->mutex);
    scheduler->is_stopping = true;
    pthread_cond_broadcast(&scheduler->work);
    pthread_mutex_unlock(&scheduler->mutex);
    for (unsigned i = 0; i < scheduler->thread_count; i++)
        pthread_join(scheduler->threads[i], NULL);
}

/* ---- Schedulers ---- */

static void drop(struct rt_object *object)
{
    struct rt_scheduler *const scheduler = (struct rt_scheduler *)object;
    rt_clock_unref(scheduler->clock);
    pthread_cond_destroy(&scheduler->idle);
    pthread_cond_destroy(&scheduler->work);
    pthread_mutex_destroy(&scheduler->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_scheduler *const scheduler =
        (const struct rt_scheduler *)object;
    visit(object, "clock", rt_clock_object(scheduler->clock), true, env);
    OL_LIST_FOR_EACH(link, &scheduler->ready) {
        const struct rt_task *const task =
            OL_LIST_ENTRY(link, struct rt_task, link);
        visit(object, "ready", &task->object, true, env);
    }
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_scheduler, clock, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_scheduler, ready, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_SCHEDULER,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_scheduler *rt_scheduler_create(unsigned threads)
{
    struct rt_scheduler *const scheduler = rt_object_create(
        &type, sizeof *scheduler + threads * sizeof scheduler->threads[0]);
    if (!scheduler) return NULL;

    pthread_mutex_init(&scheduler->mutex, NULL);
    pthread_cond_init(&scheduler->work, NULL);
    pthread_cond_init(&scheduler->idle, NULL);
    ol_list_init(&scheduler->ready);
    scheduler->clock = rt_clock_create();
    if (scheduler->clock && start_threads(scheduler, threads)) return scheduler;

    stop_threads(scheduler);
    rt_object_unref(&scheduler->object);
    return NULL;
}

int rt_scheduler_destroy(struct rt_scheduler *scheduler)
{
    if (!scheduler) return 0;
    if (rt_scheduler_tasks(scheduler) > 0) return -EBUSY;

    stop_threads(scheduler);
    rt_object_end(&scheduler->object, "completed");
    rt_object_unref(&scheduler->object);
    return 0;
}

bool rt_scheduler_step(struct rt_scheduler *scheduler)
{
    assert(scheduler->thread_count == 0);
    pthread_mutex_lock(&scheduler->mutex);
    struct rt_task *const task = take(scheduler);
    if (task) run_taken(scheduler, task);
    pthread_mutex_unlock(&scheduler->mutex);
    return task != NULL;
}

static void await_idle(struct rt_scheduler *scheduler)
{
    pthread_mutex_lock(&scheduler->mutex);
    while (!is_idle(scheduler))
        pthread_cond_wait(&scheduler->idle, &scheduler->mutex);
    pthread_mutex_unlock(&scheduler->mutex);
}

void rt_scheduler_run(struct rt_scheduler *scheduler)
{
    if (scheduler->thread_count > 0) {
        await_idle(scheduler);
        return;
    }
    while (rt_scheduler_step(scheduler))
        continue;
}

void rt_scheduler_run_for(struct rt_scheduler *scheduler, uint64_t span_ns)
{
    struct rt_clock *const clock = scheduler->clock;
    const uint64_t end_ns = rt_clock_now(clock) + span_ns;
    for (;;) {
        rt_scheduler_run(scheduler);
        const uint64_t next_ns = rt_clock_next(clock);
        if (next_ns > end_ns) break;
        (void)rt_clock_advance_to(clock, next_ns);
    }
    (void)rt_clock_advance_to(clock, end_ns);
}

size_t rt_scheduler_tasks(struct rt_scheduler *scheduler)
{
    pthread_mutex_lock(&scheduler->mutex);
    const size_t undone = scheduler->undone;
    pthread_mutex_unlock(&scheduler->mutex);
    return undone;
}

struct rt_clock *rt_scheduler_clock(struct rt_scheduler *scheduler)
{
    return scheduler->clock;
}
