/* crux_join_handle.c - to wait for a task of a command, or to abort it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_join_handle.h"

#include <errno.h>
#include <pthread.h>

#include "reference-runtime/core/wait_list.h"

enum {
    NO_NUMBER = -1
};

struct rt_crux_join_handle {
    struct rt_object object;
    const struct rt_crux_command_variant *variant; /* borrowed */
    /* Release after the task's last work; acquire by who waits for it. */
    atomic_bool ended;
    /* Each side writes its own and then reads the other's, in one order for
     * all: an abort sees the number, or the command sees the abort. */
    atomic_bool aborted;
    atomic_long number;

    /* Upstream: what a poll sends is received when the task ends. */
    struct rt_crux_sender joining;  /* owner */
    struct rt_crux_receiver joined; /* owner; none once the task has gone */

    /* Strict. */
    pthread_mutex_t mutex;       /* guards `joins`, and `ended` to be set */
    struct rt_wait_list joins;   /* of struct join */
    struct rt_crux_sender ready; /* owner; set with the number */
    struct rt_crux_atomic_waker *host; /* owner of a reference */
};

/* ---- The object ---- */

static void drop(struct rt_object *object)
{
    struct rt_crux_join_handle *const handle =
        (struct rt_crux_join_handle *)object;
    rt_crux_sender_drop(&handle->joining);
    rt_crux_receiver_drop(&handle->joined);
    rt_crux_sender_drop(&handle->ready);
    rt_crux_atomic_waker_unref(handle->host);
    pthread_mutex_destroy(&handle->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_join_handle *const handle =
        (const struct rt_crux_join_handle *)object;
    rt_crux_sender_each_edge(&handle->joining, object, visit, env);
    rt_crux_receiver_each_edge(&handle->joined, object, visit, env);
    rt_crux_sender_each_edge(&handle->ready, object, visit, env);
    if (handle->host) {
        visit(object, "host", rt_crux_atomic_waker_object(handle->host), true,
            env);
    }
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(
        struct rt_crux_join_handle, joining.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(
        struct rt_crux_join_handle, joined.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_join_handle, ready.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_join_handle, host, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type handle_type = {
    .kind = RT_JOIN_HANDLE,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_crux_join_handle *rt_crux_join_handle_create(
    const struct rt_crux_command_variant *variant)
{
    struct rt_crux_join_handle *const handle =
        rt_object_create(&handle_type, sizeof *handle);
    if (!handle) return NULL;
    handle->variant = variant;
    atomic_init(&handle->number, NO_NUMBER);
    pthread_mutex_init(&handle->mutex, NULL);
    rt_wait_list_init(&handle->joins);
    if (!variant->one_waker_a_join &&
        rt_crux_channel_open(&handle->joining, &handle->joined) != 0) {
        rt_object_unref(&handle->object);
        return NULL;
    }
    return handle;
}

struct rt_crux_join_handle *rt_crux_join_handle_ref(
    struct rt_crux_join_handle *handle)
{
    return rt_object_ref(&handle->object);
}

void rt_crux_join_handle_unref(struct rt_crux_join_handle *handle)
{
    if (handle) rt_object_unref(&handle->object);
}

const struct rt_object *rt_crux_join_handle_object(
    const struct rt_crux_join_handle *handle)
{
    return &handle->object;
}

bool rt_crux_join_handle_has_ended(const struct rt_crux_join_handle *handle)
{
    return atomic_load_explicit(&handle->ended, memory_order_acquire);
}

/* ---- Joins ---- */

struct join {
    struct rt_future future;
    struct rt_crux_join_handle *handle; /* owner of a reference */
    struct rt_wait wait;                /* strict */
};

static void drop_join(struct rt_object *object)
{
    struct join *const join = (struct join *)object;
    rt_wait_leave(&join->wait, &join->handle->mutex);
    rt_crux_join_handle_unref(join->handle);
}

static void each_join_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct join *const join = (const struct join *)object;
    visit(object, "handle", &join->handle->object, true, env);
    rt_waker_each_edge(&join->wait.waker, object, "wait.waker", visit, env);
}

/* Sends one more waker, the same as the last or not. */
static int send_waker(
    const struct rt_crux_join_handle *handle, const struct rt_waker *waker)
{
    const struct rt_crux_item item = {.waker = rt_waker_clone(waker)};
    return rt_crux_sender_send(&handle->joining, item);
}

static enum rt_poll poll_upstream(
    struct join *join, const struct rt_waker *waker)
{
    const int err = send_waker(join->handle, waker);
    if (err == 0) return RT_PENDING;
    /* Where nobody receives the task has gone. */
    return rt_future_finish(&join->future, err == -EPIPE ? 0 : err, 0);
}

static enum rt_poll poll_strict(struct join *join, const struct rt_waker *waker)
{
    struct rt_crux_join_handle *const handle = join->handle;
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&handle->mutex);
    const bool ended = rt_crux_join_handle_has_ended(handle);
    if (!ended) replaced = rt_wait_list_add(&handle->joins, &join->wait, waker);
    pthread_mutex_unlock(&handle->mutex);
    rt_waker_drop(&replaced);
    return ended ? rt_future_finish(&join->future, 0, 0) : RT_PENDING;
}

static enum rt_poll poll_join(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct join *const join = (struct join *)future;
    if (rt_crux_join_handle_has_ended(join->handle))
        return rt_future_finish(future, 0, 0);
    if (join->handle->variant->one_waker_a_join)
        return poll_strict(join, waker);
    return poll_upstream(join, waker);
}

static const struct rt_future_type join_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .drop = drop_join,
            .each_edge = each_join_edge,
        },
    .poll = poll_join,
};

struct rt_future *rt_crux_join_handle_await(struct rt_crux_join_handle *handle)
{
    struct join *const join = rt_future_create(&join_type, sizeof *join);
    if (!join) return NULL;
    join->handle = rt_crux_join_handle_ref(handle);
    rt_wait_init(&join->wait);
    return &join->future;
}

/* ---- Aborting ---- */

void rt_crux_join_handle_arm(struct rt_crux_join_handle *handle,
    uint32_t number, const struct rt_crux_sender *ready,
    struct rt_crux_atomic_waker *host)
{
    if (!handle->variant->abort_wakes) return;
    handle->ready = rt_crux_sender_clone(ready);
    handle->host = rt_crux_atomic_waker_ref(host);
    atomic_store(&handle->number, (long)number);
}

bool rt_crux_join_handle_is_aborted(const struct rt_crux_join_handle *handle)
{
    return atomic_load(&handle->aborted);
}

void rt_crux_join_handle_abort(struct rt_crux_join_handle *handle)
{
    atomic_store(&handle->aborted, true);
    const long number = atomic_load(&handle->number);
    if (number == NO_NUMBER || rt_crux_join_handle_has_ended(handle)) return;

    const struct rt_crux_item item = {.value = (intptr_t)number};
    if (rt_crux_sender_send(&handle->ready, item) != 0) return;
    rt_crux_atomic_waker_wake(handle->host);
}

/* ---- The end ---- */

/* Takes the waker of the join that is longest there. Returns whether there
 * was one. */
static bool take_waker(struct rt_crux_join_handle *handle, struct rt_waker *out)
{
    pthread_mutex_lock(&handle->mutex);
    struct rt_wait *const wait = rt_wait_list_take(&handle->joins);
    if (wait) {
        *out = wait->waker;
        wait->waker = (struct rt_waker){0};
    }
    pthread_mutex_unlock(&handle->mutex);
    return wait != NULL;
}

void rt_crux_join_handle_end(struct rt_crux_join_handle *handle)
{
    pthread_mutex_lock(&handle->mutex);
    atomic_store_explicit(&handle->ended, true, memory_order_release);
    pthread_mutex_unlock(&handle->mutex);

    struct rt_waker waker = {0};
    while (take_waker(handle, &waker))
        rt_waker_fire(&waker);
    struct rt_crux_item item = {0};
    while (handle->joined.channel &&
           rt_crux_receiver_take(&handle->joined, &item) == 0)
        rt_waker_fire(&item.waker);
}

void rt_crux_join_handle_leave(struct rt_crux_join_handle *handle)
{
    if (handle->variant->one_waker_a_join) rt_crux_join_handle_end(handle);
    rt_crux_receiver_drop(&handle->joined);
    rt_crux_join_handle_unref(handle);
}
