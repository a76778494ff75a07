/* plain.c - function names without what changes from build to build.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/plain.h"

#include <stdbool.h>
#include <string.h>

struct scan {
    const char *begin;
    const char *in;
    char *first;
    char *out;
    char *end;    /* of the room, without that for the NUL */
    bool shorten; /* keep more, with ellipses */
};

/* ---- Output ---- */

/* How many bytes a character takes that begins with `lead`. */
static size_t character_length(unsigned char lead)
{
    if (lead >= 0xf0) return 4;
    if (lead >= 0xe0) return 3;
    return lead >= 0xc0 ? 2 : 1;
}

void ol_plain_end(char *text, size_t length)
{
    size_t begin = length; /* of the last character */
    while (begin > 0 && ((unsigned char)text[begin - 1] & 0xc0) == 0x80)
        begin--;
    begin -= begin > 0;
    const bool cut =
        begin + character_length((unsigned char)text[begin]) > length;
    text[cut ? begin : length] = '\0';
}

static void put(struct scan *scan, const char *text, size_t length)
{
    const size_t room = (size_t)(scan->end - scan->out);
    scan->out = mempcpy(scan->out, text, length < room ? length : room);
}

static void copy(struct scan *scan, size_t length)
{
    put(scan, scan->in, length);
    scan->in += length;
}

/* ---- Input ---- */

static bool sees(const struct scan *scan, const char *text)
{
    return strncmp(scan->in, text, strlen(text)) == 0;
}

/* The length of a bracketed part, with its brackets; what does not close
 * reaches to the end. The > of -> closes nothing. */
static size_t bracketed_length(const char *at, char open, char close)
{
    size_t depth = 0;
    size_t length = 0;
    for (; at[length]; length++) {
        const char byte = at[length];
        if (byte == open) depth++;
        if (byte != close || (length > 0 && at[length - 1] == '-')) continue;
        if (--depth == 0) return length + 1;
    }
    return length;
}

/* Whether what follows opens a type of Rust, as in <T as Trait>::f. */
static bool opens_type(const struct scan *scan)
{
    if (scan->in == scan->begin) return true;
    return strchr("<&(", scan->in[-1]) != NULL;
}

/* The characters of an operator's name after the word, 0 if it is none. */
static size_t operator_length(const struct scan *scan)
{
    static const char word[] = "operator";
    const size_t length = sizeof word - 1;
    if (!sees(scan, word)) return 0;
    const char *at = scan->in + length;
    if (strncmp(at, "()", 2) == 0 || strncmp(at, "[]", 2) == 0)
        return length + 2;
    return length + strspn(at, "<>=!-+*/%^&|~,");
}

/* ---- Parts of a name ---- */

static void take_angles(struct scan *scan)
{
    if (sees(scan, "<lambda(")) {
        scan->in += bracketed_length(scan->in, '<', '>');
        put(scan, "{}", 2);
        return;
    }
    if (opens_type(scan)) {
        copy(scan, 1);
        return;
    }
    scan->in += bracketed_length(scan->in, '<', '>');
    if (scan->shorten) {
        put(scan, "<…>", strlen("<…>"));
    } else if (scan->out - scan->first >= 2 && scan->out[-1] == ':') {
        scan->out -= 2; /* f::<T>, as Rust writes it */
    }
}

static void take_parentheses(struct scan *scan)
{
    if (sees(scan, "(anonymous namespace)")) {
        copy(scan, strlen("(anonymous namespace)"));
        return;
    }
    scan->in += bracketed_length(scan->in, '(', ')');
    if (sees(scan, " const")) scan->in += strlen(" const");
    if (scan->shorten) put(scan, "(…)", strlen("(…)"));
}

static void take_braces(struct scan *scan)
{
    const size_t length = bracketed_length(scan->in, '{', '}');
    if (scan->shorten) {
        copy(scan, length);
        return;
    }
    scan->in += length;
    put(scan, "{}", 2);
}

/* What clang calls a closure: $_0. */
static void take_dollar(struct scan *scan)
{
    if (scan->shorten || scan->in[1] != '_') {
        copy(scan, 1);
        return;
    }
    scan->in += 2 + strspn(scan->in + 2, "0123456789");
    put(scan, "{}", 2);
}

static void take(struct scan *scan)
{
    const size_t length = operator_length(scan);
    if (length > 0) {
        copy(scan, length);
    } else if (sees(scan, "[abi:") || sees(scan, " [clone")) {
        const size_t before = *scan->in == ' ';
        scan->in += before + bracketed_length(scan->in + before, '[', ']');
    } else if (*scan->in == '<') {
        take_angles(scan);
    } else if (*scan->in == '(') {
        take_parentheses(scan);
    } else if (*scan->in == '{') {
        take_braces(scan);
    } else if (*scan->in == '$') {
        take_dollar(scan);
    } else {
        copy(scan, 1);
    }
}

static size_t run(const char *name, bool shorten, char *out, size_t size)
{
    struct scan scan = {
        .begin = name,
        .in = name,
        .first = out,
        .out = out,
        .end = out + size - 1,
        .shorten = shorten,
    };
    while (*scan.in && scan.out < scan.end)
        take(&scan);
    ol_plain_end(out, (size_t)(scan.out - out));
    return strlen(scan.in);
}

/* ---- Names ---- */

void ol_plain_normalise(const char *name, char *out, size_t size)
{
    run(name, false, out, size);
}

void ol_plain_shorten(const char *name, char *out, size_t size)
{
    static const char ellipsis[] = "…";
    const size_t length = strlen(name);
    if (length < size) {
        memcpy(out, name, length + 1);
        return;
    }
    const size_t left = run(name, true, out, size);
    if (left == 0 || size <= sizeof ellipsis) return;
    ol_plain_end(out, size - sizeof ellipsis);
    memcpy(out + strlen(out), ellipsis, sizeof ellipsis);
}
