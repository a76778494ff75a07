/* ehread.c - bounded reading of .eh_frame bytes; see ehread.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/ehread.h"

#include <dwarf.h>
#include <string.h>

enum {
    FORMAT_MASK = 0x0f,
    APPLICATION_MASK = 0x70,
    LEB_BITS = 7,
    LEB_MORE = 0x80,
    LEB_SIGN = 0x40,
    WORD_BITS = 64,
};

const uint8_t *ol_ehread_skip(struct ol_ehread *cursor, uint64_t bytes)
{
    const uint8_t *const at = cursor->at;
    if (bytes > (uint64_t)(cursor->end - at)) {
        cursor->at = cursor->end;
        cursor->failed = true;
        return NULL;
    }
    cursor->at = at + bytes;
    return at;
}

uint64_t ol_ehread_unsigned(struct ol_ehread *cursor, size_t bytes)
{
    const uint8_t *const at = ol_ehread_skip(cursor, bytes);
    uint64_t value = 0;
    if (at != NULL) memcpy(&value, at, bytes);
    return value;
}

int64_t ol_ehread_signed(struct ol_ehread *cursor, size_t bytes)
{
    const uint64_t value = ol_ehread_unsigned(cursor, bytes);
    const uint64_t sign = (uint64_t)1 << (8 * bytes - 1);
    return (int64_t)((value ^ sign) - sign);
}

/* Reads the groups of a LEB128 number; `out_shift` is their bits. */
static uint64_t read_groups(
    struct ol_ehread *cursor, unsigned *out_shift, uint8_t *out_last)
{
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte = LEB_MORE;
    while ((byte & LEB_MORE) != 0 && !cursor->failed) {
        byte = (uint8_t)ol_ehread_unsigned(cursor, 1);
        if (shift < WORD_BITS)
            value |= (uint64_t)(byte & (LEB_MORE - 1)) << shift;
        shift += LEB_BITS;
    }
    *out_shift = shift;
    *out_last = byte;
    return value;
}

uint64_t ol_ehread_uleb(struct ol_ehread *cursor)
{
    unsigned shift = 0;
    uint8_t last = 0;
    return read_groups(cursor, &shift, &last);
}

int64_t ol_ehread_sleb(struct ol_ehread *cursor)
{
    unsigned shift = 0;
    uint8_t last = 0;
    uint64_t value = read_groups(cursor, &shift, &last);
    if (shift < WORD_BITS && (last & LEB_SIGN) != 0)
        value |= ~(uint64_t)0 << shift;
    return (int64_t)value;
}

static uint64_t read_format(struct ol_ehread *cursor, uint8_t encoding)
{
    switch (encoding & FORMAT_MASK) {
    case DW_EH_PE_absptr:
        return ol_ehread_unsigned(cursor, sizeof(uintptr_t));
    case DW_EH_PE_uleb128:
        return ol_ehread_uleb(cursor);
    case DW_EH_PE_udata2:
        return ol_ehread_unsigned(cursor, 2);
    case DW_EH_PE_udata4:
        return ol_ehread_unsigned(cursor, 4);
    case DW_EH_PE_udata8:
        return ol_ehread_unsigned(cursor, 8);
    case DW_EH_PE_sleb128:
        return (uint64_t)ol_ehread_sleb(cursor);
    case DW_EH_PE_sdata2:
        return (uint64_t)ol_ehread_signed(cursor, 2);
    case DW_EH_PE_sdata4:
        return (uint64_t)ol_ehread_signed(cursor, 4);
    case DW_EH_PE_sdata8:
        return (uint64_t)ol_ehread_signed(cursor, 8);
    default:
        cursor->failed = true;
        return 0;
    }
}

uintptr_t ol_ehread_pointer(
    struct ol_ehread *cursor, uint8_t encoding, uintptr_t data)
{
    const uintptr_t place = (uintptr_t)cursor->at;
    const uintptr_t value = read_format(cursor, encoding);
    if ((encoding & DW_EH_PE_indirect) != 0) cursor->failed = true;
    switch (encoding & APPLICATION_MASK) {
    case DW_EH_PE_absptr:
        return value;
    case DW_EH_PE_pcrel:
        return place + value;
    case DW_EH_PE_datarel:
        return data + value;
    default:
        cursor->failed = true;
        return 0;
    }
}
