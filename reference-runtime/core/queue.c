/* queue.c - objects handed from who has them to who waits for one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/task.h"
#include "reference-runtime/core/wait_list.h"

struct rt_queue {
    struct rt_object object;
    size_t capacity; /* constant */

    pthread_mutex_t mutex;        /* guards all below, and every taker */
    struct rt_object **ring;      /* owner, of a reference to each object too */
    size_t first;                 /* where in the ring the oldest object is */
    size_t length;                /* how many are in the ring */
    size_t handed;                /* … in the hands of takers */
    struct rt_wait_list takers;   /* of taker.wait */
    struct rt_wait_list watchers; /* of await.wait: for the shutdown */
    bool is_shut_down;
};

struct taker {
    struct rt_future future;
    struct rt_queue *queue;   /* owner */
    struct rt_wait wait;      /* in the queue's takers */
    struct rt_object *object; /* owner; handed over, not yet fetched */
};

struct await {
    struct rt_future future;
    struct rt_queue *queue; /* owner */
    struct rt_wait wait;    /* in the queue's watchers */
};

/* ---- The ring; under the lock ---- */

static void push_back(struct rt_queue *queue, struct rt_object *object)
{
    queue->ring[(queue->first + queue->length) % queue->capacity] = object;
    queue->length++;
}

static void push_front(struct rt_queue *queue, struct rt_object *object)
{
    queue->first = (queue->first + queue->capacity - 1) % queue->capacity;
    queue->ring[queue->first] = object;
    queue->length++;
}

static struct rt_object *pop(struct rt_queue *queue)
{
    if (queue->length == 0) return NULL;

    struct rt_object *const object = queue->ring[queue->first];
    queue->ring[queue->first] = NULL;
    queue->first = (queue->first + 1) % queue->capacity;
    queue->length--;
    return object;
}

/* ---- Handing over; under the lock ---- */

/* Takes the waker out of the wait that is longest in the list; nobody if
 * there is none. `wait_out`, if not NULL, gets that wait. */
static struct rt_waker take_waker(
    struct rt_wait_list *list, struct rt_wait **wait_out)
{
    struct rt_wait *const wait = rt_wait_list_take(list);
    struct rt_waker waker = {0};
    if (wait) {
        waker = wait->waker;
        wait->waker = (struct rt_waker){0};
    }
    if (wait_out) *wait_out = wait;
    return waker;
}

/* Gives the object to the oldest taker. Returns whether there is one, with
 * whom to wake after unlocking. */
static bool hand_over(
    struct rt_queue *queue, struct rt_object *object, struct rt_waker *out)
{
    struct rt_wait *wait = NULL;
    *out = take_waker(&queue->takers, &wait);
    if (!wait) return false;

    OL_LIST_ENTRY(wait, struct taker, wait)->object = object;
    queue->handed++;
    return true;
}

/* ---- Takers ---- */

static enum rt_poll poll_taker(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct taker *const taker = (struct taker *)future;
    struct rt_queue *const queue = taker->queue;
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&queue->mutex);
    struct rt_object *object = taker->object;
    const bool is_shut_down = queue->is_shut_down;
    if (object) {
        taker->object = NULL;
        queue->handed--;
    } else if (!is_shut_down) {
        object = pop(queue);
        if (!object)
            replaced = rt_wait_list_add(&queue->takers, &taker->wait, waker);
    }
    pthread_mutex_unlock(&queue->mutex);
    rt_waker_drop(&replaced);

    if (object) return rt_future_finish(future, 0, (intptr_t)object);
    if (is_shut_down) return rt_future_finish(future, -EINTR, 0);
    rt_task_waits(&queue->object);
    return RT_PENDING;
}

/* Under the lock: passes on what a taker that goes has in its hands. Returns
 * it if there is nobody to have it any more. */
static struct rt_object *pass_on(struct taker *taker, struct rt_waker *out)
{
    struct rt_queue *const queue = taker->queue;
    struct rt_object *const object = taker->object;
    if (!object) return NULL;

