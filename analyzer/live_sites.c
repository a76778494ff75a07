/* live_sites.c - see live_sites.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/live_sites.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/room.h"

enum {
    NAMED_FOR_EACH = 8, /* groups named for a site to be shown, and … */
    NAMED_LEAST = 256,
};

static struct ol_live_site *find(const struct ol_live_sites *sites,
    const struct ol_group *group, const char *place)
{
    for (size_t i = 0; i < sites->count; i++) {
        struct ol_live_site *site = &sites->at[i];
        if (site->largest->kind.index == group->kind.index &&
            strcmp(site->place, place) == 0)
            return site;
    }
    return NULL;
}

static int add(struct ol_live_sites *sites, const struct ol_naming *naming,
    const struct ol_group *group)
{
    struct ol_group_name name;
    const int error = ol_naming_group(naming, "live", group, &name);
    if (error) return error;
    struct ol_live_site *site = find(sites, group, name.place);
    if (!site) {
        struct ol_live_site *grown =
            ol_room_make(sites->at, &sites->room, sites->count, sizeof *grown);
        if (!grown) return -ENOMEM;
        sites->at = grown;
        site = &grown[sites->count++];
        *site = (struct ol_live_site){.kind = name.kind, .largest = group};
        memcpy(site->place, name.place, sizeof site->place);
        memcpy(site->fingerprint, name.fingerprint, sizeof site->fingerprint);
    }
    site->live += group->blocks.live;
    site->bytes += group->blocks.live_bytes;
    site->born += group->blocks.born;
    return 0;
}

static int compare_sites(const void *left, const void *right)
{
    const struct ol_live_site *a = left;
    const struct ol_live_site *b = right;
    if (a->bytes != b->bytes) return a->bytes > b->bytes ? -1 : 1;
    if (a->live != b->live) return a->live > b->live ? -1 : 1;
    return strcmp(a->place, b->place);
}

static bool is_wanted(const struct ol_naming *naming,
    const struct ol_group *group, const char *kind)
{
    if (group->blocks.live == 0) return false;
    if (!kind) return true;
    const char *name = ol_model_kind_name(naming->model, group->kind);
    return strcmp(kind, name[0] ? name : "-") == 0;
}

/* Names the largest groups; sums the others. */
static int collect(struct ol_live_sites *sites, const struct ol_naming *naming,
    const struct ol_process *process, const char *kind, size_t most)
{
    size_t named = 0;
    for (size_t i = 0; i < process->group_count; i++) {
        const struct ol_group *group = &process->group[i];
        if (!is_wanted(naming, group, kind)) continue;
        if (named++ < most) {
            const int error = add(sites, naming, group);
            if (error) return error;
            continue;
        }
        sites->rest_live += group->blocks.live;
        sites->rest_bytes += group->blocks.live_bytes;
    }
    return 0;
}

int ol_live_sites_create(struct ol_live_sites *sites,
    const struct ol_naming *naming, const struct ol_process *process,
    const char *kind, size_t limit)
{
    *sites = (struct ol_live_sites){0};
    size_t most = NAMED_LEAST;
    if (limit > NAMED_LEAST / NAMED_FOR_EACH)
        most = limit < SIZE_MAX / NAMED_FOR_EACH ? limit * NAMED_FOR_EACH
                                                 : SIZE_MAX;
    const int error = collect(sites, naming, process, kind, most);
    if (error) {
        ol_live_sites_destroy(sites);
        return error;
    }
    if (sites->count > 1)
        qsort(sites->at, sites->count, sizeof *sites->at, compare_sites);
    sites->shown = sites->count < limit ? sites->count : limit;
    for (size_t i = sites->shown; i < sites->count; i++) {
        sites->rest_live += sites->at[i].live;
        sites->rest_bytes += sites->at[i].bytes;
    }
    return 0;
}

void ol_live_sites_destroy(struct ol_live_sites *sites)
{
    free(sites->at);
    *sites = (struct ol_live_sites){0};
}
