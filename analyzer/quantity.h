/* quantity.h - numbers and places as people read them.
 *
 * Threads:   pure.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_QUANTITY_H
#define OL_ANALYZER_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>

enum {
    OL_QUANTITY_BYTES = 32
};

/* Writes bytes as "0 B", "208 B", "1.6 B", "3.0 KiB". Returns `out`. */
const char *ol_quantity_bytes(double bytes, char out[OL_QUANTITY_BYTES]);

/* Writes seconds as "66 us", "150 ms", "1.2 s", "40 min", "4.1 h" or
 * "9 days". Returns `out`. */
const char *ol_quantity_time(double seconds, char out[OL_QUANTITY_BYTES]);

/* Writes "f a.c:1 ◂ g b.c:2", with "<-" for the arrow if `plain`. */
void ol_quantity_place(const char *place, bool plain, char *out, size_t size);

#endif
