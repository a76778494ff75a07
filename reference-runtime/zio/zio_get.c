/* zio_get.c - a get, on both sides of the task that it works in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_get.h"

#include "reference-runtime/core/disconnect.h"
#include "reference-runtime/zio/zio_acquisition.h"
#include "reference-runtime/zio/zio_lease.h"

enum work_state {
    WORK_NEW,
    WORK_ACQUIRES,
    WORK_RELEASES, /* what cannot, or shall not, stay leased */
};

/* What the task does. */
struct work {
    struct rt_future future;
    struct rt_zio_pool *pool;   /* owner */
    struct rt_scope *scope;     /* owner */
    struct rt_zio_lease *lease; /* owner */
    struct ol_list link;        /* in the pool's gets */
    enum work_state state;
    bool may_interrupt;       /* its caller's place could be interrupted */
    atomic_bool is_waiting;   /* for an item */
    atomic_bool is_abandoned; /* its caller has gone */
    struct rt_zio_mask mask;
    struct rt_zio_acquisition acquisition;
    int status; /* how it will end */
    intptr_t value;
};

/* What the caller has. */
struct request {
    struct rt_future future;
    struct work *work;          /* owner */
    struct rt_future *detached; /* owner; NULL: not yet begun */
};

/* ---- Work ---- */

static void unlist(struct work *work)
{
    struct rt_zio_pool *const pool = work->pool;
    pthread_mutex_lock(&pool->mutex);
    ol_list_remove(&work->link);
    pthread_mutex_unlock(&pool->mutex);
}

static enum rt_poll finish(struct work *work)
{
    unlist(work);
    rt_zio_mask_let_go(&work->mask);
    return rt_future_finish(&work->future, work->status, work->value);
}

/* Returns whether a failure stays leased: until the scope is closed. */
static bool stays(const struct work *work)
{
    const struct rt_zio_variant *const variant = work->pool->variant;
    if (!work->lease->is_failed) return true;
    if (variant->closes_failed) return !variant->drops_failed_lease;
    return !variant->releases_failed_early;
}

/* Leases what it has to the scope. Returns false if it has to be released
 * at once: the scope is closed, or a failure does not stay. */
static bool lease(struct work *work)
{
    struct rt_zio_attempt *const attempt = work->acquisition.attempt;
    work->acquisition.attempt = NULL;
    work->status = attempt->status;
    work->value = attempt->value;
    rt_zio_lease_fill(work->lease, attempt);
    if (!stays(work)) return false;

    const int err = rt_zio_lease_bind(work->lease, work->scope);
    if (!err || work->lease->is_failed) return !err;
    work->status = err;
    work->value = 0;
    return false;
}

static enum rt_poll acquire(struct work *work, const struct rt_waker *waker)
{
    struct rt_zio_acquisition *const acquisition = &work->acquisition;
    const enum rt_poll state = rt_zio_acquisition_poll(acquisition, waker);
    atomic_store_explicit(&work->is_waiting,
        acquisition->state == RT_ZIO_ACQUISITION_TAKE, memory_order_relaxed);
    return state;
}

static enum rt_poll poll_work(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct work *const work = (struct work *)future;
    if (work->state == WORK_NEW) {
        work->state = WORK_ACQUIRES;
        rt_zio_mask_hold(&work->mask);
        rt_zio_acquisition_begin(
            &work->acquisition, work->pool, work->may_interrupt);
    }
    if (work->state == WORK_ACQUIRES) {
        if (acquire(work, waker) == RT_PENDING) return RT_PENDING;
        work->status = work->acquisition.status;
        if (!work->acquisition.attempt || lease(work)) return finish(work);
        work->state = WORK_RELEASES;
    }
    if (rt_future_poll(&work->lease->future, waker) == RT_PENDING)
        return RT_PENDING;
    return finish(work);
}

static void drop_work(struct rt_object *object)
{
    struct work *const work = (struct work *)object;
    unlist(work);
    rt_zio_mask_let_go(&work->mask);
    rt_future_drop(work->acquisition.take);
    rt_zio_attempt_unref(work->acquisition.attempt);
    rt_zio_lease_unref(work->lease);
    rt_scope_unref(work->scope);
    rt_zio_pool_unref(work->pool);
}

