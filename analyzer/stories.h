/* stories.h - the annotations: entities, owners, iterations.
 *
 * Ownership: borrows the absorb state.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    include/outlive/outlive.h says what each one means.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_STORIES_H
#define OL_ANALYZER_STORIES_H

#include "analyzer/absorb.h"
#include "base/attributes.h"

/* Takes a record of one of the verbs of outlive.h. */
OL_MUST_USE int ol_stories_take(struct ol_absorb *absorb,
    struct ol_absorb_stream *stream, const struct ol_record *record);

/* The stream goes on as another thread's: nothing is entered. */
void ol_stories_leave_all(
    struct ol_absorb *absorb, struct ol_absorb_stream *stream);

#endif
