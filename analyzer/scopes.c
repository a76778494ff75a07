/* scopes.c - see scopes.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/scopes.h"

#include <errno.h>
#include <stdlib.h>

#include "analyzer/room.h"

void ol_scopes_init(struct ol_scopes *scopes, struct ol_tables *tables)
{
    *scopes = (struct ol_scopes){.tables = tables};
}

void ol_scopes_deinit(struct ol_scopes *scopes)
{
    for (size_t i = 0; i < scopes->count; i++)
        ol_tables_scope_deinit(&scopes->scope[i]);
    free(scopes->scope);
    *scopes = (struct ol_scopes){0};
}

int ol_scopes_reach(struct ol_scopes *scopes, size_t count)
{
    while (scopes->count < count) {
        struct ol_tables_scope *grown = ol_room_make(
            scopes->scope, &scopes->room, scopes->count, sizeof *grown);
        if (!grown) return -ENOMEM;
        scopes->scope = grown;
        grown[scopes->count++] = (struct ol_tables_scope){0};
    }
    return 0;
}

int ol_scopes_learn(void *scopes, size_t stream, const struct ol_decoder *after,
    const struct ol_record *record)
{
    struct ol_scopes *self = scopes;
    const int error = ol_scopes_reach(self, stream + 1);
    if (error) return error;
    return ol_tables_define(self->tables, &self->scope[stream], after, record);
}
