/* decimal.c - see decimal.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/decimal.h"

char *ol_decimal_put(char *at, uint64_t value)
{
    char digits[OL_DECIMAL_MAX];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    while (count > 0)
        *at++ = digits[--count];
    return at;
}

bool ol_decimal_get(const char *text, uint64_t *out)
{
    uint64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_add_overflow(value, (uint64_t)(*at - '0'), &value))
            return false;
    }
    if (at == text) return false;
    unsigned shift = 0;
    if (*at == 'K') shift = 10;
    if (*at == 'M') shift = 20;
    if (*at == 'G') shift = 30;
    if (shift != 0) at++;
    if (*at != 0 || value << shift >> shift != value) return false;
    *out = value << shift;
    return true;
}

char *ol_decimal_put_hex(char *at, const uint8_t *bytes, size_t count)
{
    static const char digit[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        *at++ = digit[bytes[i] >> 4];
        *at++ = digit[bytes[i] & 15];
    }
    return at;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool ol_decimal_get_hex(const char *text, uint8_t *out, size_t count)
{
    for (size_t i = 0; i < 2 * count; i++)
        if (hex_value(text[i]) < 0) return false;
    if (text[2 * count] != 0) return false;
    for (size_t i = 0; i < count; i++)
        out[i] =
            (uint8_t)(16 * hex_value(text[2 * i]) + hex_value(text[2 * i + 1]));
    return true;
}
