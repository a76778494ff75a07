/* names.c - strings kept once. */
#include "analyzer/names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SLOTS = 256
};

void ol_names_init(struct ol_names *names)
{
    *names = (struct ol_names){0};
}

void ol_names_deinit(struct ol_names *names)
{
    for (size_t i = 0; i < names->slots; i++)
        free(names->slot[i]);
    free(names->slot);
    ol_names_init(names);
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
    const struct ol_names *names, uint64_t hash, const char *text)
{
    size_t i = hash & (names->slots - 1);
    for (; names->slot[i]; i = (i + 1) & (names->slots - 1)) {
        const struct ol_name *name = names->slot[i];
        if (name->hash == hash && strcmp(name->text, text) == 0) break;
    }
    return i;
}

static bool grow(struct ol_names *names)
{
    struct ol_names larger = {
        .slots = names->slots ? names->slots * 2 : FIRST_SLOTS,
        .count = names->count,
    };
    larger.slot = calloc(larger.slots, sizeof(struct ol_name *));
    if (!larger.slot) return false;

    for (size_t i = 0; i < names->slots; i++) {
        struct ol_name *name = names->slot[i];
        if (name)
            larger.slot[find_slot(&larger, name->hash, name->text)] = name;
    }
    free(names->slot);
    *names = larger;
    return true;
}

struct ol_name *ol_names_keep(struct ol_names *names, const char *text)
{
    if (names->count * 2 >= names->slots && !grow(names)) return NULL;
    const uint64_t hash = hash_text(text);
    const size_t i = find_slot(names, hash, text);
    if (names->slot[i]) return names->slot[i];

    const size_t bytes = strlen(text) + 1;
    struct ol_name *name = malloc(sizeof *name + bytes);
    if (!name) return NULL;
    name->hash = hash;
    name->readable = NULL;
    memcpy(name->text, text, bytes);
    names->slot[i] = name;
    names->count++;
    return name;
}
