/* test_varint.c - numbers to bytes and back, and bytes that are no number.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trace/varint.h"

#include "tests/support/check.h"

static void check_round_trip(uint64_t value)
{
    uint8_t bytes[OL_VARINT_MAX_BYTES];
    uint64_t got = ~value;
    const uint8_t *const end = ol_varint_put(bytes, value);
    OL_CHECK(ol_varint_get(bytes, end, &got) == end);
    OL_CHECK(got == value);
    for (const uint8_t *cut = bytes; cut < end; cut++) {
        got = 7;
        OL_CHECK(ol_varint_get(bytes, cut, &got) == NULL);
        OL_CHECK_EQ(got, 7);
    }
}

OL_CASE(every_length_comes_back_and_no_prefix_does)
{
    for (unsigned shift = 0; shift < 64; shift++) {
        check_round_trip(UINT64_C(1) << shift);
        check_round_trip((UINT64_C(1) << shift) - 1);
    }
    check_round_trip(UINT64_MAX);
}

OL_CASE(small_numbers_take_one_byte)
{
    uint8_t bytes[OL_VARINT_MAX_BYTES];
    OL_CHECK_EQ(ol_varint_put(bytes, 127) - bytes, 1);
    OL_CHECK_EQ(ol_varint_put(bytes, 128) - bytes, 2);
    OL_CHECK_EQ(ol_varint_put(bytes, UINT64_MAX) - bytes, 10);
}

OL_CASE(more_than_64_bits_is_no_number)
{
    const uint8_t above[10] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
    const uint8_t endless[12] = {
        0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0};
    uint64_t got = 0;
    OL_CHECK(ol_varint_get(above, above + 10, &got) == NULL);
    OL_CHECK(ol_varint_get(endless, endless + 12, &got) == NULL);
}

OL_CASE(folding_keeps_small_magnitudes_small)
{
    const int64_t values[] = {0, -1, 1, -2, 2, INT64_MAX, INT64_MIN};
    for (unsigned i = 0; i < 7; i++) {
        const uint64_t folded = ol_varint_fold(values[i]);
        OL_CHECK_EQ(ol_varint_unfold(folded), values[i]);
        if (i < 5) OL_CHECK_EQ(folded, i);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(every_length_comes_back_and_no_prefix_does)
OL_CASES_ENTRY(small_numbers_take_one_byte)
OL_CASES_ENTRY(more_than_64_bits_is_no_number)
OL_CASES_ENTRY(folding_keeps_small_magnitudes_small)
OL_CASES_END
