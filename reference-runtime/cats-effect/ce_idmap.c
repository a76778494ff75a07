/* ce_idmap.c - callbacks that wait for one event, the oldest first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_idmap.h"

#include <errno.h>

struct rt_ce_entry {
    struct rt_object object;
    struct ol_list link;             /* guarded by the map's mutex */
    struct rt_ce_callback *callback; /* owner, while in the map; so guarded */
};

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_ce_entry *const entry = (const struct rt_ce_entry *)object;
    if (entry->callback)
        visit(object, "callback", rt_ce_callback_object(entry->callback), true,
            env);
}

static const struct rt_object_field entry_fields[] = {
    RT_OBJECT_FIELD(struct rt_ce_entry, callback, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_ce_entry, link.next, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_ce_entry, link.prev, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type entry_type = {
    .kind = RT_MAP_ENTRY,
    .fields = entry_fields,
    .each_edge = each_edge,
};

struct rt_object *rt_ce_entry_object(struct rt_ce_entry *entry)
{
    return &entry->object;
}

void rt_ce_entry_unref(struct rt_ce_entry *entry)
{
    if (entry) rt_object_unref(&entry->object);
}

/* ---- Entries of a map, under its lock ---- */

static int link_entry(struct rt_ce_idmap *map, struct rt_ce_entry *entry,
    struct rt_ce_callback *callback)
{
    if (map->is_closed) return -EALREADY;
    rt_object_ref(&entry->object);
    entry->callback = rt_ce_callback_ref(callback);
    ol_list_append(&map->entries, &entry->link);
    map->count++;
    return 0;
}

/* Returns the callback, which is now the caller's, as is the map's reference
 * to the entry. */
static struct rt_ce_callback *unlink_entry(
    struct rt_ce_idmap *map, struct rt_ce_entry *entry)
{
    struct rt_ce_callback *const callback = entry->callback;
    entry->callback = NULL;
    ol_list_remove(&entry->link);
    map->count--;
    return callback;
}

static struct rt_ce_entry *oldest(struct rt_ce_idmap *map)
{
    if (ol_list_is_empty(&map->entries)) return NULL;
    return OL_LIST_ENTRY(map->entries.next, struct rt_ce_entry, link);
}

/* ---- The map ---- */

void rt_ce_idmap_init(struct rt_ce_idmap *map)
{
    *map = (struct rt_ce_idmap){.count = 0};
    pthread_mutex_init(&map->mutex, NULL);
    ol_list_init(&map->entries);
}

/* Takes the oldest entry out, and the map's reference to it with that. With
 * `closes`, nothing can be added from then on. */
static struct rt_ce_entry *take_oldest(
    struct rt_ce_idmap *map, bool closes, struct rt_ce_callback **callback_out)
{
    pthread_mutex_lock(&map->mutex);
    map->is_closed |= closes;
    struct rt_ce_entry *const entry = oldest(map);
    if (entry) *callback_out = unlink_entry(map, entry);
    pthread_mutex_unlock(&map->mutex);
    return entry;
}

void rt_ce_idmap_deinit(struct rt_ce_idmap *map)
{
    struct rt_ce_callback *callback = NULL;
    struct rt_ce_entry *entry = NULL;
    while ((entry = take_oldest(map, false, &callback))) {
        rt_ce_callback_unref(callback);
        rt_ce_entry_unref(entry);
    }
    pthread_mutex_destroy(&map->mutex);
}

int rt_ce_idmap_add(struct rt_ce_idmap *map, struct rt_ce_callback *callback,
    struct rt_ce_entry **handle_out)
{
    struct rt_ce_entry *const entry =
        rt_object_create(&entry_type, sizeof *entry);
    if (!entry) return -ENOMEM;

    ol_list_init(&entry->link);
    pthread_mutex_lock(&map->mutex);
    const int err = link_entry(map, entry, callback);
    pthread_mutex_unlock(&map->mutex);
    if (err) {
        rt_ce_entry_unref(entry);
        return err;
    }
    *handle_out = entry;
    return 0;
}

struct rt_ce_callback *rt_ce_idmap_remove(
    struct rt_ce_idmap *map, struct rt_ce_entry *entry)
{
    struct rt_ce_callback *callback = NULL;
    pthread_mutex_lock(&map->mutex);
    if (entry->callback) callback = unlink_entry(map, entry);
    pthread_mutex_unlock(&map->mutex);
    if (!callback) return NULL;
    rt_object_end(&entry->object, "removed");
    rt_ce_entry_unref(entry);
    return callback;
}

struct rt_ce_applied rt_ce_idmap_fire(struct rt_ce_idmap *map, intptr_t value)
{
    struct rt_ce_applied applied = {0};
    struct rt_ce_callback *callback = NULL;
    struct rt_ce_entry *entry = NULL;
    while ((entry = take_oldest(map, true, &callback))) {
        if (!applied.error)
            applied.fired +=
                rt_ce_callback_fire(callback, value, &applied.error);
        rt_object_end(&entry->object, "removed");
        rt_ce_callback_unref(callback);
        rt_ce_entry_unref(entry);
    }
    return applied;
}

long rt_ce_idmap_count(struct rt_ce_idmap *map)
{
    pthread_mutex_lock(&map->mutex);
    const long count = map->count;
    pthread_mutex_unlock(&map->mutex);
    return count;
}

void rt_ce_idmap_each_edge(const struct rt_ce_idmap *map,
    const struct rt_object *holder, rt_object_edge_fn visit, void *env)
{
    OL_LIST_FOR_EACH(link, &map->entries)
        visit(holder, "map.entries",
            &OL_LIST_ENTRY(link, struct rt_ce_entry, link)->object, true, env);
}
