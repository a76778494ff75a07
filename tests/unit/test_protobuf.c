/* test_protobuf.c - messages as the encoding's own documentation has them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/protobuf.h"

#include "tests/support/check.h"

static void check_bytes(
    const struct ol_protobuf *message, const void *expected, size_t count)
{
    OL_CHECK(!message->failed);
    OL_CHECK_EQ(message->count, count);
    OL_CHECK_EQ(memcmp(message->at, expected, count), 0);
}

OL_CASE(numbers_are_varints_and_zero_is_left_out)
{
    struct ol_protobuf message;
    ol_protobuf_init(&message);
    ol_protobuf_number(&message, 1, 150);
    ol_protobuf_number(&message, 2, 0);
    check_bytes(&message, "\x08\x96\x01", 3);
    ol_protobuf_clear(&message);
    ol_protobuf_number(&message, 16, UINT64_MAX);
    check_bytes(
        &message, "\x80\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12);
    ol_protobuf_deinit(&message);
}

OL_CASE(texts_and_messages_are_counted_bytes)
{
    struct ol_protobuf inner;
    struct ol_protobuf message;
    ol_protobuf_init(&inner);
    ol_protobuf_init(&message);
    ol_protobuf_text(&message, 2, "testing");
    check_bytes(&message, "\x12\x07testing", 9);

    ol_protobuf_clear(&message);
    ol_protobuf_number(&inner, 1, 150);
    ol_protobuf_message(&message, 3, &inner);
    ol_protobuf_text(&message, 6, "");
    check_bytes(&message, "\x1a\x03\x08\x96\x01\x32\x00", 7);
    ol_protobuf_deinit(&message);
    ol_protobuf_deinit(&inner);
}

OL_CASE(packed_numbers_keep_their_zeros)
{
    const uint64_t values[] = {3, 270, 86942, 0};
    struct ol_protobuf message;
    ol_protobuf_init(&message);
    ol_protobuf_packed(&message, 6, values, 4);
    check_bytes(&message, "\x32\x07\x03\x8e\x02\x9e\xa7\x05\x00", 9);
    ol_protobuf_deinit(&message);
}

OL_CASE(a_large_message_grows_and_keeps_its_bytes)
{
    struct ol_protobuf message;
    ol_protobuf_init(&message);
    for (int i = 0; i < 10000; i++)
        ol_protobuf_bytes(&message, 1, "0123456789", 10);
    OL_CHECK_EQ(message.count, 120000);
    const char one[] = "\x0a\x0a\x30\x31\x32\x33\x34\x35\x36\x37\x38\x39";
    for (size_t i = 0; i < message.count; i += 12)
        OL_CHECK_EQ(memcmp(message.at + i, one, 12), 0);
    ol_protobuf_deinit(&message);
}

OL_CASE(memory_that_runs_out_is_remembered)
{
    struct ol_protobuf inner;
    struct ol_protobuf message;
    ol_protobuf_init(&inner);
    ol_protobuf_init(&message);
    ol_protobuf_bytes(&inner, 1, "", SIZE_MAX);
    OL_CHECK(inner.failed);
    ol_protobuf_message(&message, 1, &inner);
    OL_CHECK(message.failed);
    ol_protobuf_deinit(&message);
    ol_protobuf_deinit(&inner);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(numbers_are_varints_and_zero_is_left_out)
OL_CASES_ENTRY(texts_and_messages_are_counted_bytes)
OL_CASES_ENTRY(packed_numbers_keep_their_zeros)
OL_CASES_ENTRY(a_large_message_grows_and_keeps_its_bytes)
OL_CASES_ENTRY(memory_that_runs_out_is_remembered)
OL_CASES_END
