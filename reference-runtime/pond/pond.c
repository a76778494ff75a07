/* pond.c - a pool of worker threads: making, submitting, stopping.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond.h"

#include <errno.h>

#include "reference-runtime/pond/pond_door.h"
#include "reference-runtime/pond/pond_queue.h"
#include "reference-runtime/pond/pond_worker.h"

static void drop(struct rt_object *object)
{
    struct rt_pond *const pond = (struct rt_pond *)object;
    rt_context_unref(pond->context);
    rt_future_drop(pond->cancelled);
    if (pond->options.parent) rt_pond_unref(pond->options.parent);
    pthread_cond_destroy(&pond->changed);
    pthread_mutex_destroy(&pond->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_pond *const pond = (const struct rt_pond *)object;
    if (pond->options.parent)
        visit(object, "parent", &pond->options.parent->object, true, env);
    visit(object, "context", rt_context_object(pond->context), true, env);
    if (pond->cancelled)
        visit(object, "cancelled", &pond->cancelled->object, true, env);
    rt_pond_queue_each_edge(pond, visit, env);
}

static const struct rt_object_field pool_fields[] = {
    RT_OBJECT_FIELD(struct rt_pond, options.parent, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond, options.context, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_pond, context, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond, cancelled, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond, door.waits, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_pond, buffer.reader, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond, buffer.writer, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_pond, dispatcher, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond, ring.slots, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond, ended, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type pool_type = {
    .kind = RT_POOL,
    .fields = pool_fields,
    .drop = drop,
    .each_edge = each_edge,
};

/* The pool was stopped, or its context cancelled: who sleeps here has to look
 * again. */
static void wake(void *data)
{
    struct rt_pond *const pond = data;
    pthread_mutex_lock(&pond->mutex);
    pthread_cond_broadcast(&pond->changed);
    pthread_mutex_unlock(&pond->mutex);
    rt_pond_door_shake(pond);
}

static const struct rt_waker_type waker_type = {.wake = wake};

/* Has the pool woken when its context is cancelled. If it is already, who is
 * to sleep here sees that. */
static void watch_context(struct rt_pond *pond)
{
    const struct rt_waker waker = {&waker_type, pond};
    const enum rt_poll state = rt_future_poll(pond->cancelled, &waker);
    (void)state;
}

static void unwatch_context(struct rt_pond *pond)
{
    struct rt_future *const cancelled = pond->cancelled;
    pond->cancelled = NULL;
    rt_future_drop(cancelled);
}

/* ---- Dispatching, up to v2.1.6 ---- */

/* Puts a task into the ring, behind which there then is a worker. Returns
 * false if no thread is to be had for it, or the pool was cancelled. */
static bool put_in_ring(struct rt_pond *pond, struct rt_pond_closure *closure)
{
    struct rt_pond_worker *worker = NULL;
    for (;;) {
        if (rt_context_cause(pond->context)) return false;
        /* Each time around: the last worker may have ended meanwhile. */
        if (pond->workers < pond->max_workers &&
            rt_pond_worker_start(pond, &worker) != 0 && pond->workers == 0)
            return false;
        if (rt_pond_ring_put(&pond->ring, closure)) return true;
        pthread_cond_wait(&pond->changed, &pond->mutex);
    }
}

static void deliver(void *env, struct rt_pond_closure *closure)
{
    struct rt_pond *const pond = env;
    pthread_mutex_lock(&pond->mutex);
    const bool is_in = put_in_ring(pond, closure);
    pond->moving--;
    if (!is_in) pond->outcomes[RT_POND_CANCELLED]++;
    pthread_cond_broadcast(&pond->changed);
    pthread_mutex_unlock(&pond->mutex);
    if (is_in) return;

    rt_pond_closure_run(closure, -ECANCELED);
    rt_pond_closure_unref(closure);
}

/* ---- Making ---- */

static bool are_valid(const struct rt_pond_options *options)
{
    if (!options->variant || options->max_workers == 0) return false;
    if (options->queue_size == RT_POND_NO_QUEUE &&
        !options->variant->goes_without_queue)
        return false;
    return !options->parent || options->parent->options.queue_size == 0;
}

static struct rt_context *parent_context(const struct rt_pond_options *options)
{
    if (options->context || !options->parent) return options->context;
    return options->parent->context;
}

