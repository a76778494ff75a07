/* zio_item_set.c - which items a pool remembers, by identity.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_item_set.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    FEWEST_CHAINS = 8 /* a power of two */
};

struct rt_zio_entry {
    struct rt_object object;
    struct rt_object *item;    /* owner */
    struct rt_zio_entry *next; /* owner */
};

/* Does not follow `next`: a chain is taken apart by the set. */
static void drop_entry(struct rt_object *object)
{
    struct rt_zio_entry *const entry = (struct rt_zio_entry *)object;
    rt_object_unref(entry->item);
}

static void each_edge_of_entry(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_zio_entry *const entry =
        (const struct rt_zio_entry *)object;
    visit(object, "item", entry->item, true, env);
    if (entry->next) visit(object, "next", &entry->next->object, true, env);
}

static const struct rt_object_field entry_fields[] = {
    RT_OBJECT_FIELD(struct rt_zio_entry, item, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_zio_entry, next, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type entry_type = {
    .kind = RT_SET_ENTRY,
    .fields = entry_fields,
    .drop = drop_entry,
    .each_edge = each_edge_of_entry,
};

/* ---- Chains ---- */

/* Fibonacci hashing: addresses differ in their middle bits. */
static size_t chain_of(
    const struct rt_zio_item_set *set, const struct rt_object *item)
{
    const uint64_t mixed = (uintptr_t)item * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(mixed >> 32) & (set->chain_count - 1);
}

/* Returns the link that points at the item's entry, or NULL. */
static struct rt_zio_entry **find(
    const struct rt_zio_item_set *set, const struct rt_object *item)
{
    if (set->chain_count == 0) return NULL;

    struct rt_zio_entry **link = &set->chains[chain_of(set, item)];
    while (*link && (*link)->item != item)
        link = &(*link)->next;
    return *link ? link : NULL;
}

static void push(struct rt_zio_item_set *set, struct rt_zio_entry *entry)
{
    struct rt_zio_entry **const chain =
        &set->chains[chain_of(set, entry->item)];
    entry->next = *chain;
    *chain = entry;
}

/* Makes room for one more: at most one entry a chain on average. */
static int reserve(struct rt_zio_item_set *set)
{
    if (set->count < set->chain_count) return 0;

    struct rt_zio_entry **const old = set->chains;
    const size_t old_count = set->chain_count;
    const size_t count = old_count ? 2 * old_count : FEWEST_CHAINS;
    struct rt_zio_entry **const chains =
        calloc(count, sizeof(struct rt_zio_entry *));
    if (!chains) return -ENOMEM;
    ol_adopt(set->owner, chains);

    set->chains = chains;
    set->chain_count = count;
    for (size_t i = 0; i < old_count; i++) {
        struct rt_zio_entry *next = NULL;
        for (struct rt_zio_entry *entry = old[i]; entry; entry = next) {
            next = entry->next;
            push(set, entry);
        }
    }
    free(old);
    return 0;
}

/* ---- The set ---- */

void rt_zio_item_set_init(
    struct rt_zio_item_set *set, const struct rt_object *owner)
{
    *set = (struct rt_zio_item_set){.owner = owner};
}

void rt_zio_item_set_deinit(struct rt_zio_item_set *set)
{
    for (size_t i = 0; i < set->chain_count; i++) {
        struct rt_zio_entry *next = NULL;
        for (struct rt_zio_entry *entry = set->chains[i]; entry; entry = next) {
            next = entry->next;
            rt_object_unref(&entry->object);
        }
    }
    free(set->chains);
    *set = (struct rt_zio_item_set){.owner = set->owner};
}

int rt_zio_item_set_add(struct rt_zio_item_set *set, struct rt_object *item)
{
    if (find(set, item)) return 0;
    if (reserve(set) != 0) return -ENOMEM;

    struct rt_zio_entry *const entry =
        rt_object_create(&entry_type, sizeof *entry);
    if (!entry) return -ENOMEM;
    entry->item = rt_object_ref(item);
    push(set, entry);
    set->count++;
    return 0;
}

bool rt_zio_item_set_has(
    const struct rt_zio_item_set *set, const struct rt_object *item)
{
    return find(set, item) != NULL;
}

struct rt_object *rt_zio_item_set_take(
    struct rt_zio_item_set *set, const struct rt_object *item)
{
    struct rt_zio_entry **const link = find(set, item);
    if (!link) return NULL;

    struct rt_zio_entry *const entry = *link;
    *link = entry->next;
    entry->next = NULL;
    set->count--;
    return &entry->object;
}

void rt_zio_item_set_each_edge(
    const struct rt_zio_item_set *set, rt_object_edge_fn visit, void *env)
{
    for (size_t i = 0; i < set->chain_count; i++) {
        if (set->chains[i])
            visit(set->owner, "set", &set->chains[i]->object, true, env);
    }
}
