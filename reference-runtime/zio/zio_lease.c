/* zio_lease.c - an attempt in the hands of a caller, and its way back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_lease.h"

/* ---- Release ---- */

static void dispose(
    struct rt_zio_lease *lease, enum rt_zio_disposal_reason reason)
{
    /* Who closes a scope is not interrupted in it. */
    rt_zio_disposal_begin(&lease->disposal, lease->attempt, reason, false);
    lease->state = RT_ZIO_LEASE_DISPOSES;
}

static void give_back(struct rt_zio_lease *lease)
{
    struct rt_zio_pool *const pool = lease->pool;
    struct rt_zio_attempt *const attempt = lease->attempt;
    lease->attempt = NULL;
    lease->state = RT_ZIO_LEASE_RELEASED;
    rt_zio_slots_give_back(&pool->cell);
    rt_zio_pool_offer(pool, attempt);
    if (!atomic_load(&pool->is_stopping)) return;
    rt_zio_drain_begin(&lease->drain, pool);
    lease->state = RT_ZIO_LEASE_DRAINS;
}

static void begin(struct rt_zio_lease *lease)
{
    rt_zio_mask_hold(&lease->mask);
    if (rt_zio_attempt_is_valid(lease->attempt)) {
        give_back(lease);
    } else if (!lease->is_failed) {
        dispose(lease, RT_ZIO_INVALID);
    } else if (!lease->pool->variant->closes_failed) {
        dispose(lease, RT_ZIO_LOST);
    } else {
        lease->state = RT_ZIO_LEASE_RELEASED; /* its slot went long ago */
    }
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct rt_zio_lease *const lease = (struct rt_zio_lease *)future;
    enum rt_poll state = RT_READY;
    if (lease->state == RT_ZIO_LEASE_HELD) begin(lease);
    if (lease->state == RT_ZIO_LEASE_DISPOSES)
        state = rt_zio_disposal_poll(&lease->disposal, waker);
    else if (lease->state == RT_ZIO_LEASE_DRAINS)
        state = rt_zio_drain_poll(&lease->drain, waker);
    if (state == RT_PENDING) return RT_PENDING;

    lease->state = RT_ZIO_LEASE_RELEASED;
    rt_zio_mask_let_go(&lease->mask);
    return rt_future_finish(future, 0, 0);
}

/* ---- The lease ---- */

static void drop(struct rt_object *object)
{
    struct rt_zio_lease *const lease = (struct rt_zio_lease *)object;
    if (lease->is_failed)
        atomic_fetch_sub_explicit(
            &lease->pool->failed, 1, memory_order_relaxed);
    rt_zio_mask_let_go(&lease->mask);
    rt_zio_attempt_unref(lease->attempt);
    rt_zio_pool_unref(lease->pool);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_zio_lease *const lease =
        (const struct rt_zio_lease *)object;
    visit(object, "pool", &lease->pool->object, true, env);
    if (lease->attempt)
        visit(object, "attempt", &lease->attempt->object, true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_zio_lease, pool, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_zio_lease, attempt, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type type = {
    .object =
        {
            .kind = RT_LEASE,
            .fields = fields,
            .drop = drop,
            .each_edge = each_edge,
        },
    .poll = poll,
};

struct rt_zio_lease *rt_zio_lease_create(struct rt_zio_pool *pool)
{
    struct rt_zio_lease *const lease = rt_future_create(&type, sizeof *lease);
    if (lease) lease->pool = rt_zio_pool_ref(pool);
    return lease;
}

void rt_zio_lease_unref(struct rt_zio_lease *lease)
{
    if (lease) rt_object_unref(&lease->future.object);
}

void rt_zio_lease_fill(
    struct rt_zio_lease *lease, struct rt_zio_attempt *attempt)
{
    rt_zio_attempt_move(attempt, RT_ZIO_LEASED);
    lease->attempt = attempt;
    lease->is_failed = attempt->status != 0;
    if (lease->is_failed)
        atomic_fetch_add_explicit(
            &lease->pool->failed, 1, memory_order_relaxed);
}

/* A finalizer's future is the lease itself. */
static struct rt_future *release(void *env, int exit)
{
    struct rt_zio_lease *const lease = env;
    (void)exit;
    return rt_object_ref(&lease->future.object);
}

static void drop_finalizer(void *env)
{
    rt_zio_lease_unref(env);
}

int rt_zio_lease_bind(struct rt_zio_lease *lease, struct rt_scope *scope)
{
    const struct rt_finalizer_fn fn = {
        .run = release,
        .drop = drop_finalizer,
        .env = rt_object_ref(&lease->future.object),
    };
    const int err = rt_scope_add(scope, fn, NULL);
    if (err) rt_zio_lease_unref(lease);
    return err;
}
