/* crux_slots.c - where an executor keeps its tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_slots.h"

#include <errno.h>
#include <stdlib.h>

#include "base/checked.h"
#include "include/outlive/outlive.h"
#include "reference-runtime/core/step.h"
#include "reference-runtime/crux/crux_id_waker.h"

enum {
    FIRST_CAPACITY = 4
};

enum state {
    FREE,
    PARKED,
    TAKEN,
    DONE
};

struct rt_crux_slot {
    struct rt_object object;
    struct rt_future *future;       /* owner; NULL unless PARKED */
    struct rt_crux_slot *next_free; /* borrowed; NULL: the last */
    uint32_t id;
    enum state state;
};

static void drop_slot(struct rt_object *object)
{
    rt_future_drop(((struct rt_crux_slot *)object)->future);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_slot *const slot = (const struct rt_crux_slot *)object;
    if (slot->future) visit(object, "future", &slot->future->object, true, env);
}

static const struct rt_object_field slot_fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_slot, future, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_slot, next_free, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type slot_type = {
    .kind = RT_SLOT,
    .fields = slot_fields,
    .drop = drop_slot,
    .each_edge = each_edge,
};

/* ---- The table ---- */

void rt_crux_slots_init(
    struct rt_crux_slots *slots, const struct rt_object *owner, bool frees)
{
    *slots = (struct rt_crux_slots){.owner = owner, .frees = frees};
    pthread_mutex_init(&slots->mutex, NULL);
}

void rt_crux_slots_deinit(struct rt_crux_slots *slots)
{
    for (size_t i = 0; i < slots->count; i++)
        rt_object_unref(&slots->slot[i]->object);
    free(slots->slot);
    pthread_mutex_destroy(&slots->mutex);
    *slots = (struct rt_crux_slots){0};
}

static int reserve(struct rt_crux_slots *slots)
{
    if (slots->count < slots->capacity) return 0;
    size_t capacity = FIRST_CAPACITY;
    size_t bytes = 0;
    if (slots->capacity > 0 && !ol_checked_mul(slots->capacity, 2, &capacity))
        return -ENOMEM;
    if (!ol_checked_mul(capacity, sizeof(struct rt_crux_slot *), &bytes))
        return -ENOMEM;

    struct rt_crux_slot **const grown = realloc(slots->slot, bytes);
    if (!grown) return -ENOMEM;
    ol_adopt(slots->owner, grown);
    slots->slot = grown;
    slots->capacity = capacity;
    return 0;
}

/* Under the lock, as the next two. Slots that come back are the owner's to
 * keep; one that never does is nobody's. */
static struct rt_crux_slot *add_slot(struct rt_crux_slots *slots)
{
    if (slots->count >= UINT32_MAX || reserve(slots) != 0) return NULL;
    struct rt_crux_slot *const slot =
        rt_object_create(&slot_type, sizeof *slot);
    if (!slot) return NULL;
    if (slots->frees) ol_adopt(slots->owner, slot);
    slot->id = (uint32_t)slots->count;
    slots->slot[slots->count++] = slot;
    return slot;
}

static struct rt_crux_slot *take_slot(struct rt_crux_slots *slots)
{
    struct rt_crux_slot *const slot = slots->free;
    if (!slot) return add_slot(slots);
    slots->free = slot->next_free;
    slot->next_free = NULL;
    return slot;
}

static void retire_slot(struct rt_crux_slots *slots, struct rt_crux_slot *slot)
{
    if (!slots->frees) {
        slot->state = DONE;
        rt_object_end(&slot->object, "completed");
        return;
    }
    slot->state = FREE;
    slot->next_free = slots->free;
    slots->free = slot;
}

/* ---- Futures ---- */

static void adopt_edge(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    (void)from, (void)field;
    const struct rt_crux_slots *const slots = env;
    if (strong) ol_adopt(slots->owner, to);
}

/* The owner keeps a future, and what that holds, on purpose. */
static void adopt(struct rt_crux_slots *slots, const struct rt_future *future)
{
    ol_adopt(slots->owner, future);
    rt_object_each_edge(&future->object, adopt_edge, slots);
}

int rt_crux_slots_insert(
    struct rt_crux_slots *slots, struct rt_future *future, uint32_t *id_out)
{
    pthread_mutex_lock(&slots->mutex);
    struct rt_crux_slot *const slot = take_slot(slots);
    if (slot) {
        slot->state = PARKED;
        slot->future = future;
        *id_out = slot->id;
    }
    pthread_mutex_unlock(&slots->mutex);
    return slot ? 0 : -ENOMEM;
}

/* Returns the future to poll, or NULL and stores why there is none. */
static struct rt_future *take_future(
    struct rt_crux_slots *slots, uint32_t id, enum rt_crux_run *out)
{
    struct rt_future *future = NULL;
    rt_step(RT_CRUX_STEP_TAKE);
    pthread_mutex_lock(&slots->mutex);
    struct rt_crux_slot *const slot =
        id < slots->count ? slots->slot[id] : NULL;
    if (!slot || slot->state == FREE || slot->state == DONE) {
        *out = RT_CRUX_MISSING;
    } else if (slot->state == TAKEN) {
        *out = RT_CRUX_UNAVAILABLE;
    } else {
        future = slot->future;
        slot->future = NULL;
        slot->state = TAKEN;
    }
    pthread_mutex_unlock(&slots->mutex);
    return future;
}

static void park(
    struct rt_crux_slots *slots, uint32_t id, struct rt_future *future)
{
    adopt(slots, future);
    rt_step(RT_CRUX_STEP_PARK);
    pthread_mutex_lock(&slots->mutex);
    slots->slot[id]->future = future;
    slots->slot[id]->state = PARKED;
    pthread_mutex_unlock(&slots->mutex);
}

static void complete(
    struct rt_crux_slots *slots, uint32_t id, struct rt_future *future)
{
    rt_step(RT_CRUX_STEP_FREE);
    pthread_mutex_lock(&slots->mutex);
    retire_slot(slots, slots->slot[id]);
    pthread_mutex_unlock(&slots->mutex);
    rt_future_drop(future);
}

static enum rt_poll poll(struct rt_crux_slots *slots, uint32_t id,
    struct rt_future *future, const struct rt_crux_sender *ready)
{
    struct rt_waker waker = rt_crux_id_waker_create(id, ready);
    if (!waker.data) abort();
    ol_adopt(slots->owner, waker.data);
    ol_enter(future);
    const enum rt_poll state = rt_future_poll(future, &waker);
    ol_leave(future);
    rt_waker_drop(&waker);
    return state;
}

enum rt_crux_run rt_crux_slots_run(struct rt_crux_slots *slots, uint32_t id,
    const struct rt_crux_sender *ready)
{
    enum rt_crux_run run = RT_CRUX_SUSPENDED;
    struct rt_future *const future = take_future(slots, id, &run);
    if (!future) return run;
    if (poll(slots, id, future, ready) == RT_PENDING) {
        park(slots, id, future);
        return RT_CRUX_SUSPENDED;
    }
    complete(slots, id, future);
    return RT_CRUX_COMPLETED;
}

/* ---- What there is ---- */

size_t rt_crux_slots_count(struct rt_crux_slots *slots)
{
    pthread_mutex_lock(&slots->mutex);
    const size_t count = slots->count;
    pthread_mutex_unlock(&slots->mutex);
    return count;
}

void rt_crux_slots_each_edge(
    const struct rt_crux_slots *slots, rt_object_edge_fn visit, void *env)
{
    for (size_t i = 0; i < slots->count; i++)
        visit(slots->owner, "slot", &slots->slot[i]->object, true, env);
}
