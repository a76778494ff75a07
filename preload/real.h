/* real.h - the functions that the recorder stands in front of.
 *
 * Shape:     a table of pointers. Until they are looked up they point to
 *            functions that look them up; while that goes on, allocations of
 *            the looking thread come from a static arena.
 * Ownership: arena blocks are never given back.
 * Threads:   any. The look-up takes the dynamic linker's lock, once.
 * Errors:    a symbol that is missing stays NULL, but for the allocation
 *            functions, which every C library has.
 * Source:    glibc manual, "Replacing malloc".
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_REAL_H
#define OL_PRELOAD_REAL_H

#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attributes.h"

/* result, name, parameters */
#define OL_REAL_LIST(X)                               \
    X(void *, malloc, (size_t))                       \
    X(void *, calloc, (size_t, size_t))               \
    X(void *, realloc, (void *, size_t))              \
    X(void, free, (void *))                           \
    X(int, posix_memalign, (void **, size_t, size_t)) \
    X(void *, aligned_alloc, (size_t, size_t))        \
    X(void *, memalign, (size_t, size_t))             \
    X(void *, valloc, (size_t))                       \
    X(void *, pvalloc, (size_t))                      \
    X(size_t, malloc_usable_size, (void *))

/* Those that no allocation can need: NULL until ol_real_resolve. */
#define OL_REAL_OTHER_LIST(X)                                         \
    X(pid_t, fork, (void))                                            \
    X(pid_t, _Fork, (void))                                           \
    X(int, execve, (const char *, char *const *, char *const *))      \
    X(int, execvpe, (const char *, char *const *, char *const *))     \
    X(int, fexecve, (int, char *const *, char *const *))              \
    X(int, posix_spawn,                                               \
        (pid_t *, const char *, const posix_spawn_file_actions_t *,   \
            const posix_spawnattr_t *, char *const *, char *const *)) \
    X(int, posix_spawnp,                                              \
        (pid_t *, const char *, const posix_spawn_file_actions_t *,   \
            const posix_spawnattr_t *, char *const *, char *const *)) \
    X(void, _exit, (int))                                             \
    X(void, quick_exit, (int))                                        \
    X(void, abort, (void))                                            \
    X(int, dlclose, (void *))                                         \
    X(void *, dlopen, (const char *, int))                            \
    X(void *, dlmopen, (long, const char *, int))

struct ol_real {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a type and a name */
#define X(result, name, parameters) result(*name) parameters;
    OL_REAL_LIST(X)
    OL_REAL_OTHER_LIST(X)
#undef X
};

extern OL_HIDDEN struct ol_real ol_real;

/* Looks all functions up, if that has not been done. Returns false when
 * this very thread is doing so: its allocations then belong to the arena. */
bool ol_real_resolve(void);

/* Whether a block is the arena's. */
bool ol_real_is_arena(const void *block);

/* The size an arena block was asked with. */
size_t ol_real_arena_size(const void *block);

#endif
