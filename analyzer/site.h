/* site.h - of a stack, the line to show and the name to remember it by.
 *
 * Shape:     the line to show is that of the innermost frame that is not a
 *            wrapper by the rules (if it has no name: of the next one in the
 *            same module that has; if all are wrappers: of the first that is
 *            no allocator by its own name); it is shown with its caller:
 *
 *                ev_once loop.c:214 ◂ dial dial.c:88
 *
 *            The fingerprint is the first 64 bits of SHA-256 over
 *            "v1|REPORT|KIND|FUNCTION|FUNCTION…": the functions from that
 *            frame outwards, wrappers left out, runs of one function
 *            collapsed. Template arguments, closure numbers, ABI tags and
 *            library versions are normalised; addresses, lines and threads
 *            are not part of it. So it stays the same when code around the
 *            site moves, and two lines of one function share it.
 *            Where no function has a name, the places themselves stand for
 *            them: such a fingerprint holds for one build.
 * Units:     frames are those of symbols.h, innermost first.
 * Threads:   pure functions.
 * Errors:    text that does not fit is cut between characters.
 * Source:    own; FIPS 180-4 for SHA-256.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_SITE_H
#define OL_ANALYZER_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/rulebook.h"
#include "analyzer/symbols.h"

enum {
    OL_SITE_TEXT_BYTES = 256,       /* enough for what is shown */
    OL_SITE_FINGERPRINT_BYTES = 17, /* 16 hex digits and NUL */
};

/* A symbolised stack. `at` is borrowed. */
struct ol_site_stack {
    const struct ol_symbols_frame *at;
    size_t count;
};

struct ol_site_choice {
    size_t site;     /* index of the frame to show */
    size_t caller;   /* and of the one to show as its caller … */
    bool has_caller; /* … if there is one worth showing */
};

/* Picks the frames to show of a stack of at least one frame. */
struct ol_site_choice ol_site_choose(
    const struct ol_rulebook *book, const struct ol_site_stack *stack);

/* Writes "function file:line ◂ function file:line". */
void ol_site_text(const struct ol_rulebook *book,
    const struct ol_site_stack *stack, char *out, size_t size);

/* Writes one frame: "function file:line", or "function (module)" when the
 * line is not known. */
void ol_site_frame_text(
    const struct ol_symbols_frame *frame, char *out, size_t size);

/* Writes the fingerprint of what `report` ("growth" …) says of `kind` at
 * this stack. */
void ol_site_fingerprint(const struct ol_rulebook *book, const char *report,
    const char *kind, const struct ol_site_stack *stack,
    char out[OL_SITE_FINGERPRINT_BYTES]);

/* Writes a function's name as the fingerprint takes it. */
void ol_site_normalise(
    const struct ol_symbols_frame *frame, char *out, size_t size);

#endif
