/* pond_door.c - where submitters wait for room in a full queue.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_door.h"

#include <errno.h>

#include "reference-runtime/core/task.h"

struct wait {
    struct rt_future future;
    struct rt_pond *pond; /* owner */
    struct rt_wait wait;  /* in the door's waits */
    bool is_called;       /* guarded by the pool's lock */
};

/* ---- Signals ---- */

/* Takes out who has waited longest; NULL if nobody waits. */
static struct wait *take(struct rt_pond_door *door, struct rt_waker *out)
{
    struct rt_wait *const wait = rt_wait_list_take(&door->waits);
    if (!wait) return NULL;
    *out = wait->waker;
    wait->waker = (struct rt_waker){0};
    return OL_LIST_ENTRY(wait, struct wait, wait);
}

struct rt_waker rt_pond_door_signal(struct rt_pond *pond)
{
    struct rt_waker waker = {0};
    struct wait *const wait = take(&pond->door, &waker);
    if (wait) {
        wait->is_called = true;
    } else {
        pond->door.kept = pond->options.variant->signal != RT_POND_SIGNAL_LOST;
    }
    return waker;
}

/* As many as wait now: who is not refused waits again. */
void rt_pond_door_shake(struct rt_pond *pond)
{
    pthread_mutex_lock(&pond->mutex);
    for (size_t left = pond->door.waits.count; left > 0; left--) {
        struct rt_waker waker = {0};
        (void)take(&pond->door, &waker);
        pthread_mutex_unlock(&pond->mutex);
        rt_waker_fire(&waker);
        pthread_mutex_lock(&pond->mutex);
    }
    pthread_mutex_unlock(&pond->mutex);
}

int rt_pond_door_refusal(const struct rt_pond *pond)
{
    if (pond->is_closed) return -ESHUTDOWN;
    return rt_context_cause(pond->context);
}

/* ---- To wait ---- */

/* Under the lock. Returns whether a signal is there for this one. */
static bool has_signal(struct wait *wait)
{
    struct rt_pond_door *const door = &wait->pond->door;
    if (wait->is_called) return true;
    const bool is_kept = door->kept;
    door->kept = false;
    return is_kept;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct wait *const wait = (struct wait *)future;
    struct rt_pond *const pond = wait->pond;
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&pond->mutex);
    const bool may_go = has_signal(wait);
    const int err = may_go ? 0 : rt_pond_door_refusal(pond);
    const bool is_over = may_go || err;
    if (!is_over)
        replaced = rt_wait_list_add(&pond->door.waits, &wait->wait, waker);
    pthread_mutex_unlock(&pond->mutex);
    rt_waker_drop(&replaced);

    if (is_over) return rt_future_finish(future, err, 0);
    rt_task_waits(&pond->object);
    return RT_PENDING;
}

/* Who goes without having looked after it was called calls the next. */
static void drop(struct rt_object *object)
{
    struct wait *const wait = (struct wait *)object;
    struct rt_pond *const pond = wait->pond;
    struct rt_waker next = {0};
    pthread_mutex_lock(&pond->mutex);
    struct rt_waker own = rt_wait_remove(&wait->wait);
    if (wait->is_called && wait->future.state == RT_PENDING)
        next = rt_pond_door_signal(pond);
    pthread_mutex_unlock(&pond->mutex);
    rt_waker_drop(&own);
    rt_waker_fire(&next);
    rt_pond_unref(pond);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct wait *const wait = (const struct wait *)object;
    visit(object, "pond", &wait->pond->object, true, env);
    rt_waker_each_edge(&wait->wait.waker, object, "wait.waker", visit, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct wait, pond, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct wait, wait.link, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct wait, wait.list, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct wait, wait.waker.data, OL_FIELD_STRONG),
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

struct rt_future *rt_pond_door_wait(struct rt_pond *pond)
{
    struct wait *const wait = rt_future_create(&type, sizeof *wait);
    if (!wait) return NULL;

    wait->pond = rt_pond_ref(pond);
    rt_wait_init(&wait->wait);
    return &wait->future;
}

int rt_pond_door_pass(struct rt_pond *pond)
{
    struct rt_future *const wait = rt_pond_door_wait(pond);
    if (!wait) return -ENOMEM;
    const int err = rt_future_block_on(wait);
    rt_future_drop(wait);
    return err;
}
