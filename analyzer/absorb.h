/* absorb.h - records in the order of time, turned into a process's counts.
 *
 * Shape:     every allocation becomes a block with a label (kind and site),
 *            counted in its group until a free ends it. Annotations make
 *            entities, and give blocks kinds and owners.
 * Ownership: borrows all that it is begun with; owns what is inside.
 * Threads:   one at a time.
 * Errors:    -ENOMEM, and what a classifier returns.
 * Source:    docs/trace-format.md; own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_ABSORB_H
#define OL_ANALYZER_ABSORB_H

#include <stdint.h>

#include "analyzer/merge.h"
#include "analyzer/model_build.h"
#include "analyzer/reader.h"
#include "analyzer/store.h"
#include "base/attributes.h"

/* One stream's state. */
struct ol_absorb_stream {
    const struct ol_tables_scope *scope;
    uint32_t *entered; /* owner; entities, innermost last */
    size_t entered_count, entered_room;
    struct ol_ref released; /* the block of a realloc, until it is decided */
    uint64_t given;         /* allocations taken */
};

struct ol_absorb {
    struct ol_model *model;
    struct ol_store_process *process;
    const struct ol_reader *reader;
    const struct ol_model_options *options;
    struct ol_absorb_stream *stream; /* owner; as in the reader */
    uint32_t youngest;               /* the list of young blocks */
    uint64_t tick;
    uint32_t point; /* of the series */
    uint64_t early; /* blocks freed before their birth was met */
    uint64_t lost[OL_LOST_COUNT];
};

/* Begins. `scope` has an element for each stream of the reader. */
OL_MUST_USE int ol_absorb_begin(struct ol_absorb *absorb,
    const struct ol_reader *reader, const struct ol_tables_scope *scope);

/* Takes the next record. */
OL_MUST_USE int ol_absorb_take(
    struct ol_absorb *absorb, const struct ol_merge_head *head);

/* No more records: closes what is open and the cohorts. */
OL_MUST_USE int ol_absorb_finish(struct ol_absorb *absorb);

void ol_absorb_deinit(struct ol_absorb *absorb);

#endif
