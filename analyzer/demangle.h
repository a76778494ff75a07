/* demangle.h - linker names as people write them: C++, Rust (both schemes).
 *
 * Shape:     clone suffixes of the compiler (.constprop.0, .isra.1, .part.2,
 *            .cold, .llvm.123) and Rust's hash are dropped; parameters and
 *            return types are left out, template arguments stay.
 * Ownership: the caller frees what is returned.
 * Threads:   pure functions.
 * Source:    libiberty; Itanium C++ ABI section 5.1; Rust RFC 2603.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_DEMANGLE_H
#define OL_ANALYZER_DEMANGLE_H

#include "base/attributes.h"

/* Returns the readable form of `name`: a copy without clone suffixes if it
 * is not mangled. NULL when memory is out. */
OL_MUST_USE char *ol_demangle(const char *name);

#endif
