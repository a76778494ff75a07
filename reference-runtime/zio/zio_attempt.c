/* zio_attempt.c - what came of making an item, good or bad.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_attempt.h"

#include <errno.h>

#include "reference-runtime/zio/zio_await.h"

static void leave_stage(struct rt_zio_attempt *attempt)
{
    atomic_fetch_sub_explicit(
        &attempt->pool->stages[attempt->stage], 1, memory_order_relaxed);
}

static void enter_stage(struct rt_zio_attempt *attempt, enum rt_zio_stage stage)
{
    static const char *const names[] = {
        [RT_ZIO_CREATING] = "creating",
        [RT_ZIO_QUEUED] = "queued",
        [RT_ZIO_LEASED] = "leased",
        [RT_ZIO_CLOSING] = "closing",
        [RT_ZIO_DISCARDED] = "discarded",
    };
    ol_state(attempt, names[stage]);
    attempt->stage = stage;
    atomic_fetch_add_explicit(
        &attempt->pool->stages[stage], 1, memory_order_relaxed);
}

/* A scope with something to give back holds itself: it stays, and nobody
 * will ever close it. */
static void drop(struct rt_object *object)
{
    struct rt_zio_attempt *const attempt = (struct rt_zio_attempt *)object;
    rt_object_unref(rt_zio_attempt_item(attempt));
    if (!attempt->scope) return;
    const bool is_lost = rt_scope_size(attempt->scope) > 0;
    rt_scope_unref(attempt->scope);
    leave_stage(attempt);
    atomic_fetch_add_explicit(
        is_lost ? &attempt->pool->orphans : &attempt->pool->finalized, 1,
        memory_order_relaxed);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_zio_attempt *const attempt =
        (const struct rt_zio_attempt *)object;
    const struct rt_object *const item = rt_zio_attempt_item(attempt);
    if (item) visit(object, "value", item, true, env);
    if (attempt->scope)
        visit(object, "scope", rt_scope_object(attempt->scope), true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_zio_attempt, pool, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_zio_attempt, value, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_zio_attempt, scope, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_ATTEMPT,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_zio_attempt *rt_zio_attempt_create(struct rt_zio_pool *pool)
{
    struct rt_zio_attempt *const attempt =
        rt_object_create(&type, sizeof *attempt);
    if (!attempt) return NULL;

    attempt->pool = pool;
    attempt->status = -EINPROGRESS;
    attempt->scope = rt_scope_create();
    if (!attempt->scope) goto fail_scope;
    enter_stage(attempt, RT_ZIO_CREATING);
    atomic_fetch_add_explicit(&pool->created, 1, memory_order_relaxed);
    return attempt;

fail_scope:
    rt_zio_attempt_unref(attempt);
    return NULL;
}

void rt_zio_attempt_unref(struct rt_zio_attempt *attempt)
{
    if (attempt) rt_object_unref(&attempt->object);
}

void rt_zio_attempt_move(
    struct rt_zio_attempt *attempt, enum rt_zio_stage stage)
{
    if (!attempt->scope) return;
    leave_stage(attempt);
    enter_stage(attempt, stage);
}

struct rt_object *rt_zio_attempt_item(const struct rt_zio_attempt *attempt)
{
    if (attempt->status != 0) return NULL;
    return (struct rt_object *)attempt->value;
}

bool rt_zio_attempt_is_valid(const struct rt_zio_attempt *attempt)
{
    const struct rt_object *const item = rt_zio_attempt_item(attempt);
    return item && rt_zio_pool_is_valid(attempt->pool, item);
}

/* ---- Closing ---- */

void rt_zio_closing_begin(struct rt_zio_closing *closing,
    struct rt_zio_attempt *attempt, enum rt_zio_stage stage)
{
    *closing = (struct rt_zio_closing){.attempt = attempt};
    rt_zio_attempt_move(attempt, stage);
    closing->future = rt_scope_close(attempt->scope, attempt->status);
}

static void end(struct rt_zio_attempt *attempt)
{
    leave_stage(attempt);
    rt_scope_unref(attempt->scope);
    attempt->scope = NULL;
    atomic_fetch_add_explicit(
        &attempt->pool->finalized, 1, memory_order_relaxed);
    rt_object_end(&attempt->object, attempt->status ? "failed" : "released");
}

enum rt_poll rt_zio_closing_poll(
    struct rt_zio_closing *closing, const struct rt_waker *waker)
{
    struct rt_zio_outcome ignored;
    if (closing->future &&
        rt_zio_await(&closing->future, waker, &ignored) == RT_PENDING)
        return RT_PENDING;
    end(closing->attempt);
    return RT_READY;
}
