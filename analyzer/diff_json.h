/* diff_json.h - a report's JSON to a side of a comparison, and back out.
 *
 * Shape:     a side is read from the object `growth` of a document of schema
 *            outlive.report/1, whichever command wrote it.
 * Ownership: a reading owns its entries and holds a reference to the
 *            document, whose texts they borrow.
 * Errors:    -EBADMSG with what is wrong with the document; -ENOMEM; NULL.
 * Source:    docs/report-schema.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_DIFF_JSON_H
#define OL_ANALYZER_DIFF_JSON_H

#include <jansson.h>

#include "analyzer/diff.h"
#include "base/attributes.h"

struct ol_diff_reading {
    struct ol_diff_side side;
    struct ol_diff_entry *entry; /* owner */
    json_t *document;            /* one reference */
    json_t *entries;             /* of the document, borrowed */
};

/* Reads a side, named `name`, which must outlive it. On -EBADMSG `out_what`
 * is a static text. */
OL_MUST_USE int ol_diff_read(json_t *document, const char *name,
    struct ol_diff_reading *out, const char **out_what);

/* Accepts a zeroed one. */
void ol_diff_reading_deinit(struct ol_diff_reading *reading);

/* The whole document; of a refused comparison as well. */
OL_MUST_USE json_t *ol_diff_to_json(const struct ol_diff *diff,
    const struct ol_diff_reading *base, const struct ol_diff_reading *now);

#endif
