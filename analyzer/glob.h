/* glob.h - does a text fit a pattern with * and ?
 *
 * Threads:   pure functions.
 * Source:    own; the usual way with one place to go back to.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_GLOB_H
#define OL_ANALYZER_GLOB_H

#include <stdbool.h>

/* Returns whether the whole text fits: `*` any bytes, `?` one byte, all
 * others themselves. */
bool ol_glob_fits(const char *pattern, const char *text);

#endif
