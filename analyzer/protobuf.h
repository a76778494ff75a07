/* protobuf.h - messages in the encoding of Protocol Buffers.
 *
 * Shape:     a message is the bytes of its fields, each a tag (number << 3 |
 *            wire type) and a varint or counted bytes. A message inside
 *            another is counted bytes. Fields of value 0 are left out, as
 *            the encoding has it.
 * Ownership: the caller's storage; the bytes inside are owned by it.
 * Threads:   one at a time.
 * Errors:    memory that runs out is remembered: `failed` is then set, and
 *            the bytes are not to be used.
 * Source:    https://protobuf.dev/programming-guides/encoding/
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_PROTOBUF_H
#define OL_ANALYZER_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ol_protobuf {
    uint8_t *at; /* owner */
    size_t count, room;
    bool failed;
};

void ol_protobuf_init(struct ol_protobuf *message);
void ol_protobuf_deinit(struct ol_protobuf *message);

/* Empties a message, keeping its room. */
void ol_protobuf_clear(struct ol_protobuf *message);

/* Each adds one field. */
void ol_protobuf_number(
    struct ol_protobuf *message, uint32_t field, uint64_t value);
void ol_protobuf_bytes(struct ol_protobuf *message, uint32_t field,
    const void *bytes, size_t count);
void ol_protobuf_text(
    struct ol_protobuf *message, uint32_t field, const char *text);
void ol_protobuf_message(struct ol_protobuf *message, uint32_t field,
    const struct ol_protobuf *inner);

/* Adds all numbers as one packed field. */
void ol_protobuf_packed(struct ol_protobuf *message, uint32_t field,
    const uint64_t *values, size_t count);

#endif
