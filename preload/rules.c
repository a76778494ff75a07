/* rules.c - the unwind rules that a thread has met; see rules.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/rules.h"

#include <errno.h>
#include <string.h>

#include "preload/pages.h"

enum {
    FIRST_BITS = 7, /* 3 KiB: the first page of a short run is enough */
    LAST_BITS = 30,
    ENTRY_BYTES = sizeof(struct ol_rules_entry) + sizeof(struct ol_rules_note),
};

static size_t table_bytes(uint32_t bits)
{
    return (size_t)ENTRY_BYTES << bits;
}

static int map_table(struct ol_rules *out, uint32_t bits)
{
    void *const at = ol_pages_map(table_bytes(bits));
    if (at == NULL) return -ENOMEM;
    *out = (struct ol_rules){.entry = at, .bits = bits};
    out->note = (struct ol_rules_note *)(out->entry + ((size_t)1 << bits));
    return 0;
}

int ol_rules_init(struct ol_rules *rules)
{
    return map_table(rules, FIRST_BITS);
}

void ol_rules_deinit(struct ol_rules *rules)
{
    ol_pages_unmap(rules->entry, table_bytes(rules->bits));
    *rules = (struct ol_rules){0};
}

/* Puts an entry into a table that has room. */
static size_t put(struct ol_rules *rules, const struct ol_rules_entry *entry,
    struct ol_rules_note note)
{
    const size_t place = ol_rules_find(rules, entry->pc);
    rules->entry[place] = *entry;
    rules->note[place] = note;
    rules->count++;
    return place;
}

/* Copies all but the rules of `begin` … `end - 1` into an empty table. */
static void copy_except(struct ol_rules *to, const struct ol_rules *from,
    uintptr_t begin, uintptr_t end)
{
    for (size_t i = 0; i < (size_t)1 << from->bits; i++) {
        const struct ol_rules_entry *const entry = &from->entry[i];
        if (entry->rule.kind == OL_CFI_NONE) continue;
        if (entry->pc - begin >= end - begin)
            (void)put(to, entry, from->note[i]);
    }
}

static int grow(struct ol_rules *rules)
{
    if (rules->bits == LAST_BITS) return -ENOMEM;
    struct ol_rules larger;
    const int code = map_table(&larger, rules->bits + 1);
    if (code != 0) return code;
    copy_except(&larger, rules, 0, 0);
    ol_rules_deinit(rules);
    *rules = larger;
    return 0;
}

/* Kept at most five eighths full. */
static bool is_full(const struct ol_rules *rules)
{
    return (uint64_t)rules->count * 8 >= ((uint64_t)5 << rules->bits);
}

int64_t ol_rules_add(struct ol_rules *rules, const struct ol_rules_entry *entry,
    struct ol_rules_note note)
{
    if (is_full(rules)) {
        const int code = grow(rules);
        if (code != 0) return code;
    }
    return (int64_t)put(rules, entry, note);
}

void ol_rules_remove(struct ol_rules *rules, uintptr_t begin, uintptr_t end)
{
    /* Taking single entries out of an open table breaks the searches of
     * others, so what stays moves into a table of the same size. */
    struct ol_rules fresh;
    if (map_table(&fresh, rules->bits) == 0) {
        copy_except(&fresh, rules, begin, end);
        ol_rules_deinit(rules);
        *rules = fresh;
        return;
    }
    /* No memory: forget every rule; each is found again when needed. */
    memset(rules->entry, 0, table_bytes(rules->bits));
    rules->count = 0;
}
