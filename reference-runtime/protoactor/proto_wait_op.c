/* proto_wait_op.c - one wait on a channel, until it has a result.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_wait_op.h"

#include <errno.h>
#include <pthread.h>

#include "reference-runtime/core/step.h"

struct rt_proto_wait_op {
    struct rt_object object;
    struct rt_proto_wait_links links;
    bool is_pooled;
    struct rt_proto_wait_place place; /* `where` is weak */
    /* Whoever takes the registration out of here takes it back. */
    _Atomic(struct rt_cancel_registration *) registration; /* owner */
    atomic_bool is_reserved; /* somebody ends it */
    atomic_int result;
    pthread_mutex_t mutex;
    /* Guarded by mutex. */
    bool is_in_use;
    bool is_used_up;
    unsigned token;
    struct rt_waker waker;           /* owner */
    struct rt_proto_wait_task *task; /* owner */
};

/* ---- Objects ---- */

static void drop(struct rt_object *object)
{
    struct rt_proto_wait_op *const op = (struct rt_proto_wait_op *)object;
    /* Abandoned operations have one; it does not hold them any more. */
    rt_cancel_unregister(op->registration);
    rt_object_unref_weak(op->place.where);
    rt_proto_wait_task_unref(op->task);
    rt_waker_drop(&op->waker);
    pthread_mutex_destroy(&op->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_proto_wait_op *const op =
        (const struct rt_proto_wait_op *)object;
    const struct rt_cancel_registration *const registration = op->registration;
    if (op->links.next)
        visit(object, "next", &op->links.next->object, true, env);
    if (op->links.prev)
        visit(object, "prev", &op->links.prev->object, false, env);
    if (op->task)
        visit(object, "task", rt_proto_wait_task_object(op->task), true, env);
    rt_waker_each_edge(&op->waker, object, "waker", visit, env);
    if (registration) {
        visit(object, "registration",
            rt_cancel_registration_object(registration), true, env);
    }
}

static const struct rt_object_field fields[] = {
    {"next", offsetof(struct rt_proto_wait_op, links.next), OL_FIELD_STRONG},
    {"prev", offsetof(struct rt_proto_wait_op, links.prev), OL_FIELD_WEAK},
    RT_OBJECT_FIELD(struct rt_proto_wait_op, place.where, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_proto_wait_op, registration, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_proto_wait_op, waker.data, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_proto_wait_op, task, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_WAIT_OP,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_proto_wait_op *rt_proto_wait_op_create(void)
{
    struct rt_proto_wait_op *const op = rt_object_create(&type, sizeof *op);
    if (!op) return NULL;
    atomic_init(&op->result, -EINPROGRESS);
    pthread_mutex_init(&op->mutex, NULL);
    op->is_in_use = true;
    return op;
}

struct rt_proto_wait_op *rt_proto_wait_op_create_pooled(void)
{
    struct rt_proto_wait_op *const op = rt_proto_wait_op_create();
    if (!op) return NULL;
    op->is_pooled = true;
    op->is_in_use = false;
    return op;
}

struct rt_proto_wait_op *rt_proto_wait_op_ref(struct rt_proto_wait_op *op)
{
    return rt_object_ref(&op->object);
}

void rt_proto_wait_op_unref(struct rt_proto_wait_op *op)
{
    if (op) rt_object_unref(&op->object);
}

const struct rt_object *rt_proto_wait_op_object(
    const struct rt_proto_wait_op *op)
{
    return &op->object;
}

struct rt_proto_wait_links *rt_proto_wait_op_links(struct rt_proto_wait_op *op)
{
    return &op->links;
}

/* ---- Its end ---- */

/* Nobody is waiting any more: a pooled one is free for the next use. */
static struct rt_proto_wait_task *use_up(struct rt_proto_wait_op *op)
{
    struct rt_proto_wait_task *const task = op->is_pooled ? op->task : NULL;
    op->token++;
    op->is_used_up = true;
    if (op->is_pooled) {
        op->task = NULL;
        op->is_in_use = false;
    }
    return task;
}

/* Publishes the result and takes the continuation, in one critical section:
 * who sets one looks for the result under the same lock, and nobody can use a
 * pooled operation again in between. */
static void settle(struct rt_proto_wait_op *op, int result)
{
    rt_proto_wait_op_ref(op); /* its continuation may give up the last one */
    rt_object_end(
        &op->object, result == -ECANCELED ? "cancelled" : "completed");

    pthread_mutex_lock(&op->mutex);
    atomic_store_explicit(&op->result, result, memory_order_release);
    struct rt_waker waker = op->waker;
    op->waker = (struct rt_waker){0};
    struct rt_proto_wait_task *const task =
        op->task ? rt_proto_wait_task_ref(op->task) : NULL;
    struct rt_proto_wait_task *const freed = task ? use_up(op) : NULL;
    pthread_mutex_unlock(&op->mutex);

    rt_waker_fire(&waker);
    if (task) rt_proto_wait_task_complete(task, result);
    rt_proto_wait_task_unref(task);
    rt_proto_wait_task_unref(freed);
    rt_proto_wait_op_unref(op);
}

/* Sequentially consistent, as in arm: either this sees the registration or
 * that sees the reservation. */
static bool reserve(struct rt_proto_wait_op *op)
{
    rt_step("wait-op-reserve");
    return !atomic_exchange(&op->is_reserved, true);
}

static void unregister(struct rt_proto_wait_op *op)
{
    rt_step("wait-op-unregister");
    rt_cancel_unregister(atomic_exchange(&op->registration, NULL));
}

bool rt_proto_wait_op_complete(struct rt_proto_wait_op *op, int result)
{
    if (!reserve(op)) return false;
    unregister(op);
    settle(op, result);
    return true;
}

bool rt_proto_wait_op_abandon(struct rt_proto_wait_op *op)
{
    if (!reserve(op)) return false;
    settle(op, -ECANCELED);
    return true;
}

/* An operation that has been abandoned is over when its source is cancelled;
 * this is then the end of its registration. */
static void cancel(struct rt_object *target)
{
    struct rt_proto_wait_op *const op = (struct rt_proto_wait_op *)target;
    if (!rt_proto_wait_op_complete(op, -ECANCELED)) {
        unregister(op);
        return;
    }
    if (!op->place.leave) return;
    struct rt_object *const where = rt_object_upgrade(op->place.where);
    if (!where) return;
    op->place.leave(where, op);
    rt_object_unref(where);
}

int rt_proto_wait_op_arm(struct rt_proto_wait_op *op,
    struct rt_cancel_source *source, struct rt_proto_wait_place place)
{
    op->place = place;
    if (place.where) rt_object_ref_weak(place.where);
    rt_step("wait-op-register");
    struct rt_cancel_registration *registration = NULL;
    const int err =
        rt_cancel_register(source, cancel, &op->object, &registration);
    if (err) return err == -ECANCELED ? 0 : err;

    /* It may have ended before there was anything to take back. */
    atomic_store(&op->registration, registration);
    rt_step("wait-op-registered");
    if (atomic_load(&op->is_reserved)) unregister(op);
    return 0;
}

/* ---- Its use ---- */

bool rt_proto_wait_op_acquire(struct rt_proto_wait_op *op)
{
    pthread_mutex_lock(&op->mutex);
    const bool was_free = !op->is_in_use;
    if (was_free) {
        op->is_in_use = true;
        op->is_used_up = false;
        atomic_store(&op->is_reserved, false);
        atomic_store_explicit(&op->result, -EINPROGRESS, memory_order_relaxed);
    }
    pthread_mutex_unlock(&op->mutex);
    return was_free;
}

int rt_proto_wait_op_result(const struct rt_proto_wait_op *op)
{
    /* Acquire: pairs with the release in settle. */
    return atomic_load_explicit(&op->result, memory_order_acquire);
}

unsigned rt_proto_wait_op_token(struct rt_proto_wait_op *op)
{
    pthread_mutex_lock(&op->mutex);
    const unsigned token = op->token;
    pthread_mutex_unlock(&op->mutex);
    return token;
}

/* Returns why there can be no continuation now, or 0. */
static int refuse(const struct rt_proto_wait_op *op, unsigned token, bool again)
{
    if (op->token != token || op->is_used_up) return -EINVAL;
    if (op->task || (op->waker.type && !again)) return -EBUSY;
    return 0;
}

int rt_proto_wait_op_listen(struct rt_proto_wait_op *op, unsigned token,
    const struct rt_waker *waker, bool again)
{
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&op->mutex);
    const int err = refuse(op, token, again);
    const bool is_over = rt_proto_wait_op_result(op) != -EINPROGRESS;
    if (!err && !is_over) replaced = rt_waker_replace(&op->waker, waker);
    pthread_mutex_unlock(&op->mutex);

    rt_waker_drop(&replaced);
    if (!err && is_over) rt_waker_wake(waker);
    return err;
}

void rt_proto_wait_op_unlisten(struct rt_proto_wait_op *op, unsigned token)
{
    struct rt_waker waker = {0};
    pthread_mutex_lock(&op->mutex);
    if (op->token == token) {
        waker = op->waker;
        op->waker = (struct rt_waker){0};
    }
    pthread_mutex_unlock(&op->mutex);
    rt_waker_drop(&waker);
}

int rt_proto_wait_op_set_task(struct rt_proto_wait_op *op, unsigned token,
    struct rt_proto_wait_task *task)
{
    struct rt_proto_wait_task *freed = NULL;
    pthread_mutex_lock(&op->mutex);
    const int err = refuse(op, token, false);
    const int result = rt_proto_wait_op_result(op);
    if (!err) op->task = rt_proto_wait_task_ref(task);
    if (!err && result != -EINPROGRESS) freed = use_up(op);
    pthread_mutex_unlock(&op->mutex);

    if (!err && result != -EINPROGRESS)
        rt_proto_wait_task_complete(task, result);
    rt_proto_wait_task_unref(freed);
    return err;
}

int rt_proto_wait_op_use_up(struct rt_proto_wait_op *op, unsigned token)
{
    pthread_mutex_lock(&op->mutex);
    int result = -EINVAL;
    if (op->token == token && !op->is_used_up) {
        result = rt_proto_wait_op_result(op);
        if (result != -EINPROGRESS) use_up(op);
    }
    pthread_mutex_unlock(&op->mutex);
    return result;
}
