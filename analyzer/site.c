/* site.c - of a stack, the line to show and the name to remember it by.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/site.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/plain.h"

enum {
    FUNCTION_SHOWN_BYTES = 65,
    FILE_SHOWN_BYTES = 64,
    FUNCTION_BYTES = 1024, /* normalised; longer ones agree in these */
    FINGERPRINT_BYTES = 8,
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- Choosing ---- */

/* Rust's own main, which calls the program's through the runtime. */
static bool is_start(const struct ol_site_stack *stack, size_t index)
{
    static const char runtime[] = "std::rt::lang_start";
    return index > 0 && strcmp(stack->at[index].function, "main") == 0 &&
           strncmp(
               stack->at[index - 1].function, runtime, sizeof runtime - 1) == 0;
}

static bool is_wrapper(const struct ol_rulebook *book,
    const struct ol_site_stack *stack, size_t index)
{
    return ol_rulebook_skips(book, &stack->at[index]) || is_start(stack, index);
}

/* The first frame from `from` on that is no wrapper; the count if none. */
static size_t find_shown(const struct ol_rulebook *book,
    const struct ol_site_stack *stack, size_t from)
{
    for (size_t i = from; i < stack->count; i++)
        if (!is_wrapper(book, stack, i)) return i;
    return stack->count;
}

/* The first such frame with a name; while they have none, in the module of
 * the very first: a stripped library is shown by the function called in it,
 * but never by that of another module. */
static size_t find_site(
    const struct ol_rulebook *book, const struct ol_site_stack *stack)
{
    const size_t first = find_shown(book, stack, 0);
    for (size_t i = first; i < stack->count;
         i = find_shown(book, stack, i + 1)) {
        if (strcmp(stack->at[i].module, stack->at[first].module) != 0) break;
        if (stack->at[i].named) return i;
    }
    return first;
}

/* The frame to show as the caller: the next one with another name. Of
 * callers without names, as in a stripped program, the next one. */
static void choose_caller(const struct ol_rulebook *book,
    const struct ol_site_stack *stack, struct ol_site_choice *choice)
{
    const struct ol_symbols_frame *site = &stack->at[choice->site];
    for (size_t i = find_shown(book, stack, choice->site + 1); i < stack->count;
         i = find_shown(book, stack, i + 1)) {
        const struct ol_symbols_frame *frame = &stack->at[i];
        if (strcmp(frame->function, site->function) == 0) continue;
        if (frame->named || (!choice->has_caller && !site->named)) {
            choice->caller = i;
            choice->has_caller = true;
        }
        if (frame->named) return;
    }
}

/* Of a stack that is all wrappers, as inside a library that is passed over:
 * the first frame that is no allocator by its own name. */
static size_t find_inside(
    const struct ol_rulebook *book, const struct ol_site_stack *stack)
{
    for (size_t i = 0; i < stack->count; i++) {
        if (is_start(stack, i)) continue;
        if (!ol_rulebook_skips_function(book, &stack->at[i])) return i;
    }
    return 0;
}

struct ol_site_choice ol_site_choose(
    const struct ol_rulebook *book, const struct ol_site_stack *stack)
{
    struct ol_site_choice choice = {.site = find_site(book, stack)};
    if (choice.site == stack->count)
        return (struct ol_site_choice){.site = find_inside(book, stack)};
    choose_caller(book, stack, &choice);
    return choice;
}

/* ---- Text ---- */

static bool has_line(const struct ol_symbols_frame *frame)
{
    return frame->file && frame->line > 0;
}

void ol_site_frame_text(
    const struct ol_symbols_frame *frame, char *out, size_t size)
{
    char function[FUNCTION_SHOWN_BYTES];
    ol_plain_shorten(frame->function, function, sizeof function);
    int length = 0;
    if (has_line(frame)) {
        length = snprintf(out, size, "%s %.*s:%u", function, FILE_SHOWN_BYTES,
            base_name(frame->file), frame->line);
    } else if (frame->named) {
        length = snprintf(out, size, "%s (%.*s)", function, FILE_SHOWN_BYTES,
            base_name(frame->module));
    } else {
        length = snprintf(out, size, "%s", function);
    }
    if (length > 0 && (size_t)length >= size) ol_plain_end(out, size - 1);
}

