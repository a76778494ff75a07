/* rulebook.h - rules that give kinds to stacks and skip wrapper frames.
 *
 * Shape:     text, a rule a line: a kind and one or more globs, as in
 *                task   tokio::runtime::task::*  "<* as tokio::spawn::*"
 *                skip   my_malloc  libpool.so*!*
 *            `*` stands for any characters, `?` for one. A glob is held
 *            against the function's name without parameters, or, with a
 *            `!`, first the module's file name, then the function's name.
 *            Quotes keep spaces, `#` begins a comment. The kind `skip` marks
 *            wrappers: frames that a report does not show as the line that
 *            allocates.
 *
 *            In a stack the innermost frame with a matching rule gives the
 *            kind; of a frame's rules the first one read.
 * Ownership: the book owns its text; kinds live as long as the book.
 * Threads:   one reader at a time while loading, any number after.
 * Errors:    -EINVAL with the line and what is wrong there, errors of
 *            reading a file, -ENOMEM. The book is then unchanged.
 * Source:    own; docs/rules.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_RULEBOOK_H
#define OL_ANALYZER_RULEBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/symbols.h"
#include "base/attributes.h"

struct ol_rulebook;

struct ol_rulebook_error {
    uint32_t line;    /* from 1; 0: the file as a whole */
    const char *what; /* static */
};

/* Makes a book that skips what is known of common allocators (wrappers.h). */
OL_MUST_USE int ol_rulebook_create(struct ol_rulebook **out);
void ol_rulebook_destroy(struct ol_rulebook *book);

/* Adds the rules of a text; of a file, which may also be a pack that came
 * with the program, by its bare name ("tokio"). */
OL_MUST_USE int ol_rulebook_parse(struct ol_rulebook *book, const char *text,
    size_t size, struct ol_rulebook_error *error);
OL_MUST_USE int ol_rulebook_load(struct ol_rulebook *book, const char *path,
    struct ol_rulebook_error *error);

/* Returns whether any rule names a kind. */
bool ol_rulebook_has_kinds(const struct ol_rulebook *book);

/* Returns the kind that the rules give to a stack of `count` frames,
 * innermost first; NULL if none. */
const char *ol_rulebook_kind(const struct ol_rulebook *book,
    const struct ol_symbols_frame *frames, size_t count);

/* Returns whether the frame is a wrapper; whether it is one by itself, and
 * not only because of the module that it is in. */
bool ol_rulebook_skips(
    const struct ol_rulebook *book, const struct ol_symbols_frame *frame);
bool ol_rulebook_skips_function(
    const struct ol_rulebook *book, const struct ol_symbols_frame *frame);

#endif
