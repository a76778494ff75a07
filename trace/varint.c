/* varint.c - reading, the side that meets hostile bytes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trace/varint.h"

const uint8_t *ol_varint_get(
    const uint8_t *at, const uint8_t *end, uint64_t *out)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at < end; shift += 7) {
        const uint8_t byte = *at++;
        const uint64_t group = byte & 0x7f;
        if (shift == 63 && group > 1) return NULL;
        value |= group << shift;
        if (byte < 0x80) {
            *out = value;
            return at;
        }
    }
    return NULL;
}
