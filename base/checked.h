/* checked.h - sums and products of sizes that cannot wrap unseen.
 *
 * Threads:   pure functions.
 * Errors:    false on overflow; the output is then unchanged.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_BASE_CHECKED_H
#define OL_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

/* Adds two sizes. Returns whether the sum fits, and only then stores it. */
OL_MUST_USE static inline bool ol_checked_add(size_t a, size_t b, size_t *out)
{
    size_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return false;
    *out = sum;
    return true;
}

/* Multiplies two sizes. Returns whether the product fits. */
OL_MUST_USE static inline bool ol_checked_mul(size_t a, size_t b, size_t *out)
{
    size_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) return false;
    *out = product;
    return true;
}

#endif