int rt_pond_create(const struct rt_pond_options *options, struct rt_pond **out)
{
    if (!are_valid(options)) return -EINVAL;

    struct rt_pond *const pond = rt_object_create(&pool_type, sizeof *pond);
    if (!pond) return -ENOMEM;
    pond->options = *options;
    pond->max_workers = options->max_workers;
    if (options->parent) rt_pond_ref(options->parent);
    pthread_mutex_init(&pond->mutex, NULL);
    pthread_cond_init(&pond->changed, NULL);
    rt_wait_list_init(&pond->door.waits);

    int err = -ENOMEM;
    pond->context = rt_context_create(parent_context(options));
    if (!pond->context) goto fail_context;
    err = rt_pond_queue_init(pond, deliver);
    if (err) goto fail_queue;
    err = -ENOMEM;
    pond->cancelled = rt_context_done(pond->context);
    if (!pond->cancelled) goto fail_done;
    watch_context(pond);
    *out = pond;
    return 0;

fail_done:
    rt_pond_queue_close(pond);
    if (rt_pond_queue_deinit(pond) != 0) err = -EBUSY;
fail_queue:
    rt_context_cancel(pond->context, err);
fail_context:
    rt_object_unref(&pond->object);
    return err;
}

static bool is_busy(struct rt_pond *pond)
{
    pthread_mutex_lock(&pond->mutex);
    const bool busy = pond->workers > 0 || pond->door.waits.count > 0 ||
                      rt_pond_queue_waiting(pond) > 0;
    pthread_mutex_unlock(&pond->mutex);
    return busy;
}

int rt_pond_destroy(struct rt_pond *pond)
{
    if (!pond) return 0;
    rt_pond_stop(pond);
    if (is_busy(pond)) return -EBUSY;

    rt_pond_worker_reap(pond);
    unwatch_context(pond);
    rt_context_cancel(pond->context, -ESHUTDOWN);
    rt_pond_queue_close(pond);
    /* Dead slots hold groups, and those the pool. */
    const int err = rt_pond_queue_deinit(pond);
    if (err) return err;
    if (atomic_load_explicit(&pond->object.strong, memory_order_acquire) > 1)
        return -EBUSY;
    rt_object_end(&pond->object, "released");
    rt_object_unref(&pond->object);
    return 0;
}

/* ---- Submitting ---- */

static bool is_full(const struct rt_pond *pond)
{
    if (pond->options.queue_size == RT_POND_NO_QUEUE)
        return pond->workers >= pond->max_workers;
    return pond->options.queue_size > 0 &&
           rt_pond_queue_waiting(pond) >= pond->options.queue_size;
}

/* Gives a new worker its first task: this one, unless older ones wait. */
static int start_worker(struct rt_pond *pond, struct rt_pond_closure *closure,
    struct rt_object **passed)
{
    struct rt_pond_worker *worker = NULL;
    int err = rt_pond_worker_start(pond, &worker);
    if (err) return err;

    if (rt_pond_queue_waiting(pond) == 0) {
        worker->closure = closure;
        pond->direct++;
        return 0;
    }
    /* On failure the worker, without a task, looks for one itself. */
    err = rt_pond_queue_put(pond, closure);
    if (!err) worker->closure = rt_pond_queue_take(pond, passed);
    return err;
}

/* Under the lock. */
static int accept(struct rt_pond *pond, struct rt_pond_closure *closure,
    struct rt_object **passed)
{
    const int refusal = rt_pond_door_refusal(pond);
    if (refusal) return refusal;
    if (is_full(pond)) return -EAGAIN;
    if (pond->options.variant->dispatches || pond->workers >= pond->max_workers)
        return rt_pond_queue_put(pond, closure);
    return start_worker(pond, closure, passed);
}

/* With #115 whoever got in tells the next one if there still is room: also
 * one who is about to wait. Returns whom to wake after unlocking. */
static struct rt_waker pass_signal_on(struct rt_pond *pond)
{
    if (pond->options.variant->signal == RT_POND_SIGNAL_CHAIN &&
        pond->options.queue_size > 0 && !is_full(pond))
        return rt_pond_door_signal(pond);
    return (struct rt_waker){0};
}

