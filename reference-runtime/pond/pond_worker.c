/* pond_worker.c - who runs the tasks of a pool.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_worker.h"

#include <errno.h>

#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/pond/pond_door.h"
#include "reference-runtime/pond/pond_queue.h"

/* Small enough for glibc to keep the stacks of a whole pool for reuse, as
 * workers come and go with every burst of tasks. */
enum {
    STACK_BYTES = 256 * 1024
};

static const struct rt_object_field worker_fields[] = {
    RT_OBJECT_FIELD(struct rt_pond_worker, pond, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_pond_worker, closure, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond_worker, previous, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type worker_type = {
    .kind = RT_WORKER, .fields = worker_fields};

/* Takes the task out of the worker as it ends, lest the worker hold it. */
OL_NOINLINE static enum rt_pond_outcome run_task(struct rt_pond_worker *worker)
{
    struct rt_pond_closure *const closure = worker->closure;
    const enum rt_pond_outcome outcome =
        rt_pond_closure_run(closure, rt_context_cause(worker->pond->context));
    worker->closure = NULL;
    rt_pond_closure_unref(closure);
    return outcome;
}

/* Up to v2.6.2 the workers of a cancelled pool leave their queue behind. */
static bool may_go_on(const struct rt_pond *pond)
{
    if (pond->workers > pond->max_workers) return false;
    return pond->options.variant->drains_on_cancel ||
           !rt_context_cause(pond->context);
}

static void end(struct rt_pond_worker *worker)
{
    struct rt_pond *const pond = worker->pond;
    if (!pond->options.parent) {
        worker->previous = pond->ended;
        pond->ended = worker;
    }
    pond->workers--;
    pthread_cond_broadcast(&pond->changed);
}

/* Takes the next task or ends the worker, in one critical section: whoever
 * finds the queue empty is no longer counted when a new task comes. */
OL_NOINLINE static bool take_task(struct rt_pond_worker *worker)
{
    struct rt_pond *const pond = worker->pond;
    struct rt_object *passed = NULL;
    struct rt_waker submitter = {0};

    pthread_mutex_lock(&pond->mutex);
    if (may_go_on(pond)) worker->closure = rt_pond_queue_take(pond, &passed);
    const bool has_task = worker->closure != NULL;
    if (has_task) {
        submitter = rt_pond_door_signal(pond);
        pthread_cond_broadcast(&pond->changed);
    } else {
        end(worker);
        if (pond->options.queue_size == RT_POND_NO_QUEUE)
            submitter = rt_pond_door_signal(pond);
    }
    pthread_mutex_unlock(&pond->mutex);

    rt_waker_fire(&submitter);
    rt_object_unref(passed);
    return has_task;
}

OL_NOINLINE static void count_outcome(
    struct rt_pond *pond, enum rt_pond_outcome outcome)
{
    pthread_mutex_lock(&pond->mutex);
    pond->outcomes[outcome]++;
    pthread_mutex_unlock(&pond->mutex);
}

/* Waits for who started the worker, and holds the lock until it has given
 * it a task, or not. Returns whether there is a task to run. */
static bool await_task(struct rt_pond_worker *worker)
{
    pthread_mutex_lock(&worker->pond->mutex);
    const bool has_task = worker->closure != NULL;
    pthread_mutex_unlock(&worker->pond->mutex);
    return has_task || take_task(worker);
}

/* ---- Threads ---- */

/* Joins the threads that have ended. They take no lock any more, so this may
 * be done under the pool's. */
static void join_ended(struct rt_pond *pond)
{
    while (pond->ended) {
        struct rt_pond_worker *const worker = pond->ended;
        pond->ended = worker->previous;
        pthread_join(worker->thread, NULL);
        rt_object_unref(&worker->object);
    }
}

static void *work(void *arg)
{
    struct rt_pond_worker *const worker = arg;
    bool has_task = await_task(worker);
    while (has_task) {
        count_outcome(worker->pond, run_task(worker));
        has_task = take_task(worker);
        rt_stack_scrub();
    }
    return NULL;
}

/* -EAGAIN is to mean that a queue is full. */
static int create_thread(struct rt_pond_worker *worker)
{
    pthread_attr_t attributes;
    int err = pthread_attr_init(&attributes);
    if (err) return -err;
    err = pthread_attr_setstacksize(&attributes, STACK_BYTES);
    if (!err) err = pthread_create(&worker->thread, &attributes, work, worker);
    pthread_attr_destroy(&attributes);
    return err == EAGAIN ? -ENOMEM : -err;
}

/* ---- Turns ---- */

/* Gives the task at hand to a new turn. Returns whether there is one. */
static bool hand_on(struct rt_pond_worker *worker)
{
    struct rt_pond_worker *next = NULL;
    struct rt_pond *const pond = worker->pond;
    pthread_mutex_lock(&pond->mutex);
    const bool is_handed = rt_pond_worker_start(pond, &next) == 0;
    if (is_handed) {
        next->closure = worker->closure;
        worker->closure = NULL;
        pond->workers--; /* the new one is counted */
    }
    pthread_mutex_unlock(&pond->mutex);
    return is_handed;
}

static int run_turn(const struct rt_pond_fn *self, long *value)
{
    struct rt_pond_worker *const worker = self->shared;
    *value = 0;
    worker->had_turn = true;
    bool has_task = await_task(worker);
    while (has_task) {
        count_outcome(worker->pond, run_task(worker));
        has_task = take_task(worker) && !hand_on(worker);
    }
    return 0;
}

/* A cancelled parent settles turns without running them; the subpool is
 * cancelled as well, so that its tasks do not run either. */
static void settle_turn(
    struct rt_object *listener, size_t index, int err, long value)
{
    struct rt_pond_worker *const worker = (struct rt_pond_worker *)listener;
    (void)index, (void)err, (void)value;
    if (worker->had_turn) return;
    bool has_task = await_task(worker);
    while (has_task) {
        count_outcome(worker->pond, run_task(worker));
        has_task = take_task(worker);
    }
}

static int submit_turn(struct rt_pond_worker *worker)
{
    struct rt_pond_closure *const closure = rt_pond_closure_create(
        (struct rt_pond_fn){.run = run_turn, .shared = worker},
        (struct rt_pond_listener){
            .object = rt_object_ref(&worker->object), .settle = settle_turn});
    if (!closure) return -ENOMEM;
    const int err =
        rt_pond_submit_closure(worker->pond->options.parent, closure, false);
    if (err) rt_pond_closure_unref(closure);
    return err;
}

/* ---- Both ---- */

int rt_pond_worker_start(struct rt_pond *pond, struct rt_pond_worker **out)
{
    const bool is_turn = pond->options.parent != NULL;
    /* First: there never are more threads than the limit. */
    join_ended(pond);
    struct rt_pond_worker *const worker =
        rt_object_create(&worker_type, sizeof *worker);
    if (!worker) return -ENOMEM;

    worker->pond = pond;
    const int err = is_turn ? submit_turn(worker) : create_thread(worker);
    if (!err) {
        pond->workers++;
        *out = worker;
    }
    /* A turn is held by the parent's task, a thread until it is joined. */
    if (err || is_turn) rt_object_unref(&worker->object);
    return err;
}

void rt_pond_worker_reap(struct rt_pond *pond)
{
    pthread_mutex_lock(&pond->mutex);
    join_ended(pond);
    pthread_mutex_unlock(&pond->mutex);
}