/* Whether one mention of the module is enough for two frames. */
static bool share_module(
    const struct ol_symbols_frame *a, const struct ol_symbols_frame *b)
{
    return a->named && b->named && !has_line(a) && !has_line(b) &&
           strcmp(a->module, b->module) == 0;
}

void ol_site_text(const struct ol_rulebook *book,
    const struct ol_site_stack *stack, char *out, size_t size)
{
    const struct ol_site_choice choice = ol_site_choose(book, stack);
    const struct ol_symbols_frame *frame = &stack->at[choice.site];
    char site[OL_SITE_TEXT_BYTES];
    char caller[OL_SITE_TEXT_BYTES];
    ol_site_frame_text(frame, site, sizeof site);

    int length = 0;
    if (choice.has_caller) {
        const struct ol_symbols_frame *outer = &stack->at[choice.caller];
        ol_site_frame_text(outer, caller, sizeof caller);
        if (share_module(frame, outer))
            ol_plain_shorten(frame->function, site, FUNCTION_SHOWN_BYTES);
        length = snprintf(out, size, "%s ◂ %s", site, caller);
    } else {
        length = snprintf(out, size, "%s", site);
    }
    if (length > 0 && (size_t)length >= size) ol_plain_end(out, size - 1);
}

/* ---- Fingerprint ---- */

void ol_site_normalise(
    const struct ol_symbols_frame *frame, char *out, size_t size)
{
    if (frame->named) {
        ol_plain_normalise(frame->function, out, size);
        return;
    }
    /* Of a place without name only the library counts, of any version. */
    const char *module = base_name(frame->module);
    const char *suffix = strstr(module, ".so");
    const size_t length = suffix ? (size_t)(suffix - module) : strlen(module);
    snprintf(out, size, "%.*s!", (int)length, module);
}

static void hash_text(struct sha256_ctx *hash, const char *text)
{
    sha256_update(hash, strlen(text), (const uint8_t *)text);
}

static bool has_names(const struct ol_rulebook *book,
    const struct ol_site_stack *stack, size_t from)
{
    for (size_t i = find_shown(book, stack, from); i < stack->count;
         i = find_shown(book, stack, i + 1))
        if (stack->at[i].named) return true;
    return false;
}

/* Adds the functions of the stack, from the site on. Where none has a name
 * the places stand for them, which holds for one build. */
static void hash_stack(struct sha256_ctx *hash, const struct ol_rulebook *book,
    const struct ol_site_stack *stack)
{
    char buffers[2][FUNCTION_BYTES] = {"", ""};
    char *last = buffers[0];
    char *next = buffers[1];
    const size_t site = ol_site_choose(book, stack).site;
    const bool normal = has_names(book, stack, site);
    for (size_t i = site; i < stack->count; i++) {
        if (i > site && is_wrapper(book, stack, i)) continue;
        if (normal) {
            ol_site_normalise(&stack->at[i], next, FUNCTION_BYTES);
        } else {
            snprintf(next, FUNCTION_BYTES, "%s", stack->at[i].function);
        }
        if (strcmp(last, next) == 0) continue;
        hash_text(hash, "|");
        hash_text(hash, next);
        char *swap = last;
        last = next;
        next = swap;
    }
}

void ol_site_fingerprint(const struct ol_rulebook *book, const char *report,
    const char *kind, const struct ol_site_stack *stack,
    char out[OL_SITE_FINGERPRINT_BYTES])
{
    struct sha256_ctx hash;
    sha256_init(&hash);
    hash_text(&hash, "v1|");
    hash_text(&hash, report);
    hash_text(&hash, "|");
    hash_text(&hash, kind);
    hash_stack(&hash, book, stack);

    uint8_t digest[FINGERPRINT_BYTES];
    sha256_digest(&hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}
