/* http_client.c - requests over connections that are dear to open.
 *
 *     http-client [THREADS [REQUESTS]]
 *
 * All requests go out at once, over four connections at most. To open one
 * takes 20 ms, a request 5 ms; every seventh response ends with `Connection:
 * close`. The network is made up and time is virtual: it passes when there is
 * nothing to do. With 0 threads, as by default, all runs in one, and the
 * output is always the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference-runtime/core/scope.h"
#include "reference-runtime/core/task.h"
#include "reference-runtime/zio/zio_pool.h"

enum {
    CONNECTIONS = 4,
    HANGS_UP_EVERY = 7
};

static const uint64_t millisecond_ns = 1000000;

struct client {
    struct rt_scheduler *scheduler; /* owner */
    struct rt_zio_pool *pool;       /* owner */
    atomic_long opened;
    atomic_long closed;
    atomic_long answered;
};

/* ---- Connections ---- */

struct connection {
    struct rt_object object;
    struct client *client; /* borrowed */
    long number;
};

static const struct rt_object_type connection_type = {.kind = RT_RESOURCE};

static struct rt_future *hang_up(void *env, int exit)
{
    const struct connection *const connection = env;
    (void)exit;
    atomic_fetch_add(&connection->client->closed, 1);
    return NULL;
}

static void drop_connection(void *env)
{
    rt_object_unref(&((struct connection *)env)->object);
}

/* The pool's way to a connection: it takes a while, and may be interrupted. */
struct dialling {
    struct rt_future future;
    struct client *client;  /* borrowed */
    struct rt_scope *scope; /* owner; where to say how to hang up */
    struct rt_future *wait; /* owner */
};

static enum rt_poll connect(struct dialling *dialling)
{
    struct connection *const connection =
        rt_object_create(&connection_type, sizeof *connection);
    if (!connection) return rt_future_finish(&dialling->future, -ENOMEM, 0);

    connection->client = dialling->client;
    connection->number = atomic_fetch_add(&dialling->client->opened, 1) + 1;
    const struct rt_finalizer_fn fn = {
        .run = hang_up,
        .drop = drop_connection,
        .env = rt_object_ref(&connection->object),
    };
    const int err = rt_scope_add(dialling->scope, fn, NULL);
    if (!err)
        return rt_future_finish(&dialling->future, 0, (intptr_t)connection);
    drop_connection(connection);
    drop_connection(connection);
    return rt_future_finish(&dialling->future, err, 0);
}

static enum rt_poll poll_dialling(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct dialling *const dialling = (struct dialling *)future;
    if (rt_future_poll(dialling->wait, waker) == RT_PENDING) return RT_PENDING;
    return connect(dialling);
}

static void drop_dialling(struct rt_object *object)
{
    struct dialling *const dialling = (struct dialling *)object;
    rt_future_drop(dialling->wait);
    rt_scope_unref(dialling->scope);
}

static const struct rt_future_type dialling_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_dialling},
    .poll = poll_dialling,
};

static struct rt_future *dial(void *env, struct rt_scope *scope)
{
    struct client *const client = env;
    struct dialling *const dialling =
        rt_future_create(&dialling_type, sizeof *dialling);
    if (!dialling) return NULL;
    dialling->client = client;
    dialling->scope = rt_scope_ref(scope);
    dialling->wait =
        rt_sleep(rt_scheduler_clock(client->scheduler), 20 * millisecond_ns);
    if (dialling->wait) return &dialling->future;
    rt_future_drop(&dialling->future);
    return NULL;
}

/* ---- Requests ---- */

enum request_state {
    REQUEST_CONNECTS,
    REQUEST_SENDS,
    REQUEST_LEAVES
};

/* Has a scope of its own: closing it gives the connection back. */
struct request {
    struct rt_future future;
    struct client *client; /* borrowed */
    long number;
    enum request_state state;
    struct rt_scope *scope;        /* owner */
    struct rt_future *wait;        /* owner; for the state to be over */
    struct connection *connection; /* borrowed; ours until we leave */
};

static void await(
    struct request *request, enum request_state state, struct rt_future *wait)
{
    request->wait = wait;
    request->state = state;
}

static void leave(struct request *request, int status)
{
    request->future.status = status;
    await(request, REQUEST_LEAVES, rt_scope_close(request->scope, status));
}

static void send(struct request *request, struct connection *connection)
{
    struct rt_clock *const clock =
        rt_scheduler_clock(request->client->scheduler);
    struct rt_future *const sent = rt_sleep(clock, 5 * millisecond_ns);
    request->connection = connection;
    if (sent)
        await(request, REQUEST_SENDS, sent);
    else
        leave(request, -ENOMEM);
}

