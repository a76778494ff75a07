/* hooks.c - what the program's allocation calls do.
 *
 * The entries (entry_*.S) come here with three arguments more than the
 * program gave: the caller's pc, stack pointer and frame pointer. errno is
 * what the real call left.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/hooks.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "preload/events.h"
#include "preload/real.h"

static void allocated(
    uint32_t type, const void *block, size_t bytes, struct ol_regs caller)
{
    if (OL_UNLIKELY(block == NULL)) return;
    ol_events_allocated(&(struct ol_events_alloc){
        .type = type, .block = block, .bytes = bytes, .caller = caller});
}

static uint32_t log2_of(size_t alignment)
{
    return alignment == 0 ? 0 : 63 - (uint32_t)__builtin_clzl(alignment);
}

static void allocated_aligned(enum ol_aligned_api api, const void *block,
    size_t alignment, size_t bytes, struct ol_regs caller)
{
    if (block == NULL) return;
    ol_events_allocated(&(struct ol_events_alloc){.type = OL_RECORD_ALIGNED,
        .aligned = (uint32_t)api << 8 | log2_of(alignment),
        .block = block,
        .bytes = bytes,
        .caller = caller});
}

/* ---- malloc, calloc, free ---- */

void *ol_hooks_malloc(size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    void *const block = ol_real.malloc(bytes);
    allocated(OL_RECORD_MALLOC, block, bytes, (struct ol_regs){pc, sp, fp});
    return block;
}

void *ol_hooks_calloc(
    size_t count, size_t each, uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    void *const block = ol_real.calloc(count, each);
    allocated(
        OL_RECORD_CALLOC, block, count * each, (struct ol_regs){pc, sp, fp});
    return block;
}

void ol_hooks_free(void *block)
{
    if (block == NULL) return;
    if (OL_UNLIKELY(!ol_events_freeing(block)) && ol_real_is_arena(block))
        return;
    ol_real.free(block);
}

/* ---- realloc ---- */

/* Some allocators give a block of no bytes, most just free. */
static void *realloc_to_nothing(void *block, struct ol_regs caller)
{
    (void)ol_events_freeing(block);
    void *const moved = ol_real.realloc(block, 0);
    allocated(OL_RECORD_REALLOC, moved, 0, caller);
    return moved;
}

/* An arena block leaves the arena when it is to grow. */
static void *realloc_from_arena(
    void *block, size_t bytes, struct ol_regs caller)
{
    void *const moved = ol_real.malloc(bytes);
    if (moved == NULL) return NULL;
    const size_t old = ol_real_arena_size(block);
    memcpy(moved, block, old < bytes ? old : bytes);
    allocated(OL_RECORD_REALLOC, moved, bytes, caller);
    return moved;
}

static void *reallocate(void *block, size_t bytes, struct ol_regs caller)
{
    if (block != NULL && ol_real_is_arena(block))
        return realloc_from_arena(block, bytes, caller);
    if (block != NULL && bytes == 0) return realloc_to_nothing(block, caller);
    const uint64_t word = block == NULL ? 0 : ol_events_releasing(block);
    void *const moved = ol_real.realloc(block, bytes);
    if (OL_UNLIKELY(moved == NULL)) {
        if (word != 0) ol_events_restore(block, word);
        return NULL;
    }
    if (OL_UNLIKELY(word == 0 && block != NULL)) ol_events_foreign_free();
    allocated(OL_RECORD_REALLOC, moved, bytes, caller);
    return moved;
}

void *ol_hooks_realloc(
    void *block, size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    return reallocate(block, bytes, (struct ol_regs){pc, sp, fp});
}

void *ol_hooks_reallocarray(void *block, size_t count, size_t each,
    uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, each, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return reallocate(block, bytes, (struct ol_regs){pc, sp, fp});
}

/* ---- Aligned ---- */

int ol_hooks_posix_memalign(void **out, size_t alignment, size_t bytes,
    uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    const int code = ol_real.posix_memalign(out, alignment, bytes);
    if (code == 0)
        allocated_aligned(OL_API_POSIX_MEMALIGN, *out, alignment, bytes,
            (struct ol_regs){pc, sp, fp});
    return code;
}

void *ol_hooks_aligned_alloc(
    size_t alignment, size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    void *const block = ol_real.aligned_alloc(alignment, bytes);
    allocated_aligned(OL_API_ALIGNED_ALLOC, block, alignment, bytes,
        (struct ol_regs){pc, sp, fp});
    return block;
}

void *ol_hooks_memalign(
    size_t alignment, size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    void *const block = ol_real.memalign(alignment, bytes);
    allocated_aligned(
        OL_API_MEMALIGN, block, alignment, bytes, (struct ol_regs){pc, sp, fp});
    return block;
}

static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

void *ol_hooks_valloc(size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    void *const block = ol_real.valloc(bytes);
    allocated_aligned(OL_API_VALLOC, block, page_bytes(), bytes,
        (struct ol_regs){pc, sp, fp});
    return block;
}

void *ol_hooks_pvalloc(size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    void *const block = ol_real.pvalloc(bytes);
    allocated_aligned(OL_API_PVALLOC, block, page_bytes(), bytes,
        (struct ol_regs){pc, sp, fp});
    return block;
}

size_t ol_hooks_malloc_usable_size(void *block)
{
    if (block != NULL && ol_real_is_arena(block))
        return ol_real_arena_size(block);
    return ol_real.malloc_usable_size(block);
}
