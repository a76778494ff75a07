/* wrappers.h - what is known of common allocators, as rules.
 *
 * Source:    the names are those of the C and C++ libraries, Rust's standard
 *            library and of widely used programs, as their stacks show them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_WRAPPERS_H
#define OL_ANALYZER_WRAPPERS_H

/* Returns the text of the rules, static. */
const char *ol_wrappers_text(void);

#endif
