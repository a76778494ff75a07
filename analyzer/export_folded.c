/* export_folded.c - sites as folded stacks, for flame graphs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "analyzer/export.h"

/* A semicolon would begin another frame, a newline another sample. */
static void put_name(const char *name, FILE *out)
{
    for (; *name; name++) {
        const int byte = (unsigned char)*name;
        if (byte == ';') {
            fputc(':', out);
        } else {
            fputc(byte < ' ' ? ' ' : byte, out);
        }
    }
}

static void put_stack(const struct ol_site_stack *stack, FILE *out)
{
    for (size_t i = stack->count; i-- > 0;) {
        put_name(stack->at[i].function, out);
        if (i > 0) fputc(';', out);
    }
}

static int put_group(const struct ol_model *model, const struct ol_group *group,
    struct ol_places *places, uint64_t value, FILE *out)
{
    const struct ol_site *site = ol_model_site(model, group->site);
    struct ol_site_stack stack;
    const int error = ol_places_stack(places, model, site->stack, &stack);
    if (error) return error;

    const char *kind = ol_model_kind_name(model, group->kind);
    if (*kind) {
        fputc('[', out);
        put_name(kind, out);
        fputs("];", out);
    }
    put_stack(&stack, out);
    fprintf(out, " %llu\n", (unsigned long long)value);
    return ferror(out) ? -EIO : 0;
}

int ol_export_folded(const struct ol_model *model, size_t process,
    struct ol_places *places, enum ol_export_value value, FILE *out)
{
    const struct ol_process *from = ol_model_process(model, process);
    for (size_t i = 0; i < from->group_count; i++) {
        const struct ol_group *group = &from->group[i];
        const uint64_t weight = ol_export_value_of(group, value);
        if (weight == 0) continue;
        const int error = put_group(model, group, places, weight, out);
        if (error) return error;
    }
    return 0;
}
