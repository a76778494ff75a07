/* room.c - room for one more item in an array that doubles.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/room.h"

#include <stdlib.h>

#include "base/checked.h"

enum {
    FIRST_CAPACITY = 16
};

void *ol_room_make(void *at, size_t *capacity, size_t count, size_t bytes)
{
    if (count < *capacity) return at;

    size_t wanted = FIRST_CAPACITY;
    size_t size = 0;
    if (*capacity && !ol_checked_mul(*capacity, 2, &wanted)) return NULL;
    if (!ol_checked_mul(wanted, bytes, &size)) return NULL;

    void *grown = realloc(at, size);
    if (grown) *capacity = wanted;
    return grown;
}
