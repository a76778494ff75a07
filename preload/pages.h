/* pages.h - the recorder's own memory: whole pages from the kernel.
 *
 * Shape:     private anonymous mappings, zeroed, page aligned. Nothing is
 *            pooled: callers keep big tables, not small objects.
 * Units:     bytes; a size need not be a multiple of the page.
 * Ownership: the caller's, until unmapped with the size it was mapped with.
 * Threads:   any, at once; signal safe; no lock, no malloc. System calls are
 *            made directly, so an interposed mmap is not entered, and errno
 *            is as it was.
 * Errors:    NULL or a negative errno; nothing has changed then.
 * Source:    mmap(2), madvise(2).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_PAGES_H
#define OL_PRELOAD_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

/* Maps `bytes` of zeroes. Returns NULL if there is no memory. */
OL_MUST_USE void *ol_pages_map(size_t bytes);

/* Maps `bytes` of zeroes that cost nothing until touched: no memory is
 * reserved for them and huge pages are not used. Returns NULL on failure. */
OL_MUST_USE void *ol_pages_map_sparse(size_t bytes);

/* Returns the memory. `at` may be NULL. */
void ol_pages_unmap(void *at, size_t bytes);

/* Maps `new_bytes` that begin with the old contents, and unmaps the old;
 * the address may change. Returns NULL on failure: the old one is as it was. */
OL_MUST_USE void *ol_pages_grow(void *at, size_t bytes, size_t new_bytes);

/* Calls madvise. Returns 0 or a negative errno. */
int ol_pages_advise(void *at, size_t bytes, int advice);

/* The bytes that are mapped now through this module. */
uint64_t ol_pages_mapped_bytes(void);

#endif
