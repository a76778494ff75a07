/* trie.h - stacks as nodes: (parent node, frame) → node.
 *
 * Shape:     open addressing; a stack is its innermost node, which names
 *            its frame and, by its parent, the rest. Roots are 0 … 3.
 * Units:     counts.
 * Ownership: the caller's storage; the array is pages.
 * Threads:   one at a time; signal safe if no signal enters the same trie.
 * Errors:    without memory the trie stays as it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_TRIE_H
#define OL_PRELOAD_TRIE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct ol_trie_entry {
    uint32_t parent;
    uint32_t frame;
    uint32_t node; /* 0 in an empty place: a root is no entry */
};

struct ol_trie {
    struct ol_trie_entry *entry; /* owner */
    uint32_t bits;
    uint32_t count;
};

/* Maps a small empty trie. Returns 0 or -ENOMEM. */
OL_MUST_USE int ol_trie_init(struct ol_trie *trie);

/* Unmaps it. */
void ol_trie_deinit(struct ol_trie *trie);

/* Adds a node that is not there yet. Returns 0 or -ENOMEM. */
OL_MUST_USE int ol_trie_add(
    struct ol_trie *trie, const struct ol_trie_entry *entry);

/* Returns the entry of (parent, frame), or the empty one where it would
 * be. */
static inline struct ol_trie_entry *ol_trie_find(
    const struct ol_trie *trie, uint32_t parent, uint32_t frame)
{
    const uint64_t key = (uint64_t)parent << 32 | frame;
    const uint64_t mixed = (key ^ key >> 29) * 0x9e3779b97f4a7c15U;
    size_t place = (size_t)(mixed >> (64 - trie->bits));
    for (;;) {
        struct ol_trie_entry *const at = &trie->entry[place];
        if (at->node == 0 || (at->parent == parent && at->frame == frame))
            return at;
        place = (place + 1) & (((size_t)1 << trie->bits) - 1);
    }
}

#endif
