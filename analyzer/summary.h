/* summary.h - R0: is it clean, how sure are we, what first?
 *
 * Shape:     the growth of every process, and their findings together, the
 *            gravest first: by severity, then by bytes an iteration.
 * Ownership: owns the growth; borrows the model.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_SUMMARY_H
#define OL_ANALYZER_SUMMARY_H

#include <stddef.h>

#include "analyzer/command.h"
#include "analyzer/growth.h"
#include "analyzer/model.h"
#include "base/attributes.h"

struct ol_summary_finding {
    size_t process;
    const struct ol_growth_row *row;
    enum ol_severity severity; /* slices of time give no errors */
};

struct ol_summary {
    const struct ol_model *model;
    struct ol_growth **growth; /* owner, as are they; by process */
    size_t count, room;
    struct ol_summary_finding *finding; /* owner; notes as well */
    size_t finding_count;
    size_t severities[OL_SEVERITY_ERROR + 1]; /* findings of each */
    const char *doubt; /* why the evidence is insufficient; NULL: it is not */
};

/* `kind` chooses the findings of one kind, NULL all. */
OL_MUST_USE int ol_summary_create(
    struct ol_summary *summary, const struct ol_model *model, const char *kind);

/* All zero is empty already. */
void ol_summary_destroy(struct ol_summary *summary);

/* FINDINGS when there is an error, else EVIDENCE when there is doubt. */
enum ol_exit ol_summary_exit(const struct ol_summary *summary);

#endif
