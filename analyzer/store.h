/* store.h - the inside of a model: what the build fills and queries read.
 *
 * Shape:     shared tables and, for each process, what absorb.h collects.
 * Ownership: all of it is the model's.
 * Threads:   one writer while it is built; then any number of readers.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_STORE_H
#define OL_ANALYZER_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/arena.h"
#include "analyzer/blocks.h"
#include "analyzer/entities.h"
#include "analyzer/hash.h"
#include "analyzer/model.h"
#include "analyzer/tables.h"
#include "analyzer/timeline.h"

/* Live bytes of a kind from a point of the series on. */
struct ol_store_sample {
    uint32_t point;
    uint64_t live_bytes;
};

struct ol_store_kind {
    struct ol_kind_totals totals;
    struct ol_store_sample *sample; /* owner; by point */
    size_t sample_count, sample_room;
};

struct ol_store_process {
    struct ol_process shown; /* its arrays point into those below */
    struct ol_timeline timeline;
    struct ol_group *group; /* owner, as are these: */
    size_t group_count, group_room;
    uint32_t *group_at; /* where a group went when they were sorted */
    struct ol_hash groups;
    struct ol_store_kind *kind;
    size_t kind_count, kind_room;
    struct ol_kind_totals *kind_shown;
    uint32_t *kind_of; /* by string; index + 1, 0 none */
    size_t kind_of_count;
    struct ol_damage *damage;
    struct ol_blocks blocks;
    struct ol_entities entities;
};

struct ol_model {
    struct ol_arena arena; /* paths */
    struct ol_tables tables;
    struct ol_store_process *process; /* owner, as is this: */
    size_t process_count, process_room;
    struct ol_damage *refused;
    size_t refused_count, refused_room;
    const char *path;
};

void ol_store_process_deinit(struct ol_store_process *process);

/* Counts by kind and group. The group of a block is made when its like was
 * not met before. */
struct ol_store_label {
    uint32_t kind, site;
    bool adopted;
    uint32_t owner_kind; /* of adopted ones */
};

OL_MUST_USE int ol_store_get_group(struct ol_store_process *process,
    const struct ol_store_label *label, uint32_t *out);
OL_MUST_USE int ol_store_get_kind(
    struct ol_store_process *process, uint32_t name, uint32_t *out);

/* Notes a kind's live bytes at a point of the series. */
OL_MUST_USE int ol_store_sample(struct ol_store_kind *kind, uint32_t point);

/* One block more, one less. */
void ol_store_count_birth(struct ol_process_totals *totals, uint64_t bytes);
void ol_store_count_death(struct ol_process_totals *totals, uint64_t bytes);

/* Takes a birth back: the block is counted elsewhere from now on. */
void ol_store_count_move(struct ol_process_totals *totals, uint64_t bytes);

/* Sorts groups and kinds and makes `shown` point to them. */
OL_MUST_USE int ol_store_show(struct ol_store_process *process);

#endif