static int try_submit(struct rt_pond *pond, struct rt_pond_closure *closure)
{
    struct rt_object *passed = NULL;
    struct rt_waker next = {0};
    pthread_mutex_lock(&pond->mutex);
    const int err = accept(pond, closure, &passed);
    if (!err) next = pass_signal_on(pond);
    pthread_mutex_unlock(&pond->mutex);
    rt_waker_fire(&next);
    rt_object_unref(passed);
    return err;
}

int rt_pond_submit_closure(
    struct rt_pond *pond, struct rt_pond_closure *closure, bool may_block)
{
    for (;;) {
        int err = try_submit(pond, closure);
        if (err != -EAGAIN) return err;
        if (!may_block || pond->options.non_blocking) return err;
        if (pond->options.at_step)
            pond->options.at_step(pond->options.env, "submit-full");
        err = rt_pond_door_pass(pond);
        if (err) return err;
    }
}

int rt_pond_go(struct rt_pond *pond, struct rt_pond_fn fn)
{
    struct rt_pond_closure *const closure =
        rt_pond_closure_create(fn, (struct rt_pond_listener){0});
    if (!closure) return -ENOMEM;
    const int err = rt_pond_submit_closure(pond, closure, true);
    if (err) rt_pond_closure_unref(closure);
    return err;
}

/* ---- Stopping ---- */

void rt_pond_resize(struct rt_pond *pond, size_t max_workers)
{
    struct rt_pond_worker *worker = NULL;
    pthread_mutex_lock(&pond->mutex);
    pond->max_workers = max_workers;
    /* Workers without a task look for one; it is no harm if one is missing. */
    uint64_t waiting = rt_pond_queue_waiting(pond);
    while (waiting-- > 0 && pond->workers < max_workers)
        if (rt_pond_worker_start(pond, &worker) != 0) break;
    pthread_mutex_unlock(&pond->mutex);
}

void rt_pond_stop(struct rt_pond *pond)
{
    pthread_mutex_lock(&pond->mutex);
    pond->is_closed = true;
    pthread_mutex_unlock(&pond->mutex);
    wake(pond);
}

void rt_pond_wait_idle(struct rt_pond *pond)
{
    pthread_mutex_lock(&pond->mutex);
    while (pond->workers > 0 || pond->moving > 0)
        pthread_cond_wait(&pond->changed, &pond->mutex);
    pthread_mutex_unlock(&pond->mutex);
    rt_pond_worker_reap(pond);
}

void rt_pond_stop_and_wait(struct rt_pond *pond)
{
    rt_pond_stop(pond);
    rt_pond_wait_idle(pond);
    rt_pond_queue_close(pond);
    rt_context_cancel(pond->context, -ESHUTDOWN);
}

void rt_pond_settle_queue(struct rt_pond *pond)
{
    struct rt_pond_closure *closure = NULL;
    do {
        struct rt_object *passed = NULL;
        pthread_mutex_lock(&pond->mutex);
        closure = rt_pond_queue_take(pond, &passed);
        if (closure) pond->outcomes[RT_POND_CANCELLED]++;
        pthread_mutex_unlock(&pond->mutex);

        rt_object_unref(passed);
        if (closure) rt_pond_closure_run(closure, -ECANCELED);
        rt_pond_closure_unref(closure);
    } while (closure);
}

/* ---- Asking ---- */

struct rt_context *rt_pond_context(struct rt_pond *pond)
{
    return pond->context;
}

const struct rt_pond_variant *rt_pond_variant(const struct rt_pond *pond)
{
    return pond->options.variant;
}

struct rt_pond_counts rt_pond_counts(struct rt_pond *pond)
{
    pthread_mutex_lock(&pond->mutex);
    struct rt_pond_counts counts = {
        .running = pond->workers,
        .blocked = pond->door.waits.count,
        .direct = pond->direct,
        .succeeded = pond->outcomes[RT_POND_SUCCEEDED],
        .failed = pond->outcomes[RT_POND_FAILED],
        .cancelled = pond->outcomes[RT_POND_CANCELLED],
    };
    rt_pond_queue_count(pond, &counts);
    counts.submitted = counts.direct + counts.queued;
    pthread_mutex_unlock(&pond->mutex);
    return counts;
}

struct rt_pond *rt_pond_ref(struct rt_pond *pond)
{
    return rt_object_ref(&pond->object);
}

void rt_pond_unref(struct rt_pond *pond)
{
    rt_object_unref(&pond->object);
}
