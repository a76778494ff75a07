/* naming.h - what a report calls a group: kind, place and fingerprint.
 *
 * Ownership: the stack's frames live until the next group is named, the
 *            texts of the frames as long as the places.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_NAMING_H
#define OL_ANALYZER_NAMING_H

#include "analyzer/model.h"
#include "analyzer/places.h"
#include "analyzer/rulebook.h"
#include "analyzer/site.h"
#include "base/attributes.h"

/* What is needed to name a model's groups; all borrowed. */
struct ol_naming {
    const struct ol_model *model;
    struct ol_places *places;
    const struct ol_rulebook *book;
};

struct ol_group_name {
    const char *kind; /* "-" for none */
    struct ol_site_stack stack;
    char place[OL_SITE_TEXT_BYTES]; /* "function file:line ◂ …" */
    char fingerprint[OL_SITE_FINGERPRINT_BYTES];
};

/* Names a group as the report `report` ("growth" …) speaks of it. */
OL_MUST_USE int ol_naming_group(const struct ol_naming *naming,
    const char *report, const struct ol_group *group,
    struct ol_group_name *out);

#endif
