/* combinators.c - race, join and select.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/combinators.h"

/* A select borrows its parts, race and join own them; NULL: dropped. */
struct several {
    struct rt_future future;
    size_t count;
    size_t winner;
    struct rt_future *part[];
};

/* Drops all but one. */
static void drop_others(struct several *several, const struct rt_future *kept)
{
    for (size_t i = 0; i < several->count; i++) {
        struct rt_future *const part = several->part[i];
        if (part == kept) continue;
        several->part[i] = NULL;
        rt_future_drop(part);
    }
}

static void drop_parts(struct rt_object *object)
{
    drop_others((struct several *)object, NULL);
}

static void each_part(const struct several *several, bool is_owner,
    rt_object_edge_fn visit, void *env)
{
    for (size_t i = 0; i < several->count; i++) {
        const struct rt_future *const part = several->part[i];
        if (!part) continue;
        visit(&several->future.object, "part", &part->object, is_owner, env);
    }
}

static void each_part_owned(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    each_part((const struct several *)object, true, visit, env);
}

static void each_part_borrowed(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    each_part((const struct several *)object, false, visit, env);
}

static const struct rt_object_field fields_owned[] = {
    RT_OBJECT_FIELD(struct several, part, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_field fields_borrowed[] = {
    RT_OBJECT_FIELD(struct several, part, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

/* ---- Race ---- */

static enum rt_poll poll_race(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct several *const race = (struct several *)future;
    for (size_t i = 0; i < race->count; i++) {
        struct rt_future *const part = race->part[i];
        if (rt_future_poll(part, waker) == RT_PENDING) continue;
        race->winner = i;
        drop_others(race, part);
        return rt_future_finish(future, part->status, part->value);
    }
    return RT_PENDING;
}

/* ---- Join ---- */

static enum rt_poll poll_join(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct several *const join = (struct several *)future;
    bool is_ready = true;
    for (size_t i = 0; i < join->count; i++) {
        struct rt_future *const part = join->part[i];
        if (part->state == RT_READY) continue;
        if (rt_future_poll(part, waker) == RT_PENDING) {
            is_ready = false;
        } else if (part->status) {
            drop_others(join, part);
            return rt_future_finish(future, part->status, 0);
        }
    }
    return is_ready ? rt_future_finish(future, 0, 0) : RT_PENDING;
}

/* ---- Select ---- */

static enum rt_poll poll_select(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct several *const select = (struct several *)future;
    for (size_t i = 0; i < select->count; i++) {
        struct rt_future *const part = select->part[i];
        if (part->state == RT_READY) continue;
        if (rt_future_poll(part, waker) == RT_PENDING) continue;
        return rt_future_finish(future, part->status, (intptr_t)i);
    }
    return RT_PENDING;
}

/* ---- Making them ---- */

#define TYPE(the_kind, how)                   \
    {                                         \
        .object =                             \
            {                                 \
                .kind = (the_kind),           \
                .fields = fields_owned,       \
                .drop = drop_parts,           \
                .each_edge = each_part_owned, \
            },                                \
        .poll = (how),                        \
    }

static const struct rt_future_type race_type = TYPE(RT_RACE, poll_race);
static const struct rt_future_type join_type = TYPE(RT_JOIN, poll_join);

static const struct rt_future_type select_type = {
    .object =
        {
            .kind = RT_SELECT,
            .fields = fields_borrowed,
            .each_edge = each_part_borrowed,
        },
    .poll = poll_select,
};

static bool are_all_there(struct rt_future *const *futures, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!futures[i]) return false;
    return true;
}

/* Returns NULL if a part is, or if there is no memory. */
static struct rt_future *create(const struct rt_future_type *type,
    struct rt_future *const *futures, size_t count)
{
    if (!are_all_there(futures, count)) return NULL;
    struct several *const several =
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers. */
        rt_future_create(type, sizeof *several + count * sizeof futures[0]);
    if (!several) return NULL;

    several->count = count;
    for (size_t i = 0; i < count; i++)
        several->part[i] = futures[i];
    return &several->future;
}

/* The same, but takes the parts: it drops them if it fails. */
static struct rt_future *create_owner(const struct rt_future_type *type,
    struct rt_future *const *futures, size_t count)
{
    struct rt_future *const owner = create(type, futures, count);
    for (size_t i = 0; !owner && i < count; i++)
        rt_future_drop(futures[i]);
    return owner;
}

struct rt_future *rt_race(struct rt_future *const *futures, size_t count)
{
    return create_owner(&race_type, futures, count);
}

size_t rt_race_winner(const struct rt_future *race)
{
    return ((const struct several *)race)->winner;
}

struct rt_future *rt_join(struct rt_future *const *futures, size_t count)
{
    return create_owner(&join_type, futures, count);
}

const struct rt_future *rt_join_part(const struct rt_future *join, size_t index)
{
    return ((const struct several *)join)->part[index];
}

struct rt_future *rt_select(struct rt_future *const *futures, size_t count)
{
    return create(&select_type, futures, count);
}
