/* tables.h - names, modules, frames and stacks, one of each for all streams
 * and processes.
 *
 * Shape:     streams define their own; ol_tables_define maps each definition
 *            to the one with the same content. A string's number is also a
 *            kind's (model.h); string 0 is "". Nodes below OL_ROOT_COUNT are
 *            the roots.
 * Ownership: strings and modules live as long as the tables. A scope holds
 *            one stream's mapping.
 * Threads:   one writer; then any number of readers.
 * Errors:    -ENOMEM. Ids that a stream never defined are no error: unknown
 *            stacks are cut off there, unknown strings are "".
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_TABLES_H
#define OL_ANALYZER_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/arena.h"
#include "analyzer/hash.h"
#include "analyzer/idmap.h"
#include "analyzer/model.h"
#include "base/attributes.h"
#include "trace/record.h"

struct ol_tables_node {
    struct ol_stack_node node;
    uint32_t site; /* index + 1; 0: nothing was born here yet */
    uint32_t root; /* enum ol_root, at the chain's end */
};

struct ol_tables {
    struct ol_arena arena; /* what modules point to */
    struct ol_hash strings, modules, frames, nodes;
    const char **string; /* owner, as are these: */
    size_t string_count, string_room;
    struct ol_module *module;
    size_t module_count, module_room;
    struct ol_frame *frame;
    size_t frame_count, frame_room;
    struct ol_tables_node *node;
    size_t node_count, node_room;
    struct ol_site *site;
    size_t site_count, site_room;
};

/* One stream's ids. All zero is an empty one. */
struct ol_tables_scope {
    struct ol_idmap string, module, frame, node;
};

OL_MUST_USE int ol_tables_init(struct ol_tables *tables);
void ol_tables_deinit(struct ol_tables *tables);
void ol_tables_scope_deinit(struct ol_tables_scope *scope);

/* Keeps a text, made fit for terminals and JSON: bytes that are not UTF-8 and
 * control characters become '?'. */
OL_MUST_USE int ol_tables_keep(
    struct ol_tables *tables, const void *text, size_t count, uint32_t *out);

/* Takes a STRING, MODULE, FRAME or NODE record; others are left alone.
 * `after` is the decoder behind the record. */
OL_MUST_USE int ol_tables_define(struct ol_tables *tables,
    struct ol_tables_scope *scope, const struct ol_decoder *after,
    const struct ol_record *record);

/* A stream's string and stack, by ours. */
uint32_t ol_tables_string(const struct ol_tables_scope *scope, uint64_t id);
struct ol_stack_id ol_tables_stack(
    const struct ol_tables_scope *scope, uint64_t id);

/* The site of a stack, made if it is new, which `out_new` says. */
OL_MUST_USE int ol_tables_site(struct ol_tables *tables,
    struct ol_stack_id stack, struct ol_site_id *out, bool *out_new);

#endif
