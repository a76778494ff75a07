/* growth_json.h - R1 as JSON: findings, the bounded, and what diff reads.
 *
 * Ownership: the caller decrefs what is returned.
 * Errors:    NULL when memory is out.
 * Source:    docs/report-schema.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_GROWTH_JSON_H
#define OL_ANALYZER_GROWTH_JSON_H

#include <jansson.h>

#include "analyzer/growth.h"
#include "analyzer/naming.h"

/* The array of findings: every row that is at least a note. */
OL_MUST_USE json_t *ol_growth_json_findings(
    const struct ol_growth *growth, const struct ol_naming *naming);

/* The array of what grows but is bounded by its owners. */
OL_MUST_USE json_t *ol_growth_json_bounded(
    const struct ol_growth *growth, const struct ol_naming *naming);

/* The object `growth`: the iterations, how many groups have which verdict,
 * and the survivors of all rows, which `outlive diff` compares. */
OL_MUST_USE json_t *ol_growth_json_summary(
    const struct ol_growth *growth, const struct ol_naming *naming);

/* In words: "marks", "time slices", "none"; "sound", "advisory",
 * "too short". */
const char *ol_growth_source_name(enum ol_iteration_source source);
const char *ol_growth_evidence_name(enum ol_growth_evidence evidence);

#endif
