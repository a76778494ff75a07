/* inherit.c - see inherit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/inherit.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/decimal.h"
#include "preload/facts.h"
#include "preload/pages.h"
#include "preload/process.h"

enum {
    OURS_MAX = 3 + OL_SETTINGS_KEPT_MAX, /* variables that we may add */
    PARENT_BYTES = 64,
};

struct scratch {
    void *at; /* owned pages */
    size_t bytes;
};

static _Thread_local OL_INITIAL_EXEC struct scratch argument_pages;
static _Thread_local OL_INITIAL_EXEC struct scratch environment_pages;

static void *take(struct scratch *scratch, size_t bytes)
{
    if (bytes <= scratch->bytes) return scratch->at;
    void *const larger = ol_pages_map(bytes);
    if (larger == NULL) return NULL;
    ol_pages_unmap(scratch->at, scratch->bytes);
    *scratch = (struct scratch){larger, bytes};
    return larger;
}

/* ---- One variable ---- */

static size_t name_length(const char *variable)
{
    return strcspn(variable, "=");
}

static bool same_name(const char *a, const char *b)
{
    const size_t length = name_length(a);
    return length == name_length(b) && memcmp(a, b, length) == 0;
}

static bool has(char *const *variables, const char *wanted)
{
    for (; *variables != NULL; variables++)
        if (same_name(*variables, wanted)) return true;
    return false;
}

static char *put_text(char *at, const char *text)
{
    const size_t length = strlen(text);
    memcpy(at, text, length + 1);
    return at + length;
}

/* ---- All of them ---- */

struct builder {
    char **next; /* where the next pointer goes */
    char *text;  /* where the next text goes */
};

/* Adds NAME= `value`. */
static void add(struct builder *to, const char *name, const char *value)
{
    *to->next++ = to->text;
    to->text = put_text(put_text(to->text, name), value) + 1;
}

/* The given LD_PRELOAD, with our library behind what is there. */
static void add_preload(struct builder *to, const char *given)
{
    const char *const library = ol_facts.library;
    if (given == NULL) {
        add(to, "LD_PRELOAD=", library);
        return;
    }
    *to->next++ = to->text;
    to->text = put_text(to->text, given);
    if (strstr(given, library) == NULL) {
        if (to->text[-1] != '=') *to->text++ = ':';
        to->text = put_text(to->text, library);
    }
    to->text++;
}

static void add_parent(struct builder *to)
{
    char text[2 * sizeof(ol_process.id) + 1];
    *ol_decimal_put_hex(text, ol_process.id, sizeof(ol_process.id)) = 0;
    add(to, "OUTLIVE_PARENT=", text);
}

static void build(struct builder *to, char *const *given)
{
    const struct ol_settings *const settings = &ol_process.settings;
    const char *preload = NULL;
    bool has_output = false;
    for (char *const *at = given; *at != NULL; at++) {
        if (same_name(*at, "LD_PRELOAD")) {
            preload = *at;
        } else if (!same_name(*at, "OUTLIVE_PARENT")) {
            *to->next++ = *at;
            has_output = has_output || same_name(*at, "OUTLIVE_OUTPUT");
        }
    }
    add_preload(to, preload);
    add_parent(to);
    if (!has_output) add(to, "OUTLIVE_OUTPUT=", settings->directory);
    for (uint32_t i = 0; i < settings->kept_count; i++)
        if (!has(given, settings->kept[i])) add(to, settings->kept[i], "");
    *to->next = NULL;
}

char *const *ol_inherit_environment(char *const *given)
{
    static char *const none[] = {NULL};
    if (given == NULL) given = none;
    size_t count = 0;
    size_t preload_bytes = 0;
    for (; given[count] != NULL; count++)
        if (same_name(given[count], "LD_PRELOAD"))
            preload_bytes = strlen(given[count]);
    const size_t pointers = (count + OURS_MAX + 1) * sizeof(char *);
    const size_t texts = preload_bytes + PARENT_BYTES + (size_t)2 * PATH_MAX +
                         OL_SETTINGS_KEPT_BYTES + PARENT_BYTES;
    char *const pages = take(&environment_pages, pointers + texts);
    if (pages == NULL) return given;
    struct builder to = {(char **)(void *)pages, pages + pointers};
    build(&to, given);
    return (char *const *)(void *)pages;
}

char *const *ol_inherit_arguments(const char *first, va_list *rest)
{
    va_list again;
    va_copy(again, *rest);
    size_t count = 1;
    if (first != NULL)
        while (va_arg(again, char *) != NULL)
            count++;
    va_end(again);
    const char **const out =
        take(&argument_pages, (count + 1) * sizeof(char *));
    if (out == NULL) return NULL;
    out[0] = first;
    if (first != NULL)
        for (size_t i = 1; i <= count; i++)
            out[i] = va_arg(*rest, char *);
    return (char *const *)(void *)out;
}

/* ---- Not following ---- */

void ol_inherit_nothing(void)
{
    char *const value = getenv("LD_PRELOAD");
    const size_t length = strlen(ol_facts.library);
    char *const ours = value == NULL ? NULL : strstr(value, ol_facts.library);
    if (ours == NULL) return;
    char *after = ours + length;
    if (*after == ':' || *after == ' ') after++;
    memmove(ours, after, strlen(after) + 1);
    if (value[0] == 0) unsetenv("LD_PRELOAD");
}
