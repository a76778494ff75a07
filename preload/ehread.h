/* ehread.h - bounded reading of .eh_frame bytes.
 *
 * Shape:     a cursor between two addresses. Reading past the end yields
 *            zero and marks the cursor as failed, for good: callers read a
 *            whole structure and ask once.
 * Ownership: the bytes are the mapped object's.
 * Threads:   pure functions; signal safe.
 * Errors:    `failed`.
 * Source:    DWARF 5, 7.6; Linux Standard Base Core 5.0, 10.5 and 10.6.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_EHREAD_H
#define OL_PRELOAD_EHREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ol_ehread {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
};

/* Reads an unsigned little-endian number of 1, 2, 4 or 8 bytes. */
uint64_t ol_ehread_unsigned(struct ol_ehread *cursor, size_t bytes);

/* The same, with the sign extended. */
int64_t ol_ehread_signed(struct ol_ehread *cursor, size_t bytes);

/* Reads a LEB128 number; bits beyond 64 are dropped. */
uint64_t ol_ehread_uleb(struct ol_ehread *cursor);
int64_t ol_ehread_sleb(struct ol_ehread *cursor);

/* Moves over `bytes` and returns where they begin, NULL if they are not
 * all there. */
const uint8_t *ol_ehread_skip(struct ol_ehread *cursor, uint64_t bytes);

/* Reads a pointer in a DW_EH_PE_* encoding; `data` is what datarel counts
 * from. Indirect pointers are not followed: they count as failed. */
uintptr_t ol_ehread_pointer(
    struct ol_ehread *cursor, uint8_t encoding, uintptr_t data);

#endif
