/* clean.h - text of unknown origin, made fit for terminals and JSON.
 *
 * Threads:   pure functions.
 * Source:    RFC 3629 section 4.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_CLEAN_H
#define OL_ANALYZER_CLEAN_H

#include <stddef.h>

/* Overwrites control characters and bytes that are not UTF-8 with '?'. */
void ol_clean_text(char *text, size_t count);

#endif