static void receive(struct request *request)
{
    struct client *const client = request->client;
    struct connection *const connection = request->connection;
    const bool is_last = request->number % HANGS_UP_EVERY == 0;
    printf("GET /%ld 200 over connection %ld%s\n", request->number,
        connection->number, is_last ? ", Connection: close" : "");
    atomic_fetch_add(&client->answered, 1);
    leave(request,
        is_last ? rt_zio_pool_invalidate(client->pool, &connection->object)
                : 0);
}

/* What it waited for, if anything, ended so. */
static void step(struct request *request, int status, intptr_t value)
{
    if (status)
        leave(request, status);
    else if (request->state == REQUEST_CONNECTS)
        send(request, (struct connection *)value);
    else
        receive(request);
}

static enum rt_poll poll_request(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct request *const request = (struct request *)future;
    while (request->wait) {
        if (rt_future_poll(request->wait, waker) == RT_PENDING)
            return RT_PENDING;
        const int status = request->wait->status;
        const intptr_t value = request->wait->value;
        rt_future_drop(request->wait);
        request->wait = NULL;
        if (request->state != REQUEST_LEAVES) step(request, status, value);
    }
    return rt_future_finish(future, future->status, 0);
}

static void drop_request(struct rt_object *object)
{
    struct request *const request = (struct request *)object;
    rt_future_drop(request->wait);
    rt_scope_unref(request->scope);
}

static const struct rt_future_type request_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_request},
    .poll = poll_request,
};

static struct rt_future *make_request(struct client *client, long number)
{
    struct request *const request =
        rt_future_create(&request_type, sizeof *request);
    if (!request) return NULL;
    request->client = client;
    request->number = number;
    request->scope = rt_scope_create();
    if (request->scope)
        request->wait = rt_zio_pool_get(client->pool, request->scope);
    if (request->wait) return &request->future;
    rt_future_drop(&request->future);
    return NULL;
}

/* ---- The client ---- */

/* Starts a future, which may be NULL for want of memory, and forgets it. */
static int start(struct client *client, struct rt_future *future)
{
    struct rt_task *const task = rt_task_spawn(client->scheduler, future);
    rt_task_unref(task);
    return task ? 0 : -ENOMEM;
}

static void run_all(struct client *client)
{
    const uint64_t long_enough_ns = UINT64_C(3600000) * millisecond_ns;
    rt_scheduler_run_for(client->scheduler, long_enough_ns);
}

static int send_all(
    struct client *client, struct rt_scope *owner, long requests)
{
    int err = start(client, rt_zio_pool_open(client->pool, owner));
    run_all(client);
    for (long number = 1; number <= requests && !err; number++)
        err = start(client, make_request(client, number));
    run_all(client);

    struct rt_future *const closing = rt_scope_close(owner, err);
    const int stuck = closing ? start(client, closing) : 0;
    run_all(client);
    return err ? err : stuck;
}

static int run(struct client *client, long requests)
{
    const struct rt_zio_pool_options options = {
        .variant = rt_zio_variant_find("ideal"),
        .scheduler = client->scheduler,
        .creator = {.create = dial, .env = client},
        .min = 1,
        .max = CONNECTIONS,
    };
    struct rt_scope *const owner = rt_scope_create();
    int err = owner ? rt_zio_pool_create(&options, &client->pool) : -ENOMEM;
    if (!err) err = send_all(client, owner, requests);
    rt_zio_pool_unref(client->pool);
    rt_scope_unref(owner);
    return err;
}

int main(int argc, char **argv)
{
    const long threads = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    const long requests = argc > 2 ? strtol(argv[2], NULL, 10) : 20;
    if (argc > 3 || threads < 0 || threads > 64 || requests < 0) {
        fprintf(stderr, "usage: http-client [THREADS [REQUESTS]]\n");
        return 2;
    }
    struct client client = {
        .scheduler = rt_scheduler_create((unsigned)threads),
    };
    int err = client.scheduler ? run(&client, requests) : -ENOMEM;
    if (client.scheduler) {
        const int busy = rt_scheduler_destroy(client.scheduler);
        if (!err) err = busy;
    }
    if (err) {
        fprintf(stderr, "http-client: %s\n", strerror(-err));
        return 1;
    }
    printf("%ld answers over %ld connections, %ld of them closed\n",
        atomic_load(&client.answered), atomic_load(&client.opened),
        atomic_load(&client.closed));
    return 0;
}
