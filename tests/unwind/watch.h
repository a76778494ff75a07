/* watch.h - stacks taken by ours and by libunwind, to be compared later.
 *
 * Shape:     a watch is one thread's stream and tables, and a list of what
 *            libunwind's unw_step found at the same places. Taking is signal
 *            safe; comparing decodes the records that ours wrote.
 * Threads:   a watch belongs to one thread at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_WATCH_H
#define OL_TESTS_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/regs.h"
#include "preload/stacks.h"
#include "tests/unwind/memory_stream.h"

struct watch_taken {
    uint32_t node;
    uint32_t root;         /* where it should end; OL_ROOT_NONE: anywhere */
    uint32_t begin, count; /* of libunwind's addresses */
};

struct watch {
    struct memory_stream stream;
    struct ol_stacks stacks;
    uint64_t *address; /* owner: all that libunwind found */
    struct watch_taken *taken;
    size_t address_count, taken_count;
    size_t lost;        /* libunwind did not come to the frame */
    size_t undescribed; /* interrupted where the rule cannot be trusted */
    uint32_t depth_limit;
    volatile bool is_taking;
};

/* Opens libunwind, not into the program's scope. Aborts without it. */
void watch_open_libunwind(void);

/* Makes a watch whose captures may be `depth_limit` deep. */
void watch_init(struct watch *watch, uint32_t depth_limit);
void watch_deinit(struct watch *watch);

/* Takes the stack from `start` by both. Compilers do not describe every
 * epilogue of functions that realign the stack: where such a row, one on
 * other registers, or a switch of contexts was interrupted, libunwind may
 * read anywhere. It is not
 * asked then, and of ours only the innermost frame is compared. Where it is
 * led out of all text, only what is before that is. */
void watch_take(
    struct watch *watch, const struct ol_regs *start, bool is_interrupted);

/* Compares all that was taken, and prints what differs. Returns how many
 * do. Afterwards none is taken. */
size_t watch_compare(struct watch *watch, const char *name);

#endif
