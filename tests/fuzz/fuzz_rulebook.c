/* fuzz_rulebook.c - any text as rules, and then as the name of a function.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/rulebook.h"
#include "analyzer/site.h"

/* libFuzzer's name. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) abort();
}

/* Shows a stack whose functions all have the name. */
static void show(const struct ol_rulebook *book, const char *name)
{
    const struct ol_symbols_frame frames[] = {
        {.function = name, .module = "/usr/lib/libx.so.1", .named = true},
        {.function = "main", .module = "/app", .named = true},
        {.function = name, .module = name, .file = name, .line = 1},
    };
    const struct ol_site_stack stack = {.at = frames, .count = 3};
    char text[OL_SITE_TEXT_BYTES];
    char print[OL_SITE_FINGERPRINT_BYTES];
    ol_site_text(book, &stack, text, sizeof text);
    ol_site_text(book, &stack, text, 9);
    require(strlen(text) < 9);
    ol_site_fingerprint(book, "growth", "x", &stack, print);
    require(strlen(print) == sizeof print - 1);
    (void)ol_rulebook_kind(book, frames, 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ol_rulebook *book = NULL;
    struct ol_rulebook_error error;
    if (ol_rulebook_create(&book) != 0) return 0;
    char *text = malloc(size + 1);
    require(text != NULL);
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';

    const int failed = ol_rulebook_parse(book, text, size, &error);
    require(!failed || (error.line > 0 && error.what));
    require(!failed || !ol_rulebook_has_kinds(book));
    show(book, text);
    free(text);
    ol_rulebook_destroy(book);
    return 0;
}