    taker->object = NULL;
    queue->handed--;
    if (queue->is_shut_down) return object;
    if (!hand_over(queue, object, out)) push_front(queue, object);
    return NULL;
}

static void drop_taker(struct rt_object *object)
{
    struct taker *const taker = (struct taker *)object;
    struct rt_queue *const queue = taker->queue;
    struct rt_waker next = {0};
    pthread_mutex_lock(&queue->mutex);
    struct rt_waker own = rt_wait_remove(&taker->wait);
    struct rt_object *const unwanted = pass_on(taker, &next);
    pthread_mutex_unlock(&queue->mutex);

    rt_waker_drop(&own);
    rt_waker_fire(&next);
    rt_object_unref(unwanted);
    rt_queue_unref(queue);
}

static void each_edge_of_taker(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct taker *const taker = (const struct taker *)object;
    visit(object, "queue", &taker->queue->object, true, env);
    rt_waker_each_edge(&taker->wait.waker, object, "wait.waker", visit, env);
    if (taker->object) visit(object, "object", taker->object, true, env);
}

static const struct rt_object_field taker_fields[] = {
    RT_OBJECT_FIELD(struct taker, queue, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct taker, wait.link, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct taker, wait.list, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct taker, wait.waker.data, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct taker, object, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type taker_type = {
    .object =
        {
            .kind = RT_TAKER,
            .fields = taker_fields,
            .drop = drop_taker,
            .each_edge = each_edge_of_taker,
        },
    .poll = poll_taker,
};

/* ---- Waits for the shutdown ---- */

static enum rt_poll poll_await(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct await *const await = (struct await *)future;
    struct rt_queue *const queue = await->queue;
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&queue->mutex);
    const bool is_shut_down = queue->is_shut_down;
    if (!is_shut_down)
        replaced = rt_wait_list_add(&queue->watchers, &await->wait, waker);
    pthread_mutex_unlock(&queue->mutex);
    rt_waker_drop(&replaced);
    if (is_shut_down) return rt_future_finish(future, 0, 0);
    rt_task_waits(&queue->object);
    return RT_PENDING;
}

static void drop_await(struct rt_object *object)
{
    struct await *const await = (struct await *)object;
    rt_wait_leave(&await->wait, &await->queue->mutex);
    rt_queue_unref(await->queue);
}

static void each_edge_of_await(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct await *const await = (const struct await *)object;
    visit(object, "queue", &await->queue->object, true, env);
    rt_waker_each_edge(&await->wait.waker, object, "wait.waker", visit, env);
}

static const struct rt_object_field await_fields[] = {
    RT_OBJECT_FIELD(struct await, queue, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct await, wait.link, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct await, wait.list, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct await, wait.waker.data, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type await_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = await_fields,
            .drop = drop_await,
            .each_edge = each_edge_of_await,
        },
    .poll = poll_await,
};

/* ---- The queue ---- */

/* Nobody waits any more: takers and watchers hold the queue. */
static void drop_queue(struct rt_object *object)
{
    struct rt_queue *const queue = (struct rt_queue *)object;
    struct rt_object *queued = NULL;
    while ((queued = pop(queue)))
        rt_object_unref(queued);
    free(queue->ring);
    pthread_mutex_destroy(&queue->mutex);
}

static void each_edge_of_queue(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_queue *const queue = (const struct rt_queue *)object;
    for (size_t i = 0; i < queue->length; i++) {
        const size_t at = (queue->first + i) % queue->capacity;
        visit(object, "ring", queue->ring[at], true, env);
    }
}

static const struct rt_object_field queue_fields[] = {
    RT_OBJECT_FIELD(struct rt_queue, ring, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_queue, takers, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_queue, watchers, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type queue_type = {
    .kind = RT_QUEUE,
    .fields = queue_fields,
    .drop = drop_queue,
    .each_edge = each_edge_of_queue,
};

struct rt_queue *rt_queue_create(size_t capacity)
{
    struct rt_object **const ring =
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers. */
        calloc(capacity ? capacity : 1, sizeof ring[0]);
    if (!ring) return NULL;
    struct rt_queue *const queue = rt_object_create(&queue_type, sizeof *queue);
    if (!queue) {
        free(ring);
        return NULL;
    }

    ol_adopt(queue, ring);
    queue->ring = ring;
    queue->capacity = capacity;
    pthread_mutex_init(&queue->mutex, NULL);
    rt_wait_list_init(&queue->takers);
    rt_wait_list_init(&queue->watchers);
    return queue;
}

struct rt_queue *rt_queue_ref(struct rt_queue *queue)
{
    return rt_object_ref(&queue->object);
}

void rt_queue_unref(struct rt_queue *queue)
{
    if (queue) rt_object_unref(&queue->object);
}

const struct rt_object *rt_queue_object(const struct rt_queue *queue)
{
    return &queue->object;
}

int rt_queue_offer(struct rt_queue *queue, struct rt_object *object)
{
    struct rt_waker waker = {0};
    int err = 0;
    pthread_mutex_lock(&queue->mutex);
    if (queue->is_shut_down) {
        err = -EINTR;
    } else if (queue->length + queue->handed >= queue->capacity) {
        err = -EAGAIN;
    } else if (!hand_over(queue, object, &waker)) {
        push_back(queue, object);
    }
    pthread_mutex_unlock(&queue->mutex);
    rt_waker_fire(&waker);
    return err;
}

struct rt_object *rt_queue_poll(struct rt_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    struct rt_object *const object = pop(queue);
    pthread_mutex_unlock(&queue->mutex);
    return object;
}

struct rt_future *rt_queue_take(struct rt_queue *queue)
{
    struct taker *const taker = rt_future_create(&taker_type, sizeof *taker);
    if (!taker) return NULL;

    taker->queue = rt_queue_ref(queue);
    rt_wait_init(&taker->wait);
    return &taker->future;
}

size_t rt_queue_length(struct rt_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    const size_t length = queue->length;
    pthread_mutex_unlock(&queue->mutex);
    return length;
}

size_t rt_queue_takers(struct rt_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    const size_t takers = queue->takers.count;
    pthread_mutex_unlock(&queue->mutex);
    return takers;
}

/* Wakes one after the other, each outside of the lock. */
static void wake_all(struct rt_queue *queue, struct rt_wait_list *list)
{
    for (;;) {
        pthread_mutex_lock(&queue->mutex);
        const bool is_last = list->count == 0;
        struct rt_waker waker = take_waker(list, NULL);
        pthread_mutex_unlock(&queue->mutex);
        if (is_last) return;
        rt_waker_fire(&waker);
    }
}

void rt_queue_shutdown(struct rt_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    const bool was_shut_down = queue->is_shut_down;
    queue->is_shut_down = true;
    pthread_mutex_unlock(&queue->mutex);
    if (was_shut_down) return;

    /* Nobody joins these any more. */
    struct rt_object *queued = NULL;
    while ((queued = rt_queue_poll(queue)))
        rt_object_unref(queued);
    wake_all(queue, &queue->takers);
    wake_all(queue, &queue->watchers);
    rt_object_end(&queue->object, "completed");
}

bool rt_queue_is_shut_down(struct rt_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    const bool is_shut_down = queue->is_shut_down;
    pthread_mutex_unlock(&queue->mutex);
    return is_shut_down;
}

struct rt_future *rt_queue_await_shutdown(struct rt_queue *queue)
{
    struct await *const await = rt_future_create(&await_type, sizeof *await);
    if (!await) return NULL;

    await->queue = rt_queue_ref(queue);
    rt_wait_init(&await->wait);
    return &await->future;
}
