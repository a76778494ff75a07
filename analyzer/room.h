/* room.h - room for one more item in an array that doubles.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_ROOM_H
#define OL_ANALYZER_ROOM_H

#include <stddef.h>

#include "base/attributes.h"

/* Makes room for an item of `bytes` at index `count` of the array `at`, of
 * `*capacity` items. Returns the array, moved if need be, or NULL when
 * memory is out: `at` is then unchanged. */
OL_MUST_USE void *ol_room_make(
    void *at, size_t *capacity, size_t count, size_t bytes);

#endif
