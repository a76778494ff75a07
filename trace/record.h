/* record.h - the records of a trace: one list, its writer and its reader.
 *
 * Shape:     a record's first byte holds its form in the low three bits.
 *            Forms 1 to 7 are the frequent ones, packed by hand. Form 0 is
 *            any other type: the high five bits are the type, a varint
 *            length follows, then the fields in the order of their letters
 *            in OL_RECORD_LIST. Types that a reader does not know are
 *            skipped by their length.
 *
 *            Streams are self-contained: strings, modules, frames and stack
 *            nodes are defined in the stream that uses them, before use,
 *            and numbered from 0 in the order of definition. Node 0 to 3
 *            are the roots (enum ol_root) and are never defined. A block is
 *            named by the stream that allocated it and its number there.
 *            What is allocated between ENTER e and LEAVE e belongs to e.
 * Units:     ticks (layout.h), bytes, ids.
 * Ownership: decoded bytes point into the chunk; they live as long as it.
 * Threads:   one decoder per stream; encoders are pure; signal safe.
 * Errors:    a malformed record is -EBADMSG, with its place and reason in
 *            the decoder; nothing that precedes it is lost.
 * Source:    own; docs/trace-format.md says it in words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TRACE_RECORD_H
#define OL_TRACE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "trace/layout.h"
#include "trace/varint.h"

/* The field letters:
 *   t  ticks since the stream's last timed record   -> tick
 *   r  a block or address (struct ol_ref)           -> ref[0], then ref[1]
 *   u  unsigned   i  signed (zigzag)                -> value[0], value[1] …
 *   s  string id  n  stack node id                  -> value[…] as well
 *   b  bytes: varint count, then the bytes          -> bytes[0], bytes[1] …
 *
 *      type NAME            text            fields     names of the fields */
#define OL_RECORD_LIST(X)                                                   \
    X(1, INFO, "info", "bb", "key value")                                   \
    X(2, THREAD, "thread", "tub", "tid name")                               \
    X(3, CLOCK, "clock", "tuu", "mono_ns real_ns")                          \
    X(4, MODULE, "module", "tuuuubbb",                                      \
        "start end bias flags path build_id segments")                      \
    X(5, UNLOAD, "unload", "tu", "start")                                   \
    X(6, FRAME, "frame", "uu", "module offset")                             \
    X(7, STRING, "string", "b", "text")                                     \
    X(8, BORN, "born", "trsn", "entity kind stack")                         \
    X(9, ENTER, "enter", "tr", "entity")                                    \
    X(10, LEAVE, "leave", "tr", "entity")                                   \
    X(11, ADOPT, "adopt", "trr", "entity block")                            \
    X(12, STATE, "state", "trs", "entity state")                            \
    X(13, ENDED, "ended", "trsn", "entity how stack")                       \
    X(14, REF, "ref", "trn", "entity stack")                                \
    X(15, UNREF, "unref", "trn", "entity stack")                            \
    X(16, WAITS, "waits", "trr", "task on")                                 \
    X(17, WOKEN, "woken", "tr", "task")                                     \
    X(18, COUNTER, "counter", "trsi", "entity name value")                  \
    X(19, LAYOUT, "layout", "ssuu", "kind field offset flags")              \
    X(20, MARK, "mark", "ts", "name")                                       \
    X(21, SNAPSHOT, "snapshot", "ts", "name")                               \
    X(22, REGION, "region", "tuuuun", "operation address bytes from stack") \
    X(23, FOREIGN_FREE, "foreign-free", "tu", "count")                      \
    X(24, RESTORE, "restore", "tr", "block")                                \
    X(25, LOST, "lost", "tuu", "reason count")                              \
    X(26, FORK, "fork", "tu", "child_pid")                                  \
    X(27, EXEC, "exec", "tb", "path")                                       \
    X(28, EXEC_FAILED, "exec-failed", "tu", "errno")                        \
    X(29, END, "end", "tui", "reason status")                               \
    X(30, FOLD, "fold", "tnruuuu",                                          \
        "stack owner born_tick count bytes peak_bytes")                     \
    X(31, BLOCK, "block", "tunuru", "number stack bytes owner born_tick")

/* Types without a number of their own in the list above: forms 1 to 7. */
#define OL_FORM_LIST(X)                                                    \
    X(1, MALLOC, "malloc")   /* stack, bytes */                            \
    X(2, CALLOC, "calloc")   /* stack, bytes */                            \
    X(3, REALLOC, "realloc") /* stack, bytes: the new block */             \
    X(4, ALIGNED, "aligned") /* stack, bytes, api << 8 | log2 alignment */ \
    X(5, FREE, "free")       /* block */                                   \
    X(6, RELEASE, "release") /* block: the old block of a realloc */       \
    X(7, NODE, "node")       /* parent, frame */

enum ol_record_type {
#define X(number, name, text, ...) OL_RECORD_##name = (number),
    OL_RECORD_LIST(X)
#undef X
#define X(number, name, text) OL_RECORD_##name = 32 + (number),
    OL_FORM_LIST(X)
#undef X
        OL_RECORD_TYPE_COUNT = 40
};

