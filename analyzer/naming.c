/* naming.c - what a report calls a group: kind, place and fingerprint.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/naming.h"

int ol_naming_group(const struct ol_naming *naming, const char *report,
    const struct ol_group *group, struct ol_group_name *out)
{
    const struct ol_site *site = ol_model_site(naming->model, group->site);
    struct ol_site_stack stack;
    const int error =
        ol_places_stack(naming->places, naming->model, site->stack, &stack);
    if (error) return error;
    const char *kind = ol_model_kind_name(naming->model, group->kind);
    out->kind = kind[0] != '\0' ? kind : "-";
    out->stack = stack;
    ol_site_text(naming->book, &stack, out->place, sizeof out->place);
    ol_site_fingerprint(naming->book, report, kind, &stack, out->fingerprint);
    return 0;
}
