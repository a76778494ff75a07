/* clean.c - see clean.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/clean.h"

#include <stdbool.h>
#include <stdint.h>

static bool is_tail(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The range that the second byte must be in: no overlong forms, surrogates
 * or code points above 10FFFF. */
static bool fits_second(uint8_t first, uint8_t second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second < 0xa0;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second < 0x90;
    default:
        return true;
    }
}

/* Bytes of the character at `at`, 0 when it is none. */
static size_t measure(const uint8_t *at, size_t left)
{
    const uint8_t first = *at;
    if (first < 0x80) return first >= 0x20 && first != 0x7f;
    if (first < 0xc2 || first > 0xf4) return 0;
    size_t length = 2;
    if (first >= 0xe0) length = 3;
    if (first >= 0xf0) length = 4;
    if (left < length || !fits_second(first, at[1])) return 0;
    for (size_t i = 1; i < length; i++)
        if (!is_tail(at[i])) return 0;
    /* The control characters U+0080 to U+009F. */
    if (first == 0xc2 && at[1] < 0xa0) return 0;
    return length;
}

void ol_clean_text(char *text, size_t count)
{
    uint8_t *at = (uint8_t *)text;
    for (size_t i = 0; i < count;) {
        const size_t length = measure(at + i, count - i);
        if (length == 0) at[i] = '?';
        i += length == 0 ? 1 : length;
    }
}
