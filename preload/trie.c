/* trie.c - stacks as nodes; see trie.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/trie.h"

#include <errno.h>

#include "preload/pages.h"

enum {
    FIRST_BITS = 8, /* 3 KiB */
    LAST_BITS = 31,
};

static size_t trie_bytes(uint32_t bits)
{
    return sizeof(struct ol_trie_entry) << bits;
}

static int map_trie(struct ol_trie *out, uint32_t bits)
{
    struct ol_trie_entry *const at = ol_pages_map(trie_bytes(bits));
    if (at == NULL) return -ENOMEM;
    *out = (struct ol_trie){.entry = at, .bits = bits};
    return 0;
}

int ol_trie_init(struct ol_trie *trie)
{
    return map_trie(trie, FIRST_BITS);
}

void ol_trie_deinit(struct ol_trie *trie)
{
    ol_pages_unmap(trie->entry, trie_bytes(trie->bits));
    *trie = (struct ol_trie){0};
}

static void put(struct ol_trie *trie, const struct ol_trie_entry *entry)
{
    *ol_trie_find(trie, entry->parent, entry->frame) = *entry;
    trie->count++;
}

static int grow(struct ol_trie *trie)
{
    if (trie->bits == LAST_BITS) return -ENOMEM;
    struct ol_trie larger;
    const int code = map_trie(&larger, trie->bits + 1);
    if (code != 0) return code;
    for (size_t i = 0; i < (size_t)1 << trie->bits; i++)
        if (trie->entry[i].node != 0) put(&larger, &trie->entry[i]);
    ol_trie_deinit(trie);
    *trie = larger;
    return 0;
}

int ol_trie_add(struct ol_trie *trie, const struct ol_trie_entry *entry)
{
    /* Kept at most five eighths full. */
    if ((uint64_t)trie->count * 8 >= ((uint64_t)5 << trie->bits)) {
        const int code = grow(trie);
        if (code != 0) return code;
    }
    put(trie, entry);
    return 0;
}
