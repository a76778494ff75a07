/* loaded.h - the modules that are mapped into the process.
 *
 * Shape:     those that were there at start are kept in a sorted list and
 *            never go away. Any other is asked of the dynamic linker, which
 *            answers without a lock; it is dynamic: it may be unloaded.
 * Ownership: what a module points to lives as long as it is loaded. Reading
 *            it is safe for a module that the calling thread has a frame in.
 * Threads:   ol_loaded_init once, before all else; the others any, at once;
 *            signal safe; no locks.
 * Source:    dl_iterate_phdr(3), _dl_find_object in glibc's manual.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_LOADED_H
#define OL_PRELOAD_LOADED_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/ehframe.h"
#include "trace/record.h"

struct ol_loaded {
    uintptr_t start, end;
    uintptr_t bias;             /* address minus address in the file */
    const char *path;           /* borrowed; may be relative, never NULL */
    const ElfW(Phdr) * headers; /* borrowed; NULL if not to be found */
    uint32_t header_count;
    uint32_t flags; /* enum ol_module_flags; AT_START: never unloaded */
    struct ol_ehframe ehframe;
};

enum {
    OL_LOADED_SEGMENTS_MAX_BYTES = 640
};

/* Lists the modules. To be called once by the constructor, before there is
 * a second thread. Without it, or without memory, all modules are dynamic. */
void ol_loaded_init(void);

/* Finds the module of an address. Returns whether there is one. */
OL_MUST_USE bool ol_loaded_find(uintptr_t address, struct ol_loaded *out);

/* The build-id in the module's notes; no bytes if it has none. */
struct ol_bytes ol_loaded_build_id(const struct ol_loaded *module);

/* Encodes the PT_LOAD segments as a MODULE record has them; `out` has room
 * for OL_LOADED_SEGMENTS_MAX_BYTES. Returns the bytes. */
size_t ol_loaded_put_segments(const struct ol_loaded *module, uint8_t *out);

/* A number that differs between two modules which were loaded at the same
 * address, unless they are the same file; 0 if that cannot be told. */
uint64_t ol_loaded_fingerprint(const struct ol_loaded *module);

/* ---- Unloading ---- */

/* To be called around the real dlclose. From `closing` to `closed` and once
 * after it, what was remembered of dynamic modules is checked before use. */
void ol_loaded_closing(void);
void ol_loaded_closed(void);

/* The low half counts calls to dlclose that go on; the word changes with
 * every one. What is read of modules after it is not older than it. */
uint64_t ol_loaded_epoch(void);

static inline bool ol_loaded_epoch_is_open(uint64_t epoch)
{
    return (uint32_t)epoch != 0;
}

#endif
