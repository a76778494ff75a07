/* names.c - see names.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/names.h"

#include <errno.h>
#include <string.h>

#include "preload/pages.h"

enum {
    FIRST_CAPACITY = 256,
    COPIES_BYTES = 16384,
};

static size_t hash(const char *text, size_t bytes)
{
    uint64_t state = 0xcbf29ce484222325U; /* FNV-1a */
    for (size_t i = 0; i < bytes; i++)
        state = (state ^ (uint8_t)text[i]) * 0x100000001b3U;
    return (size_t)(state ^ state >> 32);
}

static struct ol_names_entry *search(struct ol_names_entry *entries,
    size_t capacity, const char *text, size_t bytes)
{
    size_t i = hash(text, bytes) & (capacity - 1);
    while (entries[i].text != NULL &&
           (entries[i].bytes != bytes ||
               memcmp(entries[i].text, text, bytes) != 0))
        i = (i + 1) & (capacity - 1);
    return &entries[i];
}

/* At most three quarters are in use after this. */
static int make_room(struct ol_names *names)
{
    if (names->count * 4 < names->capacity * 3) return 0;
    const size_t capacity =
        names->capacity == 0 ? FIRST_CAPACITY : names->capacity * 2;
    struct ol_names_entry *const entries =
        ol_pages_map(capacity * sizeof(*entries));
    if (entries == NULL) return -ENOMEM;
    for (size_t i = 0; i < names->capacity; i++) {
        const struct ol_names_entry *const old = &names->entries[i];
        if (old->text == NULL) continue;
        *search(entries, capacity, old->text, old->bytes) = *old;
    }
    ol_pages_unmap(names->entries, names->capacity * sizeof(*entries));
    names->entries = entries;
    names->capacity = capacity;
    return 0;
}

int ol_names_find(struct ol_names *names, const char *text, size_t bytes,
    struct ol_names_entry **out)
{
    const int got = make_room(names);
    if (got != 0) return got;
    *out = search(names->entries, names->capacity, text, bytes);
    return 0;
}

int ol_names_add(
    struct ol_names *names, struct ol_names_entry *entry, const char *text)
{
    const size_t bytes = entry->bytes;
    if (names->copies_left < bytes + 1) {
        char *const copies = ol_pages_map(COPIES_BYTES);
        if (copies == NULL) return -ENOMEM;
        names->copies = copies;
        names->copies_left = COPIES_BYTES;
    }
    memcpy(names->copies, text, bytes);
    entry->text = names->copies;
    names->copies += bytes + 1;
    names->copies_left -= bytes + 1;
    names->count++;
    return 0;
}
