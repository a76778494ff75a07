/* live.c - the rare paths of the live table; see live.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/live.h"

#include <errno.h>

#include "preload/pages.h"

_Static_assert(ERANGE == 34 && ENOMEM == 12, "ol_live_put says them in digits");
_Static_assert(sizeof(ol_live_word) == 8, "one word a granule");

static size_t root_bytes(void)
{
    return sizeof(_Atomic(ol_live_word *)) * OL_LIVE_ROOTS;
}

int ol_live_init(struct ol_live *live, uint32_t shift)
{
    void *const root = ol_pages_map_sparse(root_bytes());
    if (root == NULL) return -ENOMEM;
    *live = (struct ol_live){
        .root = root,
        .shift = shift,
        .leaf_bytes = (uint32_t)sizeof(ol_live_word)
                      << (OL_LIVE_LEAF_BITS - shift),
    };
    return 0;
}

void ol_live_deinit(struct ol_live *live)
{
    if (live->root == NULL) return;
    for (size_t i = 0; i < OL_LIVE_ROOTS; i++) {
        ol_live_word *const leaf =
            atomic_load_explicit(&live->root[i], memory_order_relaxed);
        ol_pages_unmap(leaf, live->leaf_bytes);
    }
    ol_pages_unmap(live->root, root_bytes());
    *live = (struct ol_live){0};
}

ol_live_word *ol_live_make_word(struct ol_live *live, uintptr_t address)
{
    if (address >> OL_LIVE_ADDRESS_BITS != 0) return NULL;
    ol_live_word *const leaf = ol_pages_map_sparse(live->leaf_bytes);
    if (leaf == NULL) return NULL;
    ol_live_word *expected = NULL;
    /* Release: whoever sees the leaf sees its zeroes. */
    if (!atomic_compare_exchange_strong_explicit(
            &live->root[address >> OL_LIVE_LEAF_BITS], &expected, leaf,
            memory_order_acq_rel, memory_order_acquire))
        ol_pages_unmap(leaf, live->leaf_bytes);
    return ol_live_word_at(live, address);
}

void ol_live_restore(
    const struct ol_live *live, uintptr_t address, uint64_t word)
{
    ol_live_word *const at = ol_live_word_at(live, address);
    if (at != NULL) atomic_store_explicit(at, word, memory_order_relaxed);
}

uint64_t ol_live_find(const struct ol_live *live, uintptr_t address,
    size_t reach, uintptr_t *out_begin)
{
    const uintptr_t granule = (uintptr_t)1 << live->shift;
    const uintptr_t lowest = address > reach ? address - reach : 0;
    uintptr_t at = address & ~(granule - 1);
    for (; at + granule > lowest; at -= granule) {
        const ol_live_word *const word = ol_live_word_at(live, at);
        if (word == NULL) return 0;
        const uint64_t found = atomic_load_explicit(word, memory_order_relaxed);
        const uintptr_t begin = at + ((found & 1) != 0 ? granule / 2 : 0);
        if (found != 0 && begin <= address) {
            *out_begin = begin;
            return found;
        }
        if (at == 0) return 0;
    }
    return 0;
}
