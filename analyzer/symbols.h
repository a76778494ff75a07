/* symbols.h - from a place in a module to functions, files and lines.
 *
 * Shape:     a module is known by its path and build-id. A place in it is an
 *            address as the file itself counts (the program counter less the
 *            load bias). Resolving a place gives one or more frames: the
 *            inlined calls first, innermost first, the function proper last.
 *            Where debug information ends, names come from .symtab, then
 *            .dynsym, then MiniDebugInfo, then the unwind table gives the
 *            function's start, then only module+0xADDRESS is left.
 * Units:     addresses in bytes; line 0 is not known.
 * Ownership: frames and strings live as long as the ol_symbols. Files are
 *            opened when a place in them is first asked for, and only the
 *            last OL_SYMBOLS_OPEN_MAX stay open, so that memory is bounded.
 * Threads:   one thread at a time.
 * Errors:    -ENOMEM. A file that cannot be used is no error: its places
 *            stay unnamed and its state says why.
 * Source:    elfutils libdwfl and libdw; DWARF 5 sections 3.3.8 and 6.2.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_SYMBOLS_H
#define OL_ANALYZER_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
    OL_SYMBOLS_OPEN_MAX = 12
};

/* What became of a module's file; the order is that of the list. */
#define OL_SYMBOLS_STATE_LIST(X)                         \
    X(UNASKED, "not needed")                             \
    X(DEBUG, "debug information")                        \
    X(TABLE, "symbol table only")                        \
    X(BARE, "no symbols")                                \
    X(MISSING, "file not found")                         \
    X(CHANGED, "file has changed since: other build-id") \
    X(UNREADABLE, "not a usable ELF file")

enum ol_symbols_state {
#define X(name, text) OL_SYMBOLS_##name,
    OL_SYMBOLS_STATE_LIST(X)
#undef X
};

struct ol_symbols_options {
    const char *debug_path; /* search path of debug files as in libdwfl; NULL:
                               its default, which knows /usr/lib/debug */
    bool debuginfod;        /* may ask the servers of DEBUGINFOD_URLS */
};

/* As the recording names it. The strings are copied. An empty path stands
 * for code of no module, made at run time. */
struct ol_symbols_module {
    const char *path;
    const uint8_t *build_id; /* NULL: the file had none */
    size_t build_id_bytes;
    bool vdso;
};

struct ol_symbols_frame {
    const char *function; /* demangled, without parameters; never NULL */
    const char *file;     /* full path if known, NULL if not */
    const char *module;   /* the module's path, never NULL */
    uint32_t line;
    bool inlined; /* a call in the next frame, compiled into it */
    bool named;   /* false: function is only module+0xADDRESS */
};

struct ol_symbols_frames {
    const struct ol_symbols_frame *at; /* borrowed */
    uint32_t count;                    /* at least 1 */
};

struct ol_symbols;

/* Makes an empty set of modules. `options` may be NULL. Unless debuginfod is
 * asked for, DEBUGINFOD_URLS leaves this process's environment: libdwfl
 * heeds nothing else. */
OL_MUST_USE int ol_symbols_create(
    const struct ol_symbols_options *options, struct ol_symbols **out);
void ol_symbols_destroy(struct ol_symbols *symbols);

/* Makes a module known, without opening it. Returns 0 and its number: the
 * same one for the same path and build-id. */
OL_MUST_USE int ol_symbols_add(struct ol_symbols *symbols,
    const struct ol_symbols_module *module, uint32_t *out);

/* Names a place: the address of a byte of the instruction that is meant, for
 * a call the byte before the return address. Asking again is cheap. Returns
 * 0 and its frames. */
OL_MUST_USE int ol_symbols_resolve(struct ol_symbols *symbols, uint32_t module,
    uint64_t address, struct ol_symbols_frames *out);

/* How many modules are known, and what became of one. */
uint32_t ol_symbols_count(const struct ol_symbols *symbols);
enum ol_symbols_state ol_symbols_state_of(
    const struct ol_symbols *symbols, uint32_t module);
const char *ol_symbols_path_of(
    const struct ol_symbols *symbols, uint32_t module);

/* Writes the file names of the modules in that state, "a, b, c", as many as
 * fit, into `out`. Returns how many are in it. */
uint32_t ol_symbols_list(const struct ol_symbols *symbols,
    enum ol_symbols_state state, char *out, size_t size);

/* A state in words. */
const char *ol_symbols_state_text(enum ol_symbols_state state);

#endif
