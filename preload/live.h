/* live.h - which block begins at an address: the live table.
 *
 * Shape:     two levels over the address space. A leaf holds one word for
 *            each granule of 64 MiB of addresses: (stream + 1) << 40 |
 *            number << 1 | half, or 0 where no block begins; half says in
 *            which half of the granule it begins, so that interior addresses
 *            can be told apart.
 * Units:     granules of 1 << shift bytes: 32 where the allocator's blocks
 *            are at least that far apart (glibc), else 8.
 * Ownership: leaves are never freed.
 * Threads:   any, at once, no lock: words are stored and loaded whole, a
 *            leaf is installed by compare-and-swap. Who frees a block has
 *            got it from who allocated it, and with it the word. Signal safe.
 * Errors:    -ENOMEM no leaf, -ERANGE address too high.
 * Source:    own; a page table without its upper levels.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_LIVE_H
#define OL_PRELOAD_LIVE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
    OL_LIVE_ADDRESS_BITS = 47,
    OL_LIVE_LEAF_BITS = 26,
    OL_LIVE_ROOTS = 1 << (OL_LIVE_ADDRESS_BITS - OL_LIVE_LEAF_BITS),
    OL_LIVE_STREAM_SHIFT = 40,
    OL_LIVE_STREAM_MAX = (1 << 24) - 2,
};

typedef _Atomic uint64_t ol_live_word;

struct ol_live {
    _Atomic(ol_live_word *) *root; /* owned */
    uint32_t shift;
    uint32_t leaf_bytes;
};

/* Maps an empty table with granules of 1 << `shift` bytes, 3 to 5. */
OL_MUST_USE int ol_live_init(struct ol_live *live, uint32_t shift);

/* Unmaps everything. `live` may be zeroes. */
void ol_live_deinit(struct ol_live *live);

/* The word of an address, its leaf made if need be. NULL: see errors of
 * ol_live_put. For ol_live_put. */
ol_live_word *ol_live_make_word(struct ol_live *live, uintptr_t address);

/* The word of an address. Returns NULL where there is no leaf. */
static inline ol_live_word *ol_live_word_at(
    const struct ol_live *live, uintptr_t address)
{
    if (OL_UNLIKELY(address >> OL_LIVE_ADDRESS_BITS != 0)) return NULL;
    /* Pairs with the release of the swap that installed the leaf. */
    ol_live_word *const leaf = atomic_load_explicit(
        &live->root[address >> OL_LIVE_LEAF_BITS], memory_order_acquire);
    if (OL_UNLIKELY(leaf == NULL)) return NULL;
    const uintptr_t inside =
        address & (((uintptr_t)1 << OL_LIVE_LEAF_BITS) - 1);
    return &leaf[inside >> live->shift];
}

/* Says that a block begins at `address`. Returns 0; 1 when another one was
 * thought to begin there, which is forgotten; -ENOMEM; -ERANGE. */
OL_MUST_USE static inline int ol_live_put(
    struct ol_live *live, uintptr_t address, uint32_t stream, uint64_t number)
{
    ol_live_word *word = ol_live_word_at(live, address);
    if (OL_UNLIKELY(word == NULL)) word = ol_live_make_word(live, address);
    if (OL_UNLIKELY(word == NULL))
        return address >> OL_LIVE_ADDRESS_BITS != 0 ? -34 : -12;
    const uint64_t half = address >> (live->shift - 1) & 1;
    const uint64_t old = atomic_load_explicit(word, memory_order_relaxed);
    atomic_store_explicit(word,
        (uint64_t)(stream + 1) << OL_LIVE_STREAM_SHIFT | number << 1 | half,
        memory_order_relaxed);
    return old != 0;
}

/* Forgets the block that begins at `address`. Returns its word for
 * ol_live_restore and ol_live_unpack, or 0 when none is known. */
static inline uint64_t ol_live_take(
    const struct ol_live *live, uintptr_t address)
{
    ol_live_word *const word = ol_live_word_at(live, address);
    if (OL_UNLIKELY(word == NULL)) return 0;
    const uint64_t old = atomic_load_explicit(word, memory_order_relaxed);
    if (OL_LIKELY(old != 0))
        atomic_store_explicit(word, 0, memory_order_relaxed);
    return old;
}

/* Undoes a take. */
void ol_live_restore(
    const struct ol_live *live, uintptr_t address, uint64_t word);

static inline uint32_t ol_live_stream(uint64_t word)
{
    return (uint32_t)(word >> OL_LIVE_STREAM_SHIFT) - 1;
}

static inline uint64_t ol_live_number(uint64_t word)
{
    return (word & (((uint64_t)1 << OL_LIVE_STREAM_SHIFT) - 1)) >> 1;
}

/* Finds the nearest block that begins at or below `address`, at most
 * `reach` bytes below. Returns its word, 0 if none, and its beginning. */
uint64_t ol_live_find(const struct ol_live *live, uintptr_t address,
    size_t reach, uintptr_t *out_begin);

#endif
