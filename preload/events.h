/* events.h - allocations and releases as records.
 *
 * Shape:     an allocation is recorded after the real call, a release before
 *            it, a realloc as a release before and an allocation after: so
 *            an address that is used again is never live twice.
 * Units:     bytes as asked for.
 * Threads:   any; signal safe; errno is not touched.
 * Errors:    what cannot be recorded is counted as lost.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_EVENTS_H
#define OL_PRELOAD_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/regs.h"
#include "trace/record.h"

struct ol_events_alloc {
    uint32_t type;    /* MALLOC, CALLOC, REALLOC or ALIGNED */
    uint32_t aligned; /* of ALIGNED: as in its record */
    const void *block;
    size_t bytes;
    struct ol_regs caller;
};

/* Records that a block was allocated. */
void ol_events_allocated(const struct ol_events_alloc *alloc);

/* Records that `block` is about to be freed, as foreign if it is not known.
 * Returns false if it is not known. */
bool ol_events_freeing(const void *block);

/* Records that `block` is about to be reallocated. Returns the word for
 * ol_events_restore; 0 if the block is not known. */
uint64_t ol_events_releasing(const void *block);

/* Records that the block was not released after all. */
void ol_events_restore(const void *block, uint64_t word);

/* Records the release of a block that is not known: born before us. */
void ol_events_foreign_free(void);

#endif
