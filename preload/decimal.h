/* decimal.h - numbers as text, without stdio.
 *
 * Threads:   pure functions; signal safe.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_DECIMAL_H
#define OL_PRELOAD_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OL_DECIMAL_MAX = 20
};

/* Writes the digits of `value`, and no NUL. Returns the end. */
char *ol_decimal_put(char *at, uint64_t value);

/* Reads digits, and a K, M or G of powers of two that may end them. Returns
 * whether `text` is such a number and nothing else. */
bool ol_decimal_get(const char *text, uint64_t *out);

/* Writes `count` bytes as hexadecimal digits, and no NUL. Returns the end. */
char *ol_decimal_put_hex(char *at, const uint8_t *bytes, size_t count);

/* Reads exactly 2 × `count` hexadecimal digits. Returns whether it could. */
bool ol_decimal_get_hex(const char *text, uint8_t *out, size_t count);

#endif
