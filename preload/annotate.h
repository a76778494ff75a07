/* annotate.h - the verbs of outlive.h as records.
 *
 * Shape:     programs find the table by asking getauxval for a key that
 *            only we answer. The verbs that take a stack are entered through
 *            entries, like the hooks, and get the caller's registers.
 * Ownership: texts are copied; entities are never read. To tell where in a
 *            block an entity lies, the allocator is asked for the size of
 *            the nearest block below it.
 * Threads:   any; signal safe; errno is not touched.
 * Source:    include/outlive/outlive.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_ANNOTATE_H
#define OL_PRELOAD_ANNOTATE_H

#include <stdint.h>

void ol_annotate_born(const void *entity, const char *kind, uintptr_t pc,
    uintptr_t sp, uintptr_t fp);
void ol_annotate_ended(const void *entity, const char *how, uintptr_t pc,
    uintptr_t sp, uintptr_t fp);
void ol_annotate_ref(
    const void *entity, uintptr_t pc, uintptr_t sp, uintptr_t fp);
void ol_annotate_unref(
    const void *entity, uintptr_t pc, uintptr_t sp, uintptr_t fp);

/* The entries in front of them. */
void ol_entry_born(const void *entity, const char *kind);
void ol_entry_ended(const void *entity, const char *how);
void ol_entry_ref(const void *entity);
void ol_entry_unref(const void *entity);

#endif
