/* demangle.c - linker names as people write them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/demangle.h"

#include <libiberty/demangle.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Nested templates can unfold to megabytes that nobody reads. */
    NAME_MAX_BYTES = 4096,
    MANGLED_MAX_BYTES = 65536,
};

/* What compilers append, after a dot, to copies of a function. A number may
 * follow as one more dotted word. */
static const char *const clone_words[] = {"clone", "cold", "constprop", "isra",
    "llvm", "localalias", "lto_priv", "part", "warm"};

/* ---- Clone suffixes ---- */

static bool is_number(const char *word, size_t length)
{
    return length > 0 && strspn(word, "0123456789") >= length;
}

static bool is_clone_word(const char *word, size_t length)
{
    const size_t count = sizeof clone_words / sizeof *clone_words;
    for (size_t i = 0; i < count; i++) {
        if (strlen(clone_words[i]) != length) continue;
        if (memcmp(clone_words[i], word, length) == 0) return true;
    }
    return false;
}

/* How much of the name is left without symbol version and clone suffixes. */
static size_t stem_length(const char *name)
{
    size_t end = strcspn(name, "@");
    for (;;) {
        const char *dot = memrchr(name, '.', end);
        if (!dot || dot == name) return end;

        const size_t start = (size_t)(dot - name);
        const size_t length = end - start - 1;
        if (!is_number(dot + 1, length) && !is_clone_word(dot + 1, length))
            return end;
        end = start;
    }
}

/* ---- Names ---- */

static void shorten(char *name)
{
    static const char ellipsis[] = "…";
    if (strlen(name) <= NAME_MAX_BYTES) return;

    size_t end = NAME_MAX_BYTES - sizeof ellipsis;
    while (end > 0 && ((unsigned char)name[end] & 0xc0) == 0x80)
        end--;
    memcpy(name + end, ellipsis, sizeof ellipsis);
}

char *ol_demangle(const char *name)
{
    char *stem = strndup(name, stem_length(name));
    if (!stem) return NULL;

    char *readable = NULL;
    if (strlen(stem) <= MANGLED_MAX_BYTES)
        readable = cplus_demangle(stem, DMGL_AUTO | DMGL_ANSI);
    if (!readable) {
        shorten(stem);
        return stem;
    }
    free(stem);
    shorten(readable);
    return readable;
}
