/* zio_maker.c - items that acquire something, and then turn out well or not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_maker.h"

#include <errno.h>

#include "reference-runtime/core/payload.h"

enum {
    ITEM_BYTES = 64
};

/* ---- Resources ---- */

struct resource {
    struct rt_object object;
    struct rt_zio_maker *maker; /* borrowed */
};

static const struct rt_object_type resource_type = {.kind = RT_RESOURCE};

static struct rt_future *release(void *env, int exit)
{
    struct resource *const resource = env;
    (void)exit;
    atomic_fetch_add(&resource->maker->released, 1);
    rt_object_end(&resource->object, "released");
    return NULL;
}

static void drop_resource(void *env)
{
    rt_object_unref(&((struct resource *)env)->object);
}

static int acquire(struct rt_zio_maker *maker, struct rt_scope *scope)
{
    struct resource *const resource =
        rt_object_create(&resource_type, sizeof *resource);
    if (!resource) return -ENOMEM;
    resource->maker = maker;

    const struct rt_finalizer_fn fn = {
        .run = release, .drop = drop_resource, .env = resource};
    const int err = rt_scope_add(scope, fn, NULL);
    if (err)
        drop_resource(resource);
    else
        atomic_fetch_add(&maker->acquired, 1);
    return err;
}

/* ---- Items ---- */

struct making {
    struct rt_future future;
    struct rt_zio_maker *maker; /* borrowed */
    struct rt_scope *scope;     /* owner; NULL once the item has begun */
    enum rt_zio_fate fate;
    struct rt_wait wait;    /* of the maker's */
    struct rt_future *turn; /* owner; NULL: none, or over */
};

static int begin(struct making *making)
{
    struct rt_zio_maker *const maker = making->maker;
    const long call = atomic_fetch_add(&maker->calls, 1) + 1;
    making->fate = maker->fate;
    if (maker->fails && call % maker->fails == 0) making->fate = RT_ZIO_FAILS;
    if (call == maker->suspends_at) making->fate = RT_ZIO_SUSPENDS;
    if (maker->takes_a_turn) making->turn = rt_future_yield();
    const int err = maker->acquires_nothing ? 0 : acquire(maker, making->scope);
    rt_scope_unref(making->scope);
    making->scope = NULL;
    return err;
}

static enum rt_poll suspend(struct making *making, const struct rt_waker *waker)
{
    struct rt_zio_maker *const maker = making->maker;
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&maker->mutex);
    const bool waits = !maker->is_let_go;
    if (waits) replaced = rt_wait_list_add(&maker->waits, &making->wait, waker);
    pthread_mutex_unlock(&maker->mutex);
    rt_waker_drop(&replaced);
    return waits ? RT_PENDING : RT_READY;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct making *const making = (struct making *)future;
    const int err = making->scope ? begin(making) : 0;
    if (err) return rt_future_finish(future, err, 0);
    if (making->turn) {
        if (rt_future_poll(making->turn, waker) == RT_PENDING)
            return RT_PENDING;
        rt_future_drop(making->turn);
        making->turn = NULL;
    }
    if (making->fate == RT_ZIO_FAILS) return rt_future_finish(future, -EIO, 0);
    if (making->fate == RT_ZIO_SUSPENDS && suspend(making, waker) == RT_PENDING)
        return RT_PENDING;

    struct rt_payload *const item = rt_payload_create(ITEM_BYTES);
    return rt_future_finish(future, item ? 0 : -ENOMEM, (intptr_t)item);
}

static void drop(struct rt_object *object)
{
    struct making *const making = (struct making *)object;
    rt_wait_leave(&making->wait, &making->maker->mutex);
    rt_future_drop(making->turn);
    rt_scope_unref(making->scope);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct making *const making = (const struct making *)object;
    if (making->scope)
        visit(object, "scope", rt_scope_object(making->scope), true, env);
    if (making->turn) visit(object, "turn", &making->turn->object, true, env);
    rt_waker_each_edge(&making->wait.waker, object, "wait.waker", visit, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct making, scope, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct making, turn, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct making, wait.link, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct making, wait.list, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct making, wait.waker.data, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = fields,
            .drop = drop,
            .each_edge = each_edge,
        },
    .poll = poll,
};

struct rt_future *rt_zio_maker_make(
    struct rt_zio_maker *maker, struct rt_scope *scope)
{
    struct making *const making = rt_future_create(&type, sizeof *making);
    if (!making) return NULL;

    making->maker = maker;
    making->scope = rt_scope_ref(scope);
    rt_wait_init(&making->wait);
    return &making->future;
}

/* ---- The maker ---- */

void rt_zio_maker_init(struct rt_zio_maker *maker, enum rt_zio_fate fate)
{
    *maker = (struct rt_zio_maker){.fate = fate};
    pthread_mutex_init(&maker->mutex, NULL);
    rt_wait_list_init(&maker->waits);
}

void rt_zio_maker_deinit(struct rt_zio_maker *maker)
{
    pthread_mutex_destroy(&maker->mutex);
}

/* Wakes one after the other, each outside of the lock. */
void rt_zio_maker_let_go(struct rt_zio_maker *maker)
{
    struct rt_wait *wait = NULL;
    do {
        struct rt_waker waker = {0};
        pthread_mutex_lock(&maker->mutex);
        maker->is_let_go = true;
        wait = rt_wait_list_take(&maker->waits);
        if (wait) {
            waker = wait->waker;
            wait->waker = (struct rt_waker){0};
        }
        pthread_mutex_unlock(&maker->mutex);
        rt_waker_fire(&waker);
    } while (wait);
}

long rt_zio_maker_live(const struct rt_zio_maker *maker)
{
    return atomic_load(&maker->acquired) - atomic_load(&maker->released);
}
