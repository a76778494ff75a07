/* scopes.h - the names in one trace, stream by stream.
 *
 * Ownership: borrows the tables; deinit frees the scopes.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_SCOPES_H
#define OL_ANALYZER_SCOPES_H

#include <stddef.h>

#include "analyzer/reader.h"
#include "analyzer/tables.h"
#include "base/attributes.h"

struct ol_scopes {
    struct ol_tables *tables;
    struct ol_tables_scope *scope; /* owner; by stream of the reader */
    size_t count, room;
};

/* Begins with no stream. */
void ol_scopes_init(struct ol_scopes *scopes, struct ol_tables *tables);
void ol_scopes_deinit(struct ol_scopes *scopes);

/* Makes a scope for each of `count` streams. */
OL_MUST_USE int ol_scopes_reach(struct ol_scopes *scopes, size_t count);

/* An ol_record_fn: learns the definitions. */
int ol_scopes_learn(void *scopes, size_t stream, const struct ol_decoder *after,
    const struct ol_record *record);

#endif
