/* zio_keyed_get.c - a get from a keyed pool: first the pool, then the item.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/zio/zio_await.h"
#include "reference-runtime/zio/zio_keyed_state.h"

enum get_state {
    GET_NEW,
    GET_OPENS, /* it is the one that opens the pool */
    GET_WAITS, /* another one does */
    GET_GETS
};

struct get {
    struct rt_future future;
    struct rt_zio_keyed_pool *keyed; /* owner */
    struct rt_scope *scope;          /* owner */
    struct rt_zio_promise *promise;  /* owner; NULL while new */
    struct rt_future *work; /* owner; opens the pool, then gets from it */
    struct rt_wait wait;    /* for the promise */
    uint64_t key;
    enum get_state state;
    bool has_promised; /* others may wait for what comes of it */
};

/* ---- To have a pool ---- */

/* Begins to open the pool. Who opens is not interrupted half-way: the opening
 * sees to that, and shuts down what it has made. */
static int begin_opening(struct get *get)
{
    struct rt_zio_book *const book = get->keyed->book;
    struct rt_zio_pool *pool = NULL;
    const int err = rt_zio_book_make_pool(book, get->key, &pool);
    if (err) return err;

    rt_zio_promise_show(get->promise, pool);
    get->work = rt_zio_pool_open(pool, book->owner);
    rt_zio_pool_unref(pool);
    return get->work ? 0 : -ENOMEM;
}

static int begin(struct get *get)
{
    get->promise =
        rt_zio_keyed_pool_promise(get->keyed, get->key, &get->has_promised);
    if (!get->promise) {
        get->has_promised = false;
        return -ENOMEM;
    }
    get->state = get->has_promised ? GET_OPENS : GET_WAITS;
    return get->has_promised ? begin_opening(get) : 0;
}

/* Returns RT_READY and how it went once there is a pool, or none to be. */
static enum rt_poll find_pool(
    struct get *get, const struct rt_waker *waker, int *status)
{
    if (get->state == GET_WAITS)
        return rt_zio_promise_poll(get->promise, &get->wait, waker, status);

    struct rt_zio_outcome outcome;
    if (rt_zio_await(&get->work, waker, &outcome) == RT_PENDING)
        return RT_PENDING;
    *status = outcome.status;
    return RT_READY;
}

/* ---- To have an item ---- */

static int begin_get(struct get *get)
{
    if (get->has_promised) rt_zio_promise_settle(get->promise, 0);
    get->has_promised = false;
    get->state = GET_GETS;
    struct rt_zio_pool *const pool = rt_zio_promise_pool(get->promise);
    get->work = rt_zio_pool_get(pool, get->scope);
    rt_zio_pool_unref(pool);
    return get->work ? 0 : -ENOMEM;
}

/* ---- The future ---- */

/* Who has promised a pool and has none says so to who waits for it. */
static void break_promise(struct get *get, int status)
{
    if (!get->has_promised) return;
    get->has_promised = false;
    rt_zio_keyed_pool_break(get->keyed, get->promise, status);
}

static enum rt_poll fail(struct get *get, int status)
{
    break_promise(get, status);
    return rt_future_finish(&get->future, status, 0);
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct get *const get = (struct get *)future;
    struct rt_zio_outcome outcome;
    int status = 0;
    if (get->state == GET_NEW) status = begin(get);
    if (!status && get->state != GET_GETS) {
        if (find_pool(get, waker, &status) == RT_PENDING) return RT_PENDING;
        if (!status) status = begin_get(get);
    }
    if (status) return fail(get, status);
    if (rt_zio_await(&get->work, waker, &outcome) == RT_PENDING)
        return RT_PENDING;
    return rt_future_finish(future, outcome.status, outcome.value);
}

static void drop(struct rt_object *object)
{
    struct get *const get = (struct get *)object;
    rt_future_drop(get->work);
    break_promise(get, -EINTR);
    if (get->promise) rt_zio_promise_leave(get->promise, &get->wait);
    rt_zio_promise_unref(get->promise);
    rt_scope_unref(get->scope);
    rt_zio_keyed_pool_unref(get->keyed);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct get *const get = (const struct get *)object;
    visit(object, "keyed", &get->keyed->object, true, env);
    visit(object, "scope", rt_scope_object(get->scope), true, env);
    if (get->promise)
        visit(object, "promise", &get->promise->object, true, env);
    if (get->work) visit(object, "work", &get->work->object, true, env);
    rt_waker_each_edge(&get->wait.waker, object, "wait.waker", visit, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct get, keyed, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct get, scope, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct get, promise, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct get, work, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct get, wait.link, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct get, wait.list, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct get, wait.waker.data, OL_FIELD_STRONG),
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

struct rt_future *rt_zio_keyed_pool_get(
    struct rt_zio_keyed_pool *keyed, uint64_t key, struct rt_scope *scope)
{
    struct get *const get = rt_future_create(&type, sizeof *get);
    if (!get) return NULL;

    get->keyed = rt_zio_keyed_pool_ref(keyed);
    get->scope = rt_scope_ref(scope);
    get->key = key;
    rt_wait_init(&get->wait);
    return &get->future;
}
