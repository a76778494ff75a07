/* plain.h - function names without what changes from build to build.
 *
 * Shape:     normalised, a name has no template arguments, ABI tags, nor
 *            numbers of closures; shortened, long template arguments become
 *            an ellipsis and the rest stays.
 * Threads:   pure functions.
 * Errors:    what does not fit is cut between characters.
 * Source:    own; names as libiberty writes them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_PLAIN_H
#define OL_ANALYZER_PLAIN_H

#include <stddef.h>

/* Writes the normalised name: std::vector<int>::push_back becomes
 * std::vector::push_back, f::{lambda(int)#2} and f::{closure#2} become
 * f::{}. */
void ol_plain_normalise(const char *name, char *out, size_t size);

/* Writes the name for people, of at most `size` - 1 bytes. */
void ol_plain_shorten(const char *name, char *out, size_t size);

/* Ends `text`, of `length` bytes, between two characters. */
void ol_plain_end(char *text, size_t length);

#endif
