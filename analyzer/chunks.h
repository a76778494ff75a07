/* chunks.h - the fixed parts of a trace file: header, control, chunk heads.
 *
 * Threads:   pure functions.
 * Errors:    in words: a static string says what is wrong, and where.
 * Source:    docs/trace-format.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_CHUNKS_H
#define OL_ANALYZER_CHUNKS_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/reader.h"
#include "base/attributes.h"

/* Checks a file's header and copies it and the control page. Returns 0 or
 * an error of reader.h. */
OL_MUST_USE int ol_chunks_read_header(
    struct ol_reader *reader, struct ol_place *out_place);

/* Finds the chunks and appends them, in the order of the file, with what is
 * wrong between them. Returns 0 or -ENOMEM. */
OL_MUST_USE int ol_chunks_find(struct ol_reader *reader);

/* Notes damage. Returns 0 or -ENOMEM. */
OL_MUST_USE int ol_chunks_note(
    struct ol_reader *reader, uint64_t byte, const char *what);

#endif
