/* merge.h - the records of all streams of a trace, in the order of time.
 *
 * Shape:     a heap of cursors by the tick of their next record. Within one
 *            tick a record that names a block of another stream waits, up
 *            to OL_MERGE_PATIENCE times, until that stream has come past the
 *            block's birth; what is still early then must be held by the
 *            caller.
 * Ownership: borrows the reader; owns its arrays.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_MERGE_H
#define OL_ANALYZER_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/reader.h"
#include "base/attributes.h"

enum {
    OL_MERGE_PATIENCE = 3
};

struct ol_merge_head {
    struct ol_cursor cursor;
    struct ol_record record; /* the next one */
    uint32_t index;          /* of the stream in the reader */
    uint32_t waited;         /* how often this record has */
};

struct ol_merge {
    const struct ol_reader *reader;
    struct ol_merge_head *head; /* owner; by stream */
    uint32_t *heap;             /* owner; indices of heads */
    size_t heap_count;
    bool taken; /* the top's record was given out */
};

OL_MUST_USE int ol_merge_open(
    struct ol_merge *merge, const struct ol_reader *reader);

void ol_merge_close(struct ol_merge *merge);

/* The next record with its stream, or NULL at the end. It lives until the
 * next call. */
const struct ol_merge_head *ol_merge_next(struct ol_merge *merge);

#endif
