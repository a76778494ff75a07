/* rulebook.c - rules that give kinds to stacks and skip wrapper frames.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/rulebook.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/glob.h"
#include "analyzer/lexicon.h"
#include "analyzer/room.h"
#include "analyzer/wrappers.h"

enum {
    FILE_MAX_BYTES = 1 << 24
};

struct rule {
    const char *kind;     /* NULL: skip */
    const char *module;   /* glob of the file name; NULL: any */
    const char *function; /* glob */
};

struct ol_rulebook {
    struct ol_lexicon words;
    struct rule *rule; /* owner */
    size_t count, room;
    size_t kinds; /* how many rules name a kind */
};

/* What is left of a text that is being read. */
struct cursor {
    const char *at;
    const char *end;
    uint32_t line;
};

/* ---- Words ---- */

static void skip_blanks(struct cursor *cursor)
{
    while (cursor->at < cursor->end &&
           (*cursor->at == ' ' || *cursor->at == '\t' || *cursor->at == '\r')) {
        cursor->at++;
    }
}

static void skip_line(struct cursor *cursor)
{
    const char *newline =
        memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));
    cursor->at = newline ? newline + 1 : cursor->end;
    cursor->line++;
}

static bool at_line_end(const struct cursor *cursor)
{
    return cursor->at == cursor->end || *cursor->at == '\n' ||
           *cursor->at == '#';
}

static size_t word_length(const struct cursor *cursor, const char *stops)
{
    size_t length = 0;
    while (
        cursor->at + length < cursor->end && !strchr(stops, cursor->at[length]))
        length++;
    return length;
}

static int keep(
    struct ol_rulebook *book, const char *word, size_t length, const char **out)
{
    char *copy = strndup(word, length);
    if (!copy) return -ENOMEM;
    const struct ol_name *name = ol_lexicon_keep(&book->words, copy);
    free(copy);
    if (!name) return -ENOMEM;
    *out = name->text;
    return 0;
}

static int refuse(const struct cursor *cursor, const char *what,
    struct ol_rulebook_error *error)
{
    *error = (struct ol_rulebook_error){.line = cursor->line, .what = what};
    return -EINVAL;
}

/* Reads a word, quoted or not. */
static int read_word(struct ol_rulebook *book, struct cursor *cursor,
    struct ol_rulebook_error *error, const char **out)
{
    const bool quoted = *cursor->at == '"';
    cursor->at += quoted;
    const size_t length = word_length(cursor, quoted ? "\"\n" : " \t\r\n");
    const char *word = cursor->at;
    if (memchr(word, '\0', length))
        return refuse(cursor, "a NUL byte in the text", error);
    cursor->at += length;
    if (quoted && (cursor->at == cursor->end || *cursor->at != '"'))
        return refuse(cursor, "a quote that does not close", error);
    cursor->at += quoted;
    if (length == 0) return refuse(cursor, "an empty word", error);
    return keep(book, word, length, out);
}

/* ---- Rules ---- */

static int add_rule(struct ol_rulebook *book, const struct rule *rule)
{
    struct rule *grown =
        ol_room_make(book->rule, &book->room, book->count, sizeof *grown);
    if (!grown) return -ENOMEM;
    book->rule = grown;
    grown[book->count++] = *rule;
    return 0;
}

/* The `!` between module and function; not that of C++'s operator!. */
static const char *find_separator(const char *glob)
{
    static const char negation[] = "operator";
    const size_t length = sizeof negation - 1;
    const char *mark = strchr(glob, '!');
    if (!mark) return NULL;
    if ((size_t)(mark - glob) >= length &&
        memcmp(mark - length, negation, length) == 0)
        return NULL;
    return mark;
}

static int add_glob(struct ol_rulebook *book, const char *kind,
    const char *glob, struct cursor *cursor, struct ol_rulebook_error *error)
{
    struct rule rule = {.kind = kind, .function = glob};
    const char *mark = find_separator(glob);
    if (mark) {
        if (mark == glob || mark[1] == '\0')
            return refuse(cursor, "a glob with nothing beside its !", error);
        const int failed =
            keep(book, glob, (size_t)(mark - glob), &rule.module);
        if (failed) return failed;
        rule.function = mark + 1;
    }
    return add_rule(book, &rule);
}

static int read_rule(struct ol_rulebook *book, struct cursor *cursor,
    struct ol_rulebook_error *error)
{
    const char *kind = NULL;
    int failed = read_word(book, cursor, error, &kind);
    if (failed) return failed;
    if (strcmp(kind, "skip") == 0) kind = NULL;

    skip_blanks(cursor);
    if (at_line_end(cursor))
        return refuse(cursor, "a kind without a glob", error);
    while (!at_line_end(cursor)) {
        const char *glob = NULL;
        failed = read_word(book, cursor, error, &glob);
        if (!failed) failed = add_glob(book, kind, glob, cursor, error);
        if (failed) return failed;
        skip_blanks(cursor);
    }
    return 0;
}

static size_t count_kinds(const struct ol_rulebook *book)
{
    size_t kinds = 0;
    for (size_t i = 0; i < book->count; i++)
        kinds += book->rule[i].kind != NULL;
    return kinds;
}

