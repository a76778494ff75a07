/* crc32c.h - the Castagnoli checksum that guards headers and records.
 *
 * Shape:     polynomial 0x1EDC6F41 reflected, initial value and final xor
 *            all ones, as in iSCSI; extending a checksum by more bytes gives
 *            the checksum of the whole.
 * Units:     bytes.
 * Threads:   any number at once; signal safe; allocates nothing.
 * Source:    RFC 3720 appendix B.4.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TRACE_CRC32C_H
#define OL_TRACE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Extends `crc` (0 to begin) by `count` bytes. Returns the new checksum. */
uint32_t ol_crc32c_extend(uint32_t crc, const void *bytes, size_t count);

/* The same by table, without the processor's instruction: for processors
 * that lack it, and for the test that compares both. */
uint32_t ol_crc32c_extend_by_table(
    uint32_t crc, const void *bytes, size_t count);

#endif
