/* reach.c - what an object keeps alive, by its own account.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/reach.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 64,
    LONGEST_CYCLE = 16
};

/* ---- The set ---- */

/* Blocks lie 16 bytes apart; the multiplier spreads them (Fibonacci). */
static size_t hash(const struct rt_reach *reach, const struct rt_object *object)
{
    const uint64_t spread =
        ((uint64_t)(uintptr_t)object >> 4) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(spread >> 32) & (reach->table_size - 1);
}

/* Returns where the object is in the table, or the empty place for it. */
static size_t *find(struct rt_reach *reach, const struct rt_object *object)
{
    size_t at = hash(reach, object);
    while (
        reach->table[at] && reach->steps[reach->table[at] - 1].object != object)
        at = (at + 1) & (reach->table_size - 1);
    return &reach->table[at];
}

/* The table stays at most half full. */
static int grow(struct rt_reach *reach)
{
    const size_t capacity =
        reach->capacity ? 2 * reach->capacity : FIRST_CAPACITY;
    struct rt_reach_step *const steps =
        reallocarray(reach->steps, capacity, sizeof *steps);
    if (!steps) return -ENOMEM;
    reach->steps = steps;
    size_t *const table = calloc(2 * capacity, sizeof *table);
    if (!table) return -ENOMEM;
    free(reach->table);
    reach->table = table;
    reach->table_size = 2 * capacity;
    reach->capacity = capacity;
    for (size_t i = 0; i < reach->count; i++)
        *find(reach, reach->steps[i].object) = i + 1;
    return 0;
}

static int add(struct rt_reach *reach, struct rt_reach_step step)
{
    if (reach->count == reach->capacity) {
        const int err = grow(reach);
        if (err) return err;
    }
    size_t *const place = find(reach, step.object);
    if (*place) return 0;
    reach->steps[reach->count++] = step;
    *place = reach->count;
    return 0;
}

/* ---- The walk ---- */

struct visit {
    struct rt_reach *reach;
    size_t from;
};

static void visit_edge(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    (void)from;
    const struct visit *const visit = env;
    struct rt_reach *const reach = visit->reach;
    const struct rt_reach_step step = {to, visit->from, field};
    if (!strong || reach->err) return;
    if (to == reach->steps[0].object && !reach->back.field) reach->back = step;
    reach->err = add(reach, step);
}

int rt_reach_walk(const struct rt_object *root, struct rt_reach *out)
{
    struct rt_reach reach = {0};
    reach.err = add(&reach, (struct rt_reach_step){.object = root});
    for (size_t i = 0; i < reach.count && !reach.err; i++) {
        struct visit visit = {&reach, i};
        rt_object_each_edge(reach.steps[i].object, visit_edge, &visit);
    }
    if (reach.err) {
        const int err = reach.err;
        rt_reach_deinit(&reach);
        return err;
    }
    *out = reach;
    return 0;
}

void rt_reach_deinit(struct rt_reach *reach)
{
    free(reach->steps);
    free(reach->table);
    *reach = (struct rt_reach){0};
}

/* ---- What was found ---- */

long rt_reach_count(const struct rt_reach *reach, enum rt_object_kind kind)
{
    long count = 0;
    for (size_t i = 0; i < reach->count; i++)
        count += reach->steps[i].object->type->kind == kind;
    return count;
}

static const char *kind_of(const struct rt_object *object)
{
    return rt_object_kind_name(object->type->kind);
}

bool rt_reach_cycle(const struct rt_reach *reach, char *text_out, size_t size)
{
    if (!reach->back.field) return false;

    struct rt_reach_step path[LONGEST_CYCLE];
    size_t length = 0;
    path[length++] = reach->back;
    while (path[length - 1].from != 0) {
        if (length == LONGEST_CYCLE) return false;
        path[length] = reach->steps[path[length - 1].from];
        length++;
    }

    size_t used = 0;
    int written =
        snprintf(text_out, size, "%s", kind_of(reach->steps[0].object));
    while (length-- > 0) {
        used += (size_t)written;
        if (used >= size) return false;
        written = snprintf(text_out + used, size - used, " -%s-> %s",
            path[length].field, kind_of(path[length].object));
    }
    return used + (size_t)written < size;
}
