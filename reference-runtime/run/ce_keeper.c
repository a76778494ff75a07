/* ce_keeper.c - what a program keeps of its deferreds, on purpose.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_keeper.h"

#include <stdlib.h>

struct rt_ce_keeper {
    struct rt_object object;
    struct rt_ce_deferred **deferreds; /* owner, of each too */
    struct rt_ce_wait *waits;          /* owner, of each too */
    long deferred_count;
    long wait_count;
};

static void drop(struct rt_object *object)
{
    struct rt_ce_keeper *const keeper = (struct rt_ce_keeper *)object;
    for (long i = 0; i < keeper->wait_count; i++)
        rt_ce_wait_drop(&keeper->waits[i]);
    for (long i = 0; i < keeper->deferred_count; i++)
        rt_ce_deferred_unref(keeper->deferreds[i]);
    free(keeper->waits);
    free(keeper->deferreds);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_ce_keeper *const keeper =
        (const struct rt_ce_keeper *)object;
    for (long i = 0; i < keeper->deferred_count; i++)
        visit(object, "deferreds", rt_ce_deferred_object(keeper->deferreds[i]),
            true, env);
    for (long i = 0; i < keeper->wait_count; i++) {
        const struct rt_ce_wait *const wait = &keeper->waits[i];
        visit(object, "waits",
            wait->node ? rt_ce_node_object(wait->node)
                       : rt_ce_entry_object(wait->entry),
            true, env);
    }
}

static const struct rt_object_field keeper_fields[] = {
    RT_OBJECT_FIELD(struct rt_ce_keeper, deferreds, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_ce_keeper, waits, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type keeper_type = {
    .kind = RT_KEEPER,
    .fields = keeper_fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_ce_keeper *rt_ce_keeper_create(long count)
{
    struct rt_ce_keeper *const keeper =
        rt_object_create(&keeper_type, sizeof *keeper);
    if (!keeper) return NULL;

    keeper->deferreds = calloc((size_t)count, sizeof(struct rt_ce_deferred *));
    keeper->waits = calloc((size_t)count, sizeof *keeper->waits);
    if (keeper->deferreds && keeper->waits) return keeper;
    rt_ce_keeper_unref(keeper);
    return NULL;
}

void rt_ce_keeper_unref(struct rt_ce_keeper *keeper)
{
    if (keeper) rt_object_unref(&keeper->object);
}

void rt_ce_keeper_add(
    struct rt_ce_keeper *keeper, struct rt_ce_deferred *deferred)
{
    keeper->deferreds[keeper->deferred_count++] = deferred;
    ol_adopt(keeper, deferred);
}

void rt_ce_keeper_add_wait(
    struct rt_ce_keeper *keeper, const struct rt_ce_wait *wait)
{
    keeper->waits[keeper->wait_count++] = *wait;
    ol_adopt(keeper, wait->node ? (void *)wait->node : (void *)wait->entry);
}

struct rt_ce_deferred *rt_ce_keeper_at(
    const struct rt_ce_keeper *keeper, long index)
{
    return keeper->deferreds[index];
}