static void each_edge_of_work(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct work *const work = (const struct work *)object;
    const struct rt_zio_acquisition *const acquisition = &work->acquisition;
    visit(object, "pool", &work->pool->object, true, env);
    visit(object, "scope", rt_scope_object(work->scope), true, env);
    visit(object, "lease", &work->lease->future.object, true, env);
    if (acquisition->take)
        visit(object, "take", &acquisition->take->object, true, env);
    if (acquisition->attempt)
        visit(object, "attempt", &acquisition->attempt->object, true, env);
}

static const struct rt_object_field work_fields[] = {
    RT_OBJECT_FIELD(struct work, pool, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct work, scope, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct work, lease, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct work, acquisition.take, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct work, acquisition.attempt, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type work_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = work_fields,
            .drop = drop_work,
            .each_edge = each_edge_of_work,
        },
    .poll = poll_work,
};

static struct work *create_work(
    struct rt_zio_pool *pool, struct rt_scope *scope)
{
    struct work *const work = rt_future_create(&work_type, sizeof *work);
    if (!work) return NULL;
    ol_list_init(&work->link);
    work->pool = rt_zio_pool_ref(pool);
    work->scope = rt_scope_ref(scope);
    work->lease = rt_zio_lease_create(pool);
    if (work->lease) return work;
    rt_future_drop(&work->future);
    return NULL;
}

/* ---- Request ---- */

/* Sends the work off. */
static int start(struct request *request)
{
    struct work *const work = request->work;
    struct rt_zio_pool *const pool = work->pool;
    work->may_interrupt = rt_zio_is_interruptible();
    pthread_mutex_lock(&pool->mutex);
    ol_list_append(&pool->gets, &work->link);
    pthread_mutex_unlock(&pool->mutex);
    request->detached =
        rt_disconnect(pool->scheduler, rt_object_ref(&work->future.object));
    return request->detached ? 0 : -ENOMEM;
}

static enum rt_poll poll_request(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct request *const request = (struct request *)future;
    struct rt_zio_outcome outcome;
    if (!request->detached) {
        const int err = start(request);
        if (err) return rt_future_finish(future, err, 0);
    }
    if (rt_zio_await(&request->detached, waker, &outcome) == RT_PENDING)
        return RT_PENDING;
    return rt_future_finish(future, outcome.status, outcome.value);
}

/* Who drops it before it is ready leaves the work to its task. */
static void drop_request(struct rt_object *object)
{
    struct request *const request = (struct request *)object;
    if (request->detached)
        atomic_store_explicit(
            &request->work->is_abandoned, true, memory_order_relaxed);
    rt_future_drop(request->detached);
    rt_object_unref(&request->work->future.object);
}

static void each_edge_of_request(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct request *const request = (const struct request *)object;
    visit(object, "work", &request->work->future.object, true, env);
    if (request->detached)
        visit(object, "detached", &request->detached->object, true, env);
}

static const struct rt_object_field request_fields[] = {
    RT_OBJECT_FIELD(struct request, work, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct request, detached, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type request_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = request_fields,
            .drop = drop_request,
            .each_edge = each_edge_of_request,
        },
    .poll = poll_request,
};

struct rt_future *rt_zio_pool_get(
    struct rt_zio_pool *pool, struct rt_scope *scope)
{
    struct work *const work = create_work(pool, scope);
    if (!work) return NULL;
    struct request *const request =
        rt_future_create(&request_type, sizeof *request);
    if (!request) goto fail_request;
    request->work = work;
    return &request->future;

fail_request:
    rt_future_drop(&work->future);
    return NULL;
}

void rt_zio_get_count(struct rt_zio_pool *pool, struct rt_zio_counts *out)
{
    pthread_mutex_lock(&pool->mutex);
    OL_LIST_FOR_EACH(link, &pool->gets) {
        const struct work *const work = OL_LIST_ENTRY(link, struct work, link);
        out->gets++;
        out->ghosts +=
            atomic_load_explicit(&work->is_waiting, memory_order_relaxed) &&
            atomic_load_explicit(&work->is_abandoned, memory_order_relaxed);
    }
    pthread_mutex_unlock(&pool->mutex);
}
