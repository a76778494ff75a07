/* mapping.h - a file's bytes, mapped for reading.
 *
 * Ownership: the bytes live until ol_mapping_close.
 * Threads:   once open, any number of readers. The file may be written to
 *            meanwhile, and that is seen; where it gets shorter than what is
 *            mapped, reading is a SIGBUS.
 * Errors:    negative errno of open, fstat or mmap; -EISDIR.
 * Source:    mmap(2).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_MAPPING_H
#define OL_ANALYZER_MAPPING_H

#include <stddef.h>

#include "base/attributes.h"

struct ol_mapping {
    const void *bytes; /* NULL: closed, or an empty file */
    size_t count;
};

OL_MUST_USE int ol_mapping_open(const char *path, struct ol_mapping *out);

/* Lets go of what lies behind the first `count` bytes, a multiple of the
 * page size. */
void ol_mapping_cut(struct ol_mapping *mapping, size_t count);

/* Overwrites bytes, in one page, for us and not in the file. */
OL_MUST_USE int ol_mapping_patch(const struct ol_mapping *mapping,
    size_t offset, const void *bytes, size_t count);

/* Closes; all zero is closed already. */
void ol_mapping_close(struct ol_mapping *mapping);

#endif
