/* recording.h - the traces of a recording, in the order to look at them.
 *
 * Shape:     a directory with files *.trace, or one such file. The first
 *            traced image comes first, then the others by their start.
 * Ownership: the caller's storage; the paths inside are owned.
 * Threads:   one at a time.
 * Errors:    negative errno of the directory or file; -ENODATA when there is
 *            no trace in it.
 * Source:    docs/trace-format.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_RECORDING_H
#define OL_ANALYZER_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/mapping.h"
#include "base/attributes.h"

struct ol_recording_file {
    char *path; /* owner */
    uint32_t pid;
    uint32_t origin;
    uint64_t start_ns;
};

struct ol_recording {
    struct ol_recording_file *file; /* owner */
    size_t count, room;
};

OL_MUST_USE int ol_recording_open(
    struct ol_recording *recording, const char *path);

/* Maps a trace as it is now. Its process may go on writing, and may cut off,
 * when it ends, what it has not used of the file: so only what is claimed is
 * mapped, and the mapping says that this is all. Errors are ol_mapping's. */
OL_MUST_USE int ol_recording_map(const char *path, struct ol_mapping *out);

void ol_recording_close(struct ol_recording *recording);

#endif
