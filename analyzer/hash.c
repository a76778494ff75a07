/* hash.c - see hash.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/hash.h"

#include <limits.h>
#include <string.h>

/* uthash reports an entry that it could not add through this. */
static _Thread_local bool add_failed;

#undef uthash_nonfatal_oom
#define uthash_nonfatal_oom(entry) (add_failed = true)

void ol_hash_deinit(struct ol_hash *hash)
{
    HASH_CLEAR(hh, hash->head);
    ol_arena_deinit(&hash->arena);
}

/* NOLINTNEXTLINE(readability-function-size): the nesting is uthash's */
bool ol_hash_find(
    const struct ol_hash *hash, const void *key, size_t bytes, uint32_t *out)
{
    struct ol_hash_entry *found = NULL;
    if (bytes > UINT_MAX) return false;
    HASH_FIND(hh, hash->head, key, (unsigned)bytes, found);
    if (!found) return false;
    *out = found->value;
    return true;
}

/* NOLINTNEXTLINE(readability-function-size): the nesting is uthash's */
const void *ol_hash_add(
    struct ol_hash *hash, const void *key, size_t bytes, uint32_t value)
{
    if (bytes > UINT_MAX) return NULL;
    struct ol_hash_entry *entry =
        ol_arena_get(&hash->arena, sizeof *entry + bytes + 1);
    if (!entry) return NULL;
    memcpy(entry->key, key, bytes);
    entry->value = value;
    add_failed = false;
    HASH_ADD_KEYPTR(hh, hash->head, entry->key, (unsigned)bytes, entry);
    return add_failed ? NULL : entry->key;
}