/* Where a stack ends: the ids of the nodes that are never defined. */
enum ol_root {
    OL_ROOT_COMPLETE = 0,  /* the outermost frame was reached */
    OL_ROOT_TRUNCATED = 1, /* deeper than the limit, or unwinding failed */
    OL_ROOT_GUESSED = 2,   /* outer frames found by frame pointers only */
    OL_ROOT_NONE = 3,      /* no stack was taken */
    OL_ROOT_COUNT
};

enum ol_aligned_api {
    OL_API_POSIX_MEMALIGN = 0,
    OL_API_ALIGNED_ALLOC = 1,
    OL_API_MEMALIGN = 2,
    OL_API_VALLOC = 3,
    OL_API_PVALLOC = 4,
};

enum ol_region_operation {
    OL_REGION_MAP = 0,
    OL_REGION_UNMAP = 1,
    OL_REGION_REMAP = 2, /* `from` is the old address */
};

enum ol_module_flags {
    OL_MODULE_AT_START = 1, /* mapped before the program ran */
    OL_MODULE_MAIN = 2,     /* the executable itself */
    OL_MODULE_VDSO = 4,
};

/* What an annotation or a free is about. */
enum ol_ref_form {
    OL_REF_NONE = 0,
    OL_REF_BLOCK,   /* block `number` of `stream`, at `offset` inside it */
    OL_REF_ADDRESS, /* not a live block: static, stack or foreign memory */
};

struct ol_ref {
    uint32_t form; /* enum ol_ref_form */
    uint32_t stream;
    uint64_t number; /* of the block in its stream, or the address */
    uint64_t offset;
};

struct ol_bytes {
    const uint8_t *at; /* borrowed from the chunk */
    size_t count;
};

/* A decoded record. Which members count follows from the type:
 *   MALLOC CALLOC REALLOC ALIGNED  number, stack, bytes_requested, aligned
 *   FREE RELEASE                   ref[0]
 *   NODE                           number (the new id), parent, frame
 *   the others                     as the field letters say */
struct ol_record {
    uint32_t type; /* enum ol_record_type, or one not known: skip it */
    uint32_t value_count;
    uint64_t tick;
    struct ol_ref ref[2];
    uint64_t value[6];
    struct ol_bytes bytes[3];
};

enum {
    OL_VALUE_STACK = 0, /* of the four allocation records */
    OL_VALUE_BYTES = 1,
    OL_VALUE_ALIGNED = 2,
    OL_VALUE_NUMBER = 3,
    OL_VALUE_PARENT = 0, /* of NODE */
    OL_VALUE_FRAME = 1,
    OL_VALUE_NODE = 2,
};

/* What a writer or reader of a stream counts, so that ids can be left out
 * or written as small distances. Starts from the chunk header's bases. */
struct ol_stream_state {
    uint64_t tick;
    uint64_t alloc; /* allocations so far: the next one's number */
    uint32_t module, frame, string; /* the next one's id */
    uint32_t node; /* likewise; a new stream begins with OL_ROOT_COUNT */
};

struct ol_decoder {
    struct ol_stream_state state;
    const uint8_t *begin;
    const uint8_t *at; /* on error: the first byte of the bad record */
    const uint8_t *end;
    uint32_t stream;
    const char *what; /* on error: why, a static string */
};

/* No hot record is longer; others are bounded by their strings. */
enum {
    OL_RECORD_HOT_MAX_BYTES = 48
};

/* ---- Writing ---- */

/* Each writes one record at `at`, which has room for
 * OL_RECORD_HOT_MAX_BYTES, advances `state` and returns the record's end.
 * `tick` may not be before the state's: it is then taken as equal. */
uint8_t *ol_record_put_alloc(
    uint8_t *at, struct ol_stream_state *state, const struct ol_record *record);
uint8_t *ol_record_put_free(uint8_t *at, struct ol_stream_state *state,
    uint32_t stream, const struct ol_record *record);
uint8_t *ol_record_put_node(uint8_t *at, struct ol_stream_state *state,
    uint32_t parent, uint32_t frame);

/* Writes a record of form 0 into `at` … `end`, with the fields its type
 * names. `stream` is the writing stream. Returns the record's end, or NULL
 * when it does not fit: `state` is then unchanged. */
OL_MUST_USE uint8_t *ol_record_put(uint8_t *at, const uint8_t *end,
    struct ol_stream_state *state, uint32_t stream,
    const struct ol_record *record);

/* ---- Reading ---- */

/* Begins at a chunk's payload of `count` bytes. The header was checked. */
void ol_decoder_init(struct ol_decoder *decoder,
    const struct ol_chunk_header *header, const uint8_t *payload, size_t count);

/* Decodes the next record. Returns 1, 0 at the end, or -EBADMSG: `at` then
 * stays on the record and `what` says what is wrong with it. */
OL_MUST_USE int ol_decoder_next(
    struct ol_decoder *decoder, struct ol_record *out);

/* The text name of a type, NULL if unknown. */
const char *ol_record_name(uint32_t type);

/* The field letters and names of a type of form 0, NULL if unknown. */
const char *ol_record_fields(uint32_t type);
const char *ol_record_field_names(uint32_t type);

#endif
