/* payload.c - the user's data that a leak drags along.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/payload.h"

#include <string.h>

#include "base/checked.h"

static const struct rt_object_type payload_type = {.kind = RT_PAYLOAD};

struct rt_payload *rt_payload_create(size_t count)
{
    size_t bytes = 0;
    if (!ol_checked_add(sizeof(struct rt_payload), count, &bytes)) return NULL;

    struct rt_payload *const payload = rt_object_create(&payload_type, bytes);
    if (!payload) return NULL;
    payload->count = count;
    memset(payload->bytes, 1, count);
    return payload;
}

struct rt_payload *rt_payload_ref(struct rt_payload *payload)
{
    return rt_object_ref(&payload->object);
}

void rt_payload_unref(struct rt_payload *payload)
{
    if (payload) rt_object_unref(&payload->object);
}

void rt_payload_drop(void *payload)
{
    rt_payload_unref(payload);
}
