/* payload.h - the user's data that a leak drags along.
 *
 * Shape:     a counted object followed by its bytes, all set to 1.
 * Ownership: counted; create gives the caller one reference.
 * Threads:   any; the bytes are only read once made.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PAYLOAD_H
#define OL_RUNTIME_PAYLOAD_H

#include "reference-runtime/core/object.h"

struct rt_payload {
    struct rt_object object;
    size_t count;
    unsigned char bytes[];
};

/* Makes a payload of `count` bytes. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_payload *rt_payload_create(size_t count);

/* Takes one more reference. Returns the payload. */
struct rt_payload *rt_payload_ref(struct rt_payload *payload);

/* Gives a reference back; NULL is fine. */
void rt_payload_unref(struct rt_payload *payload);

/* The same for a captured payload. */
void rt_payload_drop(void *payload);

#endif
