/* live_sites.h - the places with the most bytes live at the end.
 *
 * Shape:     groups of one kind whose stacks lead to the same shown line and
 *            caller are one site; only the largest groups are named, the
 *            others are summed.
 * Ownership: destroy frees it. Groups are the model's.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_LIVE_SITES_H
#define OL_ANALYZER_LIVE_SITES_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/model.h"
#include "analyzer/naming.h"
#include "base/attributes.h"

struct ol_live_site {
    const char *kind; /* "-" for none */
    uint64_t live, bytes, born;
    const struct ol_group *largest; /* of its groups */
    char place[OL_SITE_TEXT_BYTES];
    char fingerprint[OL_SITE_FINGERPRINT_BYTES]; /* the largest one's */
};

struct ol_live_sites {
    struct ol_live_site *at; /* owner; most bytes first */
    size_t count, room;
    size_t shown;
    uint64_t rest_live, rest_bytes; /* of those that are not shown */
};

/* `kind` chooses, NULL all; at most `limit` are shown. */
OL_MUST_USE int ol_live_sites_create(struct ol_live_sites *sites,
    const struct ol_naming *naming, const struct ol_process *process,
    const char *kind, size_t limit);

void ol_live_sites_destroy(struct ol_live_sites *sites);

#endif
