/* export.c - the values of samples, common to all formats.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/export.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *name;
    const char *unit;
} values[] = {
#define X(constant, text, unit, member) {text, unit},
    OL_EXPORT_VALUE_LIST(X)
#undef X
};

const char *ol_export_value_name(enum ol_export_value value)
{
    return values[value].name;
}

const char *ol_export_value_unit(enum ol_export_value value)
{
    return values[value].unit;
}

int ol_export_value_parse(const char *name, enum ol_export_value *out)
{
    for (int i = 0; i < OL_EXPORT_VALUE_COUNT; i++) {
        if (strcmp(values[i].name, name) != 0) continue;
        *out = (enum ol_export_value)i;
        return 0;
    }
    return -EINVAL;
}

uint64_t ol_export_value_of(
    const struct ol_group *group, enum ol_export_value value)
{
    switch (value) {
#define X(constant, text, unit, member) \
    case OL_EXPORT_##constant:          \
        return group->blocks.member;
        OL_EXPORT_VALUE_LIST(X)
#undef X
    case OL_EXPORT_VALUE_COUNT:
        break;
    }
    return 0;
}
