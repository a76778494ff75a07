/* virtual_clock.c - time that passes when it is told to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/virtual_clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/task.h"

struct sleep {
    struct rt_future future;
    struct rt_clock *clock; /* owner */
    uint64_t end_ns;        /* constant, as is serial */
    uint64_t serial;        /* the older of two has the smaller one */
    size_t at;              /* in the heap, or NOWHERE; guarded */
    struct rt_waker waker;  /* owner; guarded */
};

struct rt_clock {
    struct rt_object object;
    _Atomic uint64_t now_ns; /* written under the mutex, read without */

    pthread_mutex_t mutex; /* guards what follows */
    struct sleep **heap;   /* owner; of sleeps, borrowed: 2i+1 and 2i+2 end
                              after i */
    size_t count;
    size_t capacity;
    uint64_t serial; /* of the next sleep */
};

#define NOWHERE SIZE_MAX

/* ---- The heap; under the lock ---- */

static void put(struct rt_clock *clock, size_t at, struct sleep *sleep)
{
    clock->heap[at] = sleep;
    sleep->at = at;
}

static bool ends_before(const struct sleep *one, const struct sleep *other)
{
    if (one->end_ns != other->end_ns) return one->end_ns < other->end_ns;
    return one->serial < other->serial;
}

/* Finds the place for a sleep from the hole at `at` towards the top. */
static void sift_up(struct rt_clock *clock, size_t at, struct sleep *sleep)
{
    while (at > 0 && ends_before(sleep, clock->heap[(at - 1) / 2])) {
        put(clock, at, clock->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(clock, at, sleep);
}

/* The same away from the top. */
static void sift_down(struct rt_clock *clock, size_t at, struct sleep *sleep)
{
    for (;;) {
        size_t next = 2 * at + 1;
        if (next >= clock->count) break;
        if (next + 1 < clock->count &&
            ends_before(clock->heap[next + 1], clock->heap[next]))
            next++;
        if (!ends_before(clock->heap[next], sleep)) break;
        put(clock, at, clock->heap[next]);
        at = next;
    }
    put(clock, at, sleep);
}

static int reserve(struct rt_clock *clock)
{
    if (clock->count < clock->capacity) return 0;
    const size_t capacity = clock->capacity ? 2 * clock->capacity : 8;
    struct sleep **const heap =
        realloc(clock->heap, capacity * sizeof(struct sleep *));
    if (!heap) return -ENOMEM;

    ol_adopt(clock, heap);
    clock->heap = heap;
    clock->capacity = capacity;
    return 0;
}

static void take_out(struct rt_clock *clock, struct sleep *sleep)
{
    const size_t hole = sleep->at;
    if (hole == NOWHERE) return;

    sleep->at = NOWHERE;
    struct sleep *const last = clock->heap[--clock->count];
    if (last == sleep) return;
    if (hole > 0 && ends_before(last, clock->heap[(hole - 1) / 2])) {
        sift_up(clock, hole, last);
    } else {
        sift_down(clock, hole, last);
    }
}

/* ---- Clocks ---- */

static void drop_clock(struct rt_object *object)
{
    struct rt_clock *const clock = (struct rt_clock *)object;
    free(clock->heap);
    pthread_mutex_destroy(&clock->mutex);
}

static void each_edge_of_clock(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_clock *const clock = (const struct rt_clock *)object;
    for (size_t i = 0; i < clock->count; i++)
        visit(object, "heap", &clock->heap[i]->future.object, false, env);
}

static const struct rt_object_field clock_fields[] = {
    RT_OBJECT_FIELD(struct rt_clock, heap, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type clock_type = {
    .kind = RT_CLOCK,
    .fields = clock_fields,
    .drop = drop_clock,
    .each_edge = each_edge_of_clock,
};

struct rt_clock *rt_clock_create(void)
{
    struct rt_clock *const clock = rt_object_create(&clock_type, sizeof *clock);
    if (clock) pthread_mutex_init(&clock->mutex, NULL);
    return clock;
}

struct rt_clock *rt_clock_ref(struct rt_clock *clock)
{
    return rt_object_ref(&clock->object);
}

void rt_clock_unref(struct rt_clock *clock)
{
    if (clock) rt_object_unref(&clock->object);
}

const struct rt_object *rt_clock_object(const struct rt_clock *clock)
{
    return &clock->object;
}

uint64_t rt_clock_now(const struct rt_clock *clock)
{
    /* Acquire: pairs with the release in end_first. */
    return atomic_load_explicit(&clock->now_ns, memory_order_acquire);
}

/* Lets time pass to the end of the first sleep, if that is by `time_ns`, or
 * to then. Returns whether a sleep ended; its waker is in `out`. */
static bool end_first(
    struct rt_clock *clock, uint64_t time_ns, struct rt_waker *out)
{
    uint64_t now_ns = time_ns;
    pthread_mutex_lock(&clock->mutex);
    struct sleep *const first = clock->count ? clock->heap[0] : NULL;
    const bool ends = first && first->end_ns <= time_ns;
    if (ends) {
        now_ns = first->end_ns;
        take_out(clock, first);
        *out = first->waker;
        first->waker = (struct rt_waker){0};
    }
    if (now_ns > rt_clock_now(clock))
        atomic_store_explicit(&clock->now_ns, now_ns, memory_order_release);
    pthread_mutex_unlock(&clock->mutex);
    return ends;
}

static uint64_t add(uint64_t time_ns, uint64_t span_ns)
{
    return span_ns > UINT64_MAX - time_ns ? UINT64_MAX : time_ns + span_ns;
}

size_t rt_clock_advance(struct rt_clock *clock, uint64_t span_ns)
{
    return rt_clock_advance_to(clock, add(rt_clock_now(clock), span_ns));
}

size_t rt_clock_advance_to(struct rt_clock *clock, uint64_t time_ns)
{
    struct rt_waker waker = {0};
    size_t ended = 0;
    for (; end_first(clock, time_ns, &waker); ended++)
        rt_waker_fire(&waker);
    return ended;
}

uint64_t rt_clock_next(struct rt_clock *clock)
{
    pthread_mutex_lock(&clock->mutex);
    const uint64_t next_ns = clock->count ? clock->heap[0]->end_ns : UINT64_MAX;
    pthread_mutex_unlock(&clock->mutex);
    return next_ns;
}

/* ---- Sleeps ---- */

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct sleep *const sleep = (struct sleep *)future;
    struct rt_clock *const clock = sleep->clock;
    struct rt_waker replaced = {0};
    pthread_mutex_lock(&clock->mutex);
    const bool is_over = sleep->at == NOWHERE;
    if (!is_over) replaced = rt_waker_replace(&sleep->waker, waker);
    pthread_mutex_unlock(&clock->mutex);
    rt_waker_drop(&replaced);

    if (is_over) return rt_future_finish(future, 0, 0);
    rt_task_waits(&clock->object);
    return RT_PENDING;
}

static void drop(struct rt_object *object)
{
    struct sleep *const sleep = (struct sleep *)object;
    struct rt_clock *const clock = sleep->clock;
    pthread_mutex_lock(&clock->mutex);
    take_out(clock, sleep);
    pthread_mutex_unlock(&clock->mutex);
    rt_waker_drop(&sleep->waker);
    rt_clock_unref(clock);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct sleep *const sleep = (const struct sleep *)object;
    visit(object, "clock", &sleep->clock->object, true, env);
    rt_waker_each_edge(&sleep->waker, object, "waker", visit, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct sleep, clock, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct sleep, waker.data, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type type = {
    .object =
        {
            .kind = RT_SLEEP,
            .fields = fields,
            .drop = drop,
            .each_edge = each_edge,
        },
    .poll = poll,
};

/* It sleeps from now on, asked or not: one whose span is nothing never does.
 * Returns 0 or -ENOMEM. */
static int begin(struct rt_clock *clock, struct sleep *sleep, uint64_t span_ns)
{
    int err = 0;
    sleep->at = NOWHERE;
    pthread_mutex_lock(&clock->mutex);
    if (span_ns > 0) err = reserve(clock);
    if (span_ns > 0 && !err) {
        sleep->end_ns = add(rt_clock_now(clock), span_ns);
        sleep->serial = clock->serial++;
        sift_up(clock, clock->count++, sleep);
    }
    pthread_mutex_unlock(&clock->mutex);
    return err;
}

struct rt_future *rt_sleep(struct rt_clock *clock, uint64_t span_ns)
{
    struct sleep *const sleep = rt_future_create(&type, sizeof *sleep);
    if (!sleep) return NULL;

    sleep->clock = rt_clock_ref(clock);
    if (begin(clock, sleep, span_ns) == 0) return &sleep->future;
    rt_future_drop(&sleep->future);
    return NULL;
}
