/* envelope.h - the JSON that every report begins with.
 *
 * Ownership: the caller decrefs what is returned.
 * Errors:    NULL when memory is out.
 * Source:    docs/report-schema.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_ENVELOPE_H
#define OL_ANALYZER_ENVELOPE_H

#include <jansson.h>
#include <stdio.h>

#include "analyzer/model.h"
#include "analyzer/site.h"
#include "base/attributes.h"

/* {"schema", "report", "recording", "evidence"} of the model's main process.
 * `report` is the command's name. */
OL_MUST_USE json_t *ol_envelope_create(
    const struct ol_model *model, const char *report);

/* The arrays of the same name, of one process. */
OL_MUST_USE json_t *ol_envelope_kinds(
    const struct ol_model *model, size_t process);
OL_MUST_USE json_t *ol_envelope_series(
    const struct ol_model *model, size_t process);

/* Every process of the recording, shortly. */
OL_MUST_USE json_t *ol_envelope_processes(const struct ol_model *model);

/* A stack's frames, innermost first. */
OL_MUST_USE json_t *ol_envelope_frames(const struct ol_site_stack *stack);

/* How a process ended: "exit", "_exit", … "killed". */
const char *ol_envelope_end_name(enum ol_end end);

/* Writes it, indented, and a newline. Returns 0 or -EIO. */
OL_MUST_USE int ol_envelope_print(const json_t *envelope, FILE *to);

#endif
