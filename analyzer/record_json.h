/* record_json.h - a record as a JSON object.
 *
 * Ownership: the caller decrefs what is returned.
 * Errors:    NULL when memory is out.
 * Source:    docs/report-schema.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_RECORD_JSON_H
#define OL_ANALYZER_RECORD_JSON_H

#include <jansson.h>

#include "analyzer/record_text.h"
#include "base/attributes.h"

OL_MUST_USE json_t *ol_record_json(
    const struct ol_record_context *where, const struct ol_record *record);

#endif
