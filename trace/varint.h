/* varint.h - unsigned integers in one to ten bytes, small ones in one.
 *
 * Shape:     little-endian groups of seven bits, the high bit set on every
 *            byte but the last; signed values are zigzag folded first
 *            (0, -1, 1, -2 … become 0, 1, 2, 3 …).
 * Threads:   pure functions; signal safe.
 * Errors:    reading past the end, more than ten bytes, or a value above
 *            64 bits: NULL, and the output is unchanged.
 * Source:    DWARF 5 section 7.6, unsigned LEB128.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TRACE_VARINT_H
#define OL_TRACE_VARINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
    OL_VARINT_MAX_BYTES = 10
};

/* Writes `value` at `at`, which has room for ten bytes. Returns the end. */
static inline uint8_t *ol_varint_put(uint8_t *at, uint64_t value)
{
    for (; OL_UNLIKELY(value >= 0x80); value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    return at;
}

/* Reads a value between `at` and `end`. Returns what follows it, or NULL. */
OL_MUST_USE const uint8_t *ol_varint_get(
    const uint8_t *at, const uint8_t *end, uint64_t *out);

static inline uint64_t ol_varint_fold(int64_t value)
{
    return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

static inline int64_t ol_varint_unfold(uint64_t folded)
{
    return (int64_t)(folded >> 1) ^ -(int64_t)(folded & 1);
}

#endif
