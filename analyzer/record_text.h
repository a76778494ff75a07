/* record_text.h - a record as a line of text.
 *
 * Shape:     ticks since the start, stream, name, then the fields:
 *                123456    2  malloc         2:17  64 bytes  stack 9
 *            A block is STREAM:NUMBER, with +OFFSET inside it; an address is
 *            in hexadecimal; stacks are numbered as in the stream.
 * Source:    docs/trace-format.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_RECORD_TEXT_H
#define OL_ANALYZER_RECORD_TEXT_H

#include <stdio.h>

#include "analyzer/tables.h"
#include "trace/record.h"

/* Where a record is from. All borrowed. */
struct ol_record_context {
    const struct ol_tables *tables;
    const struct ol_tables_scope *scope; /* of its stream */
    const struct ol_decoder *after;      /* behind it */
    const struct ol_file_header *header;
};

void ol_record_text_print(FILE *to, const struct ol_record_context *where,
    const struct ol_record *record);

/* Ticks since the start of the trace. */
uint64_t ol_record_text_ticks(
    const struct ol_record_context *where, const struct ol_record *record);

/* The next of the names of a type's fields: copies it and moves on. */
void ol_record_text_next_name(const char **names, char *out, size_t size);

#endif
