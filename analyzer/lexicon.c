/* lexicon.c - strings kept once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/lexicon.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SLOTS = 256
};

void ol_lexicon_init(struct ol_lexicon *lexicon)
{
    *lexicon = (struct ol_lexicon){0};
}

void ol_lexicon_deinit(struct ol_lexicon *lexicon)
{
    for (size_t i = 0; i < lexicon->slots; i++)
        free(lexicon->slot[i]);
    free(lexicon->slot);
    ol_lexicon_init(lexicon);
}

static uint64_t hash_text(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325U;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3U;
    return hash;
}

/* The slot of a name, or the empty one where it belongs. */
static size_t find_slot(
    const struct ol_lexicon *lexicon, uint64_t hash, const char *text)
{
    size_t i = hash & (lexicon->slots - 1);
    for (; lexicon->slot[i]; i = (i + 1) & (lexicon->slots - 1)) {
        const struct ol_name *name = lexicon->slot[i];
        if (name->hash == hash && strcmp(name->text, text) == 0) break;
    }
    return i;
}

static bool grow(struct ol_lexicon *lexicon)
{
    struct ol_lexicon larger = {
        .slots = lexicon->slots ? lexicon->slots * 2 : FIRST_SLOTS,
        .count = lexicon->count,
    };
    larger.slot = calloc(larger.slots, sizeof(struct ol_name *));
    if (!larger.slot) return false;

    for (size_t i = 0; i < lexicon->slots; i++) {
        struct ol_name *name = lexicon->slot[i];
        if (name)
            larger.slot[find_slot(&larger, name->hash, name->text)] = name;
    }
    free(lexicon->slot);
    *lexicon = larger;
    return true;
}

struct ol_name *ol_lexicon_keep(struct ol_lexicon *lexicon, const char *text)
{
    if (lexicon->count * 2 >= lexicon->slots && !grow(lexicon)) return NULL;
    const uint64_t hash = hash_text(text);
    const size_t i = find_slot(lexicon, hash, text);
    if (lexicon->slot[i]) return lexicon->slot[i];

    const size_t bytes = strlen(text) + 1;
    struct ol_name *name = malloc(sizeof *name + bytes);
    if (!name) return NULL;
    name->hash = hash;
    name->readable = NULL;
    name->number = (uint32_t)lexicon->count;
    memcpy(name->text, text, bytes);
    lexicon->slot[i] = name;
    lexicon->count++;
    return name;
}
