/* store.c - see store.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/room.h"

void ol_store_process_deinit(struct ol_store_process *process)
{
    for (size_t i = 0; i < process->group_count; i++)
        ol_cohorts_deinit(&process->group[i].cohorts);
    for (size_t i = 0; i < process->kind_count; i++)
        free(process->kind[i].sample);
    ol_timeline_deinit(&process->timeline);
    ol_hash_deinit(&process->groups);
    ol_blocks_deinit(&process->blocks);
    ol_entities_deinit(&process->entities);
    free(process->group);
    free(process->group_at);
    free(process->kind);
    free(process->kind_shown);
    free(process->kind_of);
    free(process->damage);
    *process = (struct ol_store_process){0};
}

/* ---- Counting ---- */

void ol_store_count_birth(struct ol_process_totals *totals, uint64_t bytes)
{
    totals->born++;
    totals->born_bytes += bytes;
    totals->live++;
    totals->live_bytes += bytes;
    if (totals->live > totals->peak) totals->peak = totals->live;
    if (totals->live_bytes > totals->peak_bytes)
        totals->peak_bytes = totals->live_bytes;
}

void ol_store_count_death(struct ol_process_totals *totals, uint64_t bytes)
{
    totals->freed++;
    totals->live--;
    totals->live_bytes -= bytes;
}

void ol_store_count_move(struct ol_process_totals *totals, uint64_t bytes)
{
    totals->born--;
    totals->born_bytes -= bytes;
    totals->live--;
    totals->live_bytes -= bytes;
}

/* ---- Groups and kinds ---- */

int ol_store_get_group(struct ol_store_process *process,
    const struct ol_store_label *label, uint32_t *out)
{
    const uint32_t key[3] = {
        label->kind, label->site, label->adopted ? label->owner_kind + 1 : 0};
    if (ol_hash_find(&process->groups, key, sizeof key, out)) return 0;
    struct ol_group *grown = ol_room_make(process->group, &process->group_room,
        process->group_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    process->group = grown;
    const uint32_t made = (uint32_t)process->group_count;
    if (!ol_hash_add(&process->groups, key, sizeof key, made)) return -ENOMEM;
    grown[process->group_count++] = (struct ol_group){
        .kind = {label->kind},
        .site = {label->site},
        .adopted = label->adopted,
        .owner_kind = {label->adopted ? label->owner_kind : 0},
    };
    *out = made;
    return 0;
}

/* Makes the table of kinds reach `name`. */
static int reach_kind(struct ol_store_process *process, uint32_t name)
{
    if (name < process->kind_of_count) return 0;
    const size_t count = (size_t)name + name / 2 + 16;
    uint32_t *grown = realloc(process->kind_of, count * sizeof *grown);
    if (!grown) return -ENOMEM;
    memset(grown + process->kind_of_count, 0,
        (count - process->kind_of_count) * sizeof *grown);
    process->kind_of = grown;
    process->kind_of_count = count;
    return 0;
}

int ol_store_get_kind(
    struct ol_store_process *process, uint32_t name, uint32_t *out)
{
    const int error = reach_kind(process, name);
    if (error) return error;
    if (process->kind_of[name] == 0) {
        struct ol_store_kind *grown = ol_room_make(process->kind,
            &process->kind_room, process->kind_count, sizeof *grown);
        if (!grown) return -ENOMEM;
        process->kind = grown;
        grown[process->kind_count++] =
            (struct ol_store_kind){.totals = {.kind = {name}}};
        process->kind_of[name] = (uint32_t)process->kind_count;
    }
    *out = process->kind_of[name] - 1;
    return 0;
}

int ol_store_sample(struct ol_store_kind *kind, uint32_t point)
{
    const uint64_t live_bytes = kind->totals.blocks.live_bytes;
    if (kind->sample_count > 0 &&
        kind->sample[kind->sample_count - 1].point == point) {
        kind->sample[kind->sample_count - 1].live_bytes = live_bytes;
        return 0;
    }
    struct ol_store_sample *grown = ol_room_make(
        kind->sample, &kind->sample_room, kind->sample_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    kind->sample = grown;
    grown[kind->sample_count++] = (struct ol_store_sample){point, live_bytes};
    return 0;
}

/* ---- Showing ---- */

/* A group or kind to be sorted, and where it was. */
struct rank {
    uint64_t live_bytes, born;
    uint32_t from;
};

static int compare_ranks(const void *left, const void *right)
{
    const struct rank *a = left;
    const struct rank *b = right;
    if (a->live_bytes != b->live_bytes)
        return a->live_bytes > b->live_bytes ? -1 : 1;
    if (a->born != b->born) return a->born > b->born ? -1 : 1;
    return a->from < b->from ? -1 : a->from > b->from;
}

static int sort_groups(struct ol_store_process *process)
{
    const size_t count = process->group_count;
    struct rank *rank = calloc(count + 1, sizeof *rank);
    struct ol_group *sorted = calloc(count + 1, sizeof *sorted);
    process->group_at = calloc(count + 1, sizeof *process->group_at);
    if (!rank || !sorted || !process->group_at) {
        free(rank);
        free(sorted);
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        const struct ol_process_totals *blocks = &process->group[i].blocks;
        rank[i] = (struct rank){blocks->live_bytes, blocks->born, (uint32_t)i};
    }
    qsort(rank, count, sizeof *rank, compare_ranks);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = process->group[rank[i].from];
        process->group_at[rank[i].from] = (uint32_t)i;
    }
    free(rank);
    free(process->group);
    process->group = sorted;
    return 0;
}

static int sort_kinds(struct ol_store_process *process)
{
    const size_t count = process->kind_count;
    struct rank *rank = calloc(count + 1, sizeof *rank);
    struct ol_store_kind *sorted = calloc(count + 1, sizeof *sorted);
    process->kind_shown = calloc(count + 1, sizeof *process->kind_shown);
    if (!rank || !sorted || !process->kind_shown) {
        free(rank);
        free(sorted);
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        const struct ol_process_totals *blocks =
            &process->kind[i].totals.blocks;
        rank[i] = (struct rank){blocks->live_bytes, blocks->born, (uint32_t)i};
    }
    qsort(rank, count, sizeof *rank, compare_ranks);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = process->kind[rank[i].from];
        process->kind_shown[i] = sorted[i].totals;
        process->kind_of[sorted[i].totals.kind.index] = (uint32_t)i + 1;
    }
    free(rank);
    free(process->kind);
    process->kind = sorted;
    return 0;
}

int ol_store_show(struct ol_store_process *process)
{
    int error = sort_groups(process);
    if (!error) error = sort_kinds(process);
    if (error) return error;
    process->shown.group = process->group;
    process->shown.group_count = process->group_count;
    process->shown.kind = process->kind_shown;
    process->shown.kind_count = process->kind_count;
    return 0;
}
