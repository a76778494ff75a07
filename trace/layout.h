/* layout.h - the fixed structures of a trace file: header, control, chunk.
 *
 * Shape:     a file is one page of ol_file_header, one page of
 *            ol_file_control, then chunks. A chunk begins on a multiple of
 *            OL_CHUNK_ALIGN with ol_chunk_header; records follow up to the
 *            published count. Chunks of a stream are ordered by sequence,
 *            chunks of different streams come in any order, and gaps
 *            (claimed, never written) are zero.
 * Units:     bytes; ticks of the recorded clock; ns.
 * Ownership: the recorder writes, everyone else reads, but for the command
 *            words and, once the process is dead, the end fields.
 * Threads:   `_Atomic` fields may change under a reader. `published` is
 *            stored with release after the bytes it covers.
 * Errors:    a reader trusts only what a checksum covers.
 * Source:    own; docs/trace-format.md says it in words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TRACE_LAYOUT_H
#define OL_TRACE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

enum {
    OL_TRACE_MAJOR = 1,     /* a reader refuses a higher one */
    OL_TRACE_MINOR = 0,     /* higher ones only add what can be skipped */
    OL_HEADER_BYTES = 8192, /* header page and control page */
    OL_CONTROL_OFFSET = 4096,
    OL_CHUNK_ALIGN = 4096,
    OL_CHUNK_HEAD_BYTES = 128,
    OL_CHUNK_MAX_BYTES = 1 << 26,
};

#define OL_TRACE_MAGIC      "\x89OLT\r\n\x1a\n" /* 8 bytes, without the NUL */
#define OL_TRACE_BYTE_ORDER 0x01020304U
#define OL_CHUNK_MAGIC      0x4b4e4843U /* "CHNK" read little-endian */

/* How the recording of this process began. */
enum ol_origin {
    OL_ORIGIN_START = 0, /* the first traced image: no parent */
    OL_ORIGIN_FORK = 1,  /* a copy of the parent: its blocks are inherited */
    OL_ORIGIN_EXEC = 2,  /* a new image; the parent is what it replaced or
                            what forked it */
};

enum ol_mode {
    OL_MODE_FULL = 0, /* every event */
    OL_MODE_LIVE = 1, /* short-lived blocks folded, survivors kept */
};

enum ol_clock {
    OL_CLOCK_MONOTONIC_NS = 0, /* ticks are ns >> tick_shift */
    OL_CLOCK_CYCLES = 1,       /* invariant cycle counter >> tick_shift */
};

/* How the process ended. NONE on a dead process means killed. */
enum ol_end {
    OL_END_NONE = 0,
    OL_END_EXIT = 1,     /* exit() or a return from main */
    OL_END_EXIT_NOW = 2, /* _exit, _Exit */
    OL_END_QUICK_EXIT = 3,
    OL_END_EXEC = 4, /* replaced by another image */
    OL_END_ABORT = 5,
    OL_END_SIGNAL = 6,  /* written by the launcher, which saw it die */
    OL_END_STOPPED = 7, /* recording stopped early: see the LOST records */
    OL_END_COUNT
};

/* Why events are missing. Counts are in ol_file_control.lost. */
enum ol_lost {
    OL_LOST_DISK_FULL = 0, /* the file could not grow */
    OL_LOST_LIMIT = 1,     /* RLIMIT_FSIZE or --max-size */
    OL_LOST_MEMORY = 2,    /* the recorder could not map memory */
    OL_LOST_NESTED = 3,    /* signal handlers nested too deeply */
    OL_LOST_EARLY = 4,     /* before the recorder was ready */
    OL_LOST_COLLISION = 5, /* two live blocks in one granule of the table */
    OL_LOST_RANGE = 6,     /* an address outside the table's range */
    OL_LOST_ACCESS = 7,    /* the file is out of reach: other user or root */
    OL_LOST_COUNT
};

/* The first page. Written once; `crc` is CRC-32C of the bytes before it. */
struct ol_file_header {
    uint8_t magic[8];
    uint16_t major;
    uint16_t minor;
    uint32_t header_bytes; /* where the first chunk may begin */
    uint32_t byte_order;
    uint32_t page_bytes;
    uint32_t pid;
    uint32_t parent_pid;
    uint8_t id[16];        /* random; names this file in its children */
    uint8_t parent_id[16]; /* zero when origin is START */
    uint32_t origin;       /* enum ol_origin */
    uint32_t mode;         /* enum ol_mode, at the start */
    uint32_t clock;        /* enum ol_clock */
    uint32_t tick_shift;
    uint64_t start_tick;
    uint64_t start_mono_ns; /* CLOCK_MONOTONIC at start_tick */
    uint64_t start_real_ns; /* CLOCK_REALTIME at start_tick */
    uint32_t first_stream;  /* lower ones are the parent's (origin FORK) */
    uint32_t reserved[32];
    uint32_t crc;
};

_Static_assert(offsetof(struct ol_file_header, crc) == 236, "format");
_Static_assert(sizeof(struct ol_file_header) == 240, "format");

/* The second page: everything that changes while the process runs. Guarded
 * by no checksum: each word stands alone. */
struct ol_file_control {
    _Atomic uint64_t claimed_bytes; /* chunks begin below this offset */
    _Atomic uint32_t end;           /* enum ol_end */
    _Atomic int32_t end_status;     /* exit status or signal number */
    _Atomic uint64_t end_tick;
    _Atomic uint64_t end_mono_ns;
    _Atomic uint64_t lost[8];        /* by enum ol_lost */
    _Atomic uint64_t streams;        /* streams ever made */
    _Atomic uint64_t overhead_ticks; /* spent in slow paths of the recorder */
    _Atomic uint64_t memory_bytes;   /* mapped by the recorder for itself */
    /* Commands, written by `outlive mark|snapshot PID`; the recorder
     * compares them with the last value it has seen, on its slow paths. */
    _Atomic uint32_t mark_requests;
    _Atomic uint32_t snapshot_requests;
    _Atomic uint32_t stop_requests;
    _Atomic uint32_t reserved;
};

/* One chunk of one stream. A stream is one thread's (or, at level 1, one
 * thread's signal handlers') sequence of records; a stream whose thread has
 * died may go on as another thread's, which a THREAD record says. The bases
 * let a reader go on after a chunk that is lost. */
struct ol_chunk_header {
    uint32_t magic;
    uint32_t header_bytes; /* records begin here */
    uint32_t bytes;        /* of the whole chunk, a multiple of the align */
    uint32_t stream;
    uint32_t sequence; /* within the stream, from 0 */
    uint32_t tid;
    uint32_t level; /* 0 ordinary, 1 inside signal handlers */
    uint32_t base_module;
    uint64_t base_tick;  /* the first record's tick is a delta to this */
    uint64_t base_alloc; /* allocations of the stream before this chunk */
    uint32_t base_frame;
    uint32_t base_node;
    uint32_t base_string;
    uint32_t crc; /* CRC-32C of the bytes before it */
    /* Low half: payload bytes that are valid. High half: their CRC-32C. */
    _Atomic uint64_t published;
    uint64_t pad[7];
};

_Static_assert(offsetof(struct ol_chunk_header, crc) == 60, "format");
_Static_assert(offsetof(struct ol_chunk_header, published) == 64, "format");
_Static_assert(sizeof(struct ol_chunk_header) == OL_CHUNK_HEAD_BYTES, "format");

#endif
