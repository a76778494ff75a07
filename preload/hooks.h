/* hooks.h - where the entries go.
 *
 * Shape:     the program's arguments, then the caller's pc, sp and fp where
 *            a stack is taken.
 * Threads:   as the functions they stand for; signal safe where those are.
 * Errors:    as the functions they stand for.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_HOOKS_H
#define OL_PRELOAD_HOOKS_H

#include <stddef.h>
#include <stdint.h>

void *ol_hooks_malloc(size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp);
void *ol_hooks_calloc(
    size_t count, size_t each, uintptr_t pc, uintptr_t sp, uintptr_t fp);
void *ol_hooks_realloc(
    void *block, size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp);
void *ol_hooks_reallocarray(void *block, size_t count, size_t each,
    uintptr_t pc, uintptr_t sp, uintptr_t fp);
void ol_hooks_free(void *block);
int ol_hooks_posix_memalign(void **out, size_t alignment, size_t bytes,
    uintptr_t pc, uintptr_t sp, uintptr_t fp);
void *ol_hooks_aligned_alloc(
    size_t alignment, size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp);
void *ol_hooks_memalign(
    size_t alignment, size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp);
void *ol_hooks_valloc(size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp);
void *ol_hooks_pvalloc(size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp);
size_t ol_hooks_malloc_usable_size(void *block);

#endif
