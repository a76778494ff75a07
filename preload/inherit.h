/* inherit.h - the environment of an image that this process runs.
 *
 * Shape:     the given variables, and those that make the new image record
 *            into the same directory: LD_PRELOAD with our library,
 *            OUTLIVE_OUTPUT, OUTLIVE_PARENT, and the settings as they were
 *            given to us, where the given ones do not say otherwise.
 * Ownership: each thread has pages of its own for it, which are kept for its
 *            next call: between vfork and exec nothing can be given back.
 * Threads:   any; no malloc.
 * Errors:    without memory the given environment is returned.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_INHERIT_H
#define OL_PRELOAD_INHERIT_H

#include <stdarg.h>
#include <stddef.h>

/* Returns the environment to run an image with. */
char *const *ol_inherit_environment(char *const *given);

/* Gathers `first` and the rest, up to and with NULL, into an array. The
 * caller's list is then behind the NULL. Returns NULL without memory. */
char *const *ol_inherit_arguments(const char *first, va_list *rest);

/* Takes our library out of this process's own LD_PRELOAD, so that nothing it
 * runs is recorded. */
void ol_inherit_nothing(void);

#endif
