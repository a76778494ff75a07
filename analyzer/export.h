/* export.h - a recording's sites in the formats of other tools.
 *
 * Shape:     a sample is one group of a process (kind x site) with four
 *            values; a group that all blocks left for another kind has none
 *            and is left out. pprof takes all of them; folded text takes one.
 * Ownership: everything is borrowed for the call.
 * Errors:    -ENOMEM; -EIO when the stream cannot be written.
 * Source:    https://github.com/google/pprof/blob/main/proto/profile.proto;
 *            Brendan Gregg's flamegraph.pl for folded stacks.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_EXPORT_H
#define OL_ANALYZER_EXPORT_H

#include <stddef.h>
#include <stdio.h>

#include "analyzer/model.h"
#include "analyzer/naming.h"
#include "analyzer/places.h"
#include "analyzer/protobuf.h"
#include "base/attributes.h"

/* The values of a sample; the names and units are those of Go's heap
 * profiles, which pprof knows. */
#define OL_EXPORT_VALUE_LIST(X)                        \
    X(ALLOC_OBJECTS, "alloc_objects", "count", born)   \
    X(ALLOC_SPACE, "alloc_space", "bytes", born_bytes) \
    X(INUSE_OBJECTS, "inuse_objects", "count", live)   \
    X(INUSE_SPACE, "inuse_space", "bytes", live_bytes)

enum ol_export_value {
#define X(name, text, unit, member) OL_EXPORT_##name,
    OL_EXPORT_VALUE_LIST(X)
#undef X
    OL_EXPORT_VALUE_COUNT
};

/* The name of a value, and the value of a name; -EINVAL if there is none. */
const char *ol_export_value_name(enum ol_export_value value);
const char *ol_export_value_unit(enum ol_export_value value);
OL_MUST_USE int ol_export_value_parse(
    const char *name, enum ol_export_value *out);

/* What a group contributes. */
uint64_t ol_export_value_of(
    const struct ol_group *group, enum ol_export_value value);

/* Writes one line a group: "[kind];outermost;…;innermost VALUE". */
OL_MUST_USE int ol_export_folded(const struct ol_model *model, size_t process,
    struct ol_places *places, enum ol_export_value value, FILE *out);

/* Writes every group of every process, and a table of the frames that their
 * stacks refer to (docs/report-schema.md). */
OL_MUST_USE int ol_export_json(const struct ol_naming *naming, FILE *out);

/* Adds the fields of a Profile to `out`. */
OL_MUST_USE int ol_export_pprof(const struct ol_model *model, size_t process,
    struct ol_places *places, struct ol_protobuf *out);

#endif
