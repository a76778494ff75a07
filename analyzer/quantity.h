/* quantity.h - numbers as people read them.
 *
 * Threads:   pure.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_QUANTITY_H
#define OL_ANALYZER_QUANTITY_H

enum {
    OL_QUANTITY_BYTES = 32
};

/* Writes bytes as "0 B", "208 B", "1.6 B", "3.0 KiB". Returns `out`. */
const char *ol_quantity_bytes(double bytes, char out[OL_QUANTITY_BYTES]);

/* Writes seconds as "0.15 s", "40 min", "4.1 h", "9 days". Returns `out`. */
const char *ol_quantity_time(double seconds, char out[OL_QUANTITY_BYTES]);

#endif
