/* protobuf.c - messages in the encoding of Protocol Buffers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/protobuf.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "trace/varint.h"

enum {
    WIRE_VARINT = 0,
    WIRE_BYTES = 2,
    FIRST_ROOM = 256,
};

void ol_protobuf_init(struct ol_protobuf *message)
{
    *message = (struct ol_protobuf){0};
}

void ol_protobuf_deinit(struct ol_protobuf *message)
{
    free(message->at);
    ol_protobuf_init(message);
}

void ol_protobuf_clear(struct ol_protobuf *message)
{
    message->count = 0;
}

/* ---- Room ---- */

static bool reserve(struct ol_protobuf *message, size_t extra)
{
    size_t wanted = 0;
    if (message->failed) return false;
    if (ol_checked_add(message->count, extra, &wanted)) {
        if (message->at && wanted <= message->room) return true;
        size_t room = message->room ? message->room : FIRST_ROOM;
        while (room < wanted && ol_checked_mul(room, 2, &room))
            continue;
        uint8_t *grown = room < wanted ? NULL : realloc(message->at, room);
        if (grown) {
            message->at = grown;
            message->room = room;
            return true;
        }
    }
    message->failed = true;
    return false;
}

static void put_varint(struct ol_protobuf *message, uint64_t value)
{
    if (!reserve(message, OL_VARINT_MAX_BYTES)) return;
    uint8_t *end = ol_varint_put(message->at + message->count, value);
    message->count = (size_t)(end - message->at);
}

static void put_tag(struct ol_protobuf *message, uint32_t field, uint32_t wire)
{
    put_varint(message, (uint64_t)field << 3 | wire);
}

/* ---- Fields ---- */

void ol_protobuf_number(
    struct ol_protobuf *message, uint32_t field, uint64_t value)
{
    if (value == 0) return;
    put_tag(message, field, WIRE_VARINT);
    put_varint(message, value);
}

void ol_protobuf_bytes(struct ol_protobuf *message, uint32_t field,
    const void *bytes, size_t count)
{
    put_tag(message, field, WIRE_BYTES);
    put_varint(message, count);
    if (count == 0 || !reserve(message, count)) return;
    memcpy(message->at + message->count, bytes, count);
    message->count += count;
}

void ol_protobuf_text(
    struct ol_protobuf *message, uint32_t field, const char *text)
{
    ol_protobuf_bytes(message, field, text, strlen(text));
}

void ol_protobuf_message(struct ol_protobuf *message, uint32_t field,
    const struct ol_protobuf *inner)
{
    if (inner->failed) message->failed = true;
    ol_protobuf_bytes(message, field, inner->at, inner->count);
}

void ol_protobuf_packed(struct ol_protobuf *message, uint32_t field,
    const uint64_t *values, size_t count)
{
    struct ol_protobuf packed;
    ol_protobuf_init(&packed);
    for (size_t i = 0; i < count; i++)
        put_varint(&packed, values[i]);
    ol_protobuf_message(message, field, &packed);
    ol_protobuf_deinit(&packed);
}