int ol_rulebook_parse(struct ol_rulebook *book, const char *text, size_t size,
    struct ol_rulebook_error *error)
{
    const size_t count = book->count;
    struct cursor cursor = {.at = text, .end = text + size, .line = 1};
    *error = (struct ol_rulebook_error){0};
    for (; cursor.at < cursor.end; skip_line(&cursor)) {
        skip_blanks(&cursor);
        if (at_line_end(&cursor)) continue;
        const int failed = read_rule(book, &cursor, error);
        if (!failed) continue;
        book->count = count;
        return failed;
    }
    book->kinds = count_kinds(book);
    return 0;
}

/* ---- Files ---- */

static int read_all(int fd, char *at, size_t size)
{
    while (size > 0) {
        const ssize_t count = read(fd, at, size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -errno;
        if (count == 0) return -EIO;
        at += count;
        size -= (size_t)count;
    }
    return 0;
}

static int parse_file(
    struct ol_rulebook *book, int fd, struct ol_rulebook_error *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0) return -errno;
    if (!S_ISREG(status.st_mode) || status.st_size > FILE_MAX_BYTES) {
        error->what = "not a regular file of at most 16 MiB";
        return -EINVAL;
    }
    const size_t size = (size_t)status.st_size;
    char *text = malloc(size + 1);
    if (!text) return -ENOMEM;

    int failed = read_all(fd, text, size);
    if (!failed) failed = ol_rulebook_parse(book, text, size, error);
    free(text);
    return failed;
}

/* Opens the pack of a name, beside the program as it was installed or built. */
static int open_pack(const char *name)
{
    char path[2 * PATH_MAX];
    char self[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) return -1;
    self[length] = '\0';
    char *slash = strrchr(self, '/');
    if (!slash) return -1;
    *slash = '\0';
    const int written = snprintf(path, sizeof path,
        "%s/../" OUTLIVE_DATADIR "/outlive/rules/%s.rules", self, name);
    if (written < 0 || (size_t)written >= sizeof path) return -1;
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

int ol_rulebook_load(
    struct ol_rulebook *book, const char *path, struct ol_rulebook_error *error)
{
    *error = (struct ol_rulebook_error){.what = "cannot be read"};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT && !strchr(path, '/')) {
        *error = (struct ol_rulebook_error){
            .what = "no such file, nor a pack of that name"};
        fd = open_pack(path);
    }
    if (fd < 0) return -errno;
    const int failed = parse_file(book, fd, error);
    close(fd);
    return failed;
}

/* ---- The book ---- */

int ol_rulebook_create(struct ol_rulebook **out)
{
    struct ol_rulebook *book = calloc(1, sizeof *book);
    if (!book) return -ENOMEM;
    ol_lexicon_init(&book->words);

    const char *text = ol_wrappers_text();
    struct ol_rulebook_error error;
    const int failed = ol_rulebook_parse(book, text, strlen(text), &error);
    if (failed) {
        ol_rulebook_destroy(book);
        return failed;
    }
    *out = book;
    return 0;
}

void ol_rulebook_destroy(struct ol_rulebook *book)
{
    if (!book) return;
    ol_lexicon_deinit(&book->words);
    free(book->rule);
    free(book);
}

/* ---- Asking ---- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Most rules are ruled out by their first character. */
static bool fits(const struct rule *rule, const struct ol_symbols_frame *frame)
{
    const char first = *rule->function;
    if (first != '*' && first != '?' && first != *frame->function) return false;
    if (rule->module && !ol_glob_fits(rule->module, base_name(frame->module)))
        return false;
    return ol_glob_fits(rule->function, frame->function);
}

bool ol_rulebook_has_kinds(const struct ol_rulebook *book)
{
    return book->kinds > 0;
}

static const char *frame_kind(
    const struct ol_rulebook *book, const struct ol_symbols_frame *frame)
{
    for (size_t i = 0; i < book->count; i++) {
        const struct rule *rule = &book->rule[i];
        if (rule->kind && fits(rule, frame)) return rule->kind;
    }
    return NULL;
}

const char *ol_rulebook_kind(const struct ol_rulebook *book,
    const struct ol_symbols_frame *frames, size_t count)
{
    if (book->kinds == 0) return NULL;
    for (size_t i = 0; i < count; i++) {
        const char *kind = frame_kind(book, &frames[i]);
        if (kind) return kind;
    }
    return NULL;
}

/* Whether a rule is about a module as a whole. */
static bool is_general(const struct rule *rule)
{
    return rule->module && strcmp(rule->function, "*") == 0;
}

bool ol_rulebook_skips(
    const struct ol_rulebook *book, const struct ol_symbols_frame *frame)
{
    for (size_t i = 0; i < book->count; i++) {
        const struct rule *rule = &book->rule[i];
        if (!rule->kind && fits(rule, frame)) return true;
    }
    return false;
}

bool ol_rulebook_skips_function(
    const struct ol_rulebook *book, const struct ol_symbols_frame *frame)
{
    for (size_t i = 0; i < book->count; i++) {
        const struct rule *rule = &book->rule[i];
        if (rule->kind || is_general(rule)) continue;
        if (fits(rule, frame)) return true;
    }
    return false;
}
