/* stacks.h - the stacks of one stream: where a capture becomes a node id.
 *
 * Shape:     a capture walks from the caller of the hook outwards by the
 *            rules of each pc, turns pcs into frame ids, and finds the node
 *            of the chain in the trie. What is new is defined through the
 *            writer first: MODULE, then FRAME, then NODE records; ids are
 *            those of trace/record.h. The last chain is kept: the part of a
 *            new one that is the same from the root on needs no search.
 *
 *            frames   innermost 7 6 4 2 1 outermost
 *            nodes    root 0 ─ 4(1) ─ 5(2) ─ 6(4) ─ 9(6) ─ 12(7) ← the id
 *
 * Units:     ids; frames are numbered in the stream. A frame's offset is
 *            the address of the executing instruction's byte (for a call:
 *            the one before the return address) minus the module's bias, so
 *            it is looked up in symbols as it stands. Code of no module
 *            (JIT) belongs to a module with an empty path and bias 0.
 * Ownership: the caller's storage; tables are pages and grow from small.
 * Threads:   one at a time: the stream's thread. A signal handler that
 *            interrupts a capture must use another stream's. Signal safe;
 *            no malloc, no locks.
 * Errors:    a capture that cannot be kept is OL_ROOT_NONE.
 * Source:    docs/unwinding.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_STACKS_H
#define OL_PRELOAD_STACKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/loaded.h"
#include "preload/regs.h"
#include "preload/rules.h"
#include "preload/trie.h"
#include "preload/walk.h"
#include "trace/record.h"

/* Writes a MODULE, UNLOAD, FRAME or NODE record into the stream; of a NODE,
 * value[OL_VALUE_PARENT] and value[OL_VALUE_FRAME] count. `tick` is 0:
 * "now" is as good as the last record's. Returns 0, and the stream's state
 * then counts the definition, or a negative errno. What the record points to
 * lives until it returns. */
typedef int (*ol_stacks_put_fn)(void *context, const struct ol_record *record);

struct ol_stacks_options {
    ol_stacks_put_fn put;
    void *context;                       /* for put */
    const struct ol_stream_state *state; /* borrowed; the next ids */
    uint32_t depth_limit; /* frames kept of a stack, the innermost */
};

/* Members are for stacks.c. */
struct ol_stacks {
    struct ol_stacks_options options;
    struct ol_rules rules;
    struct ol_trie trie;
    struct ol_walk_stack stack;
    struct ol_stacks_module *module; /* owner */
    uint32_t module_count;
    uint32_t module_capacity;
    uint64_t epoch; /* of ol_loaded_epoch, at the last capture */
    uint32_t stamp; /* changes when dynamic rules must be checked */
    uint32_t depth; /* of the last chain; 0: there is none */
    uint32_t root;
    uint32_t *frames; /* owner; innermost first: of this capture … */
    uint32_t *last;   /* … and of the one before */
    uint32_t *nodes;  /* of the last chain, outermost first */
};

/* Makes the tables. Returns 0 or -ENOMEM. */
OL_MUST_USE int ol_stacks_init(
    struct ol_stacks *stacks, const struct ol_stacks_options *options);

/* Unmaps the tables; zeroed storage is accepted. */
void ol_stacks_deinit(struct ol_stacks *stacks);

/* To be called when another thread takes the stream over. Definitions stay,
 * what was learnt about the thread's stack goes. */
void ol_stacks_adopt(struct ol_stacks *stacks);

/* Takes the stack whose innermost frame is at `start`: `pc` the return
 * address into it, `sp` after the return, `fp` as in that frame. Returns
 * its node. */
uint32_t ol_stacks_capture(
    struct ol_stacks *stacks, const struct ol_regs *start);

/* The same from an interrupted frame: `pc` is the next instruction. */
uint32_t ol_stacks_capture_interrupted(
    struct ol_stacks *stacks, const struct ol_regs *start);

#endif
