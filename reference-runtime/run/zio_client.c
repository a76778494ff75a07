/* zio_client.c - users of a pool who come and go, in both modes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_client.h"

#include <errno.h>

#include "reference-runtime/core/task.h"

enum client_state {
    CLIENT_COMES,
    CLIENT_GIVES_UP, /* its get has had one turn */
    CLIENT_GETS,
    CLIENT_HOLDS, /* an item, for one turn */
    CLIENT_CLOSES
};

struct client {
    struct rt_future future;
    struct rt_zio_crowd *crowd; /* borrowed */
    uint64_t draw;              /* the last number drawn */
    long visits;
    enum client_state state;
    struct rt_scope *scope; /* owner; of this visit */
    struct rt_task *get;    /* owner; of this visit */
    struct rt_future *wait; /* owner; what it waits for now */
};

/* Draws the next number: splitmix64. */
static uint64_t draw(struct client *client)
{
    client->draw += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = client->draw;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

/* Returns whether it is one of so many times. */
static bool happens(struct client *client, unsigned every)
{
    return every > 0 && draw(client) % every == 0;
}

/* ---- A visit, step by step: each leaves what to wait for ---- */

static int come(struct client *client)
{
    struct rt_zio_crowd *const crowd = client->crowd;
    client->scope = rt_scope_create();
    if (!client->scope) return -ENOMEM;
    struct rt_future *const get =
        crowd->get(crowd->env, draw(client), client->scope);
    client->get = get ? rt_task_spawn(crowd->scheduler, get) : NULL;
    if (!client->get) return -ENOMEM;

    const bool gives_up = happens(client, crowd->gives_up);
    client->state = gives_up ? CLIENT_GIVES_UP : CLIENT_GETS;
    client->wait = gives_up ? rt_future_yield() : rt_task_join(client->get);
    return 0;
}

static void give_up(struct client *client)
{
    rt_task_interrupt(client->get);
    client->state = CLIENT_GETS;
    client->wait = rt_task_join(client->get);
}

static int have(struct client *client, int status, intptr_t value)
{
    struct rt_zio_crowd *const crowd = client->crowd;
    atomic_long *const count = status == 0        ? &crowd->got
                               : status == -EINTR ? &crowd->interrupted
                                                  : &crowd->failed;
    atomic_fetch_add(count, 1);
    rt_task_unref(client->get);
    client->get = NULL;
    client->state = CLIENT_HOLDS;
    client->wait = rt_future_yield();
    if (status != 0 || !happens(client, crowd->invalidates)) return 0;
    return crowd->invalidate(crowd->env, (struct rt_object *)value);
}

static void close(struct client *client)
{
    client->state = CLIENT_CLOSES;
    client->wait = rt_scope_close(client->scope, 0);
    rt_scope_unref(client->scope);
    client->scope = NULL;
}

/* Goes on after a wait. */
static int step(struct client *client, int status, intptr_t value)
{
    switch (client->state) {
    case CLIENT_COMES:
        return come(client);
    case CLIENT_GIVES_UP:
        give_up(client);
        return 0;
    case CLIENT_GETS:
        return have(client, status, value);
    case CLIENT_HOLDS:
        close(client);
        return 0;
    case CLIENT_CLOSES:
        client->state = CLIENT_COMES;
        client->visits++;
        return 0;
    }
    return 0;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct client *const client = (struct client *)future;
    int err = 0;
    while (!err && client->visits < client->crowd->visits) {
        int status = 0;
        intptr_t value = 0;
        if (client->wait) {
            if (rt_future_poll(client->wait, waker) == RT_PENDING)
                return RT_PENDING;
            status = client->wait->status;
            value = client->wait->value;
            rt_future_drop(client->wait);
            client->wait = NULL;
        }
        err = step(client, status, value);
    }
    if (err) atomic_store(&client->crowd->error, err);
    return rt_future_finish(future, err, 0);
}

static void drop(struct rt_object *object)
{
    struct client *const client = (struct client *)object;
    rt_future_drop(client->wait);
    rt_task_unref(client->get);
    rt_scope_unref(client->scope);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct client *const client = (const struct client *)object;
    if (client->scope)
        visit(object, "scope", rt_scope_object(client->scope), true, env);
    if (client->get)
        visit(object, "get", rt_task_object(client->get), true, env);
    if (client->wait) visit(object, "wait", &client->wait->object, true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct client, scope, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct client, get, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct client, wait, OL_FIELD_STRONG),
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

struct rt_future *rt_zio_client(struct rt_zio_crowd *crowd, uint64_t number)
{
    struct client *const client = rt_future_create(&type, sizeof *client);
    if (!client) return NULL;

    client->crowd = crowd;
    client->draw = number;
    return &client->future;
}

/* ---- Crowds ---- */

static struct rt_future *get(void *env, uint64_t draw, struct rt_scope *scope)
{
    const struct rt_zio_rig *const rig = env;
    (void)draw;
    return rt_zio_pool_get(rig->pool, scope);
}

static int invalidate(void *env, struct rt_object *item)
{
    const struct rt_zio_rig *const rig = env;
    return rt_zio_pool_invalidate(rig->pool, item);
}

struct rt_zio_crowd rt_zio_crowd_of(struct rt_zio_rig *rig, long visits)
{
    return (struct rt_zio_crowd){
        .scheduler = rig->scene.scheduler,
        .get = get,
        .invalidate = invalidate,
        .env = rig,
        .visits = visits,
    };
}

static struct rt_future *get_any(
    void *env, uint64_t draw, struct rt_scope *scope)
{
    const struct rt_zio_keyed_rig *const rig = env;
    return rt_zio_keyed_pool_get(rig->keyed, draw % RT_ZIO_KEYS, scope);
}

static int invalidate_any(void *env, struct rt_object *item)
{
    const struct rt_zio_keyed_rig *const rig = env;
    return rt_zio_keyed_pool_invalidate(rig->keyed, item);
}

struct rt_zio_crowd rt_zio_crowd_of_keyed(
    struct rt_zio_keyed_rig *rig, long visits)
{
    return (struct rt_zio_crowd){
        .scheduler = rig->scene.scheduler,
        .get = get_any,
        .invalidate = invalidate_any,
        .env = rig,
        .visits = visits,
    };
}

int rt_zio_crowd_run(struct rt_zio_crowd *crowd, uint64_t first, long clients)
{
    const size_t before = rt_scheduler_tasks(crowd->scheduler);
    int err = 0;
    for (long i = 0; i < clients && !err; i++) {
        struct rt_future *const client =
            rt_zio_client(crowd, first + (uint64_t)i);
        struct rt_task *const task =
            client ? rt_task_spawn(crowd->scheduler, client) : NULL;
        if (!task) err = -ENOMEM;
        rt_task_unref(task);
    }
    rt_scheduler_run(crowd->scheduler);
    if (!err) err = atomic_load(&crowd->error);
    if (err) return err;
    return rt_scheduler_tasks(crowd->scheduler) > before ? -EINPROGRESS : 0;
}
