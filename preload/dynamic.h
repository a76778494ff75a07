/* dynamic.h - what the entries of dlopen and dlmopen ask.
 *
 * Threads:   any. No lock; errno is not touched.
 * Source:    dlopen(3).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_DYNAMIC_H
#define OL_PRELOAD_DYNAMIC_H

typedef void *(*ol_dynamic_open_fn)(const char *file, int flags);
typedef void *(*ol_dynamic_open_namespace_fn)(
    long name_space, const char *file, int flags);

/* Takes RTLD_DEEPBIND out of the flags, which would hide the calls of the
 * library from us, unless told to keep it. Returns where to jump. */
ol_dynamic_open_fn ol_dynamic_open(const char *file, int *flags);

/* Notes that the library will not be seen. Returns where to jump. */
ol_dynamic_open_namespace_fn ol_dynamic_open_namespace(
    long name_space, const char *file);

#endif
