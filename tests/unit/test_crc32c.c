/* test_crc32c.c - the checksum against its published value and itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trace/crc32c.h"

#include "tests/support/check.h"

OL_CASE(nine_digits_give_the_published_value)
{
    OL_CHECK_EQ(ol_crc32c_extend(0, "123456789", 9), 0xe3069283);
    OL_CHECK_EQ(ol_crc32c_extend_by_table(0, "123456789", 9), 0xe3069283);
}

OL_CASE(extending_by_parts_gives_the_checksum_of_the_whole)
{
    uint8_t bytes[257];
    for (unsigned i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 37 + 11);
    const uint32_t whole = ol_crc32c_extend(0, bytes, sizeof(bytes));
    for (size_t cut = 0; cut <= sizeof(bytes); cut++) {
        const uint32_t head = ol_crc32c_extend(0, bytes, cut);
        const uint32_t both =
            ol_crc32c_extend_by_table(head, bytes + cut, sizeof(bytes) - cut);
        OL_CHECK_EQ(both, whole);
    }
}

OL_CASE(every_single_bit_counts)
{
    uint8_t bytes[64] = {0};
    const uint32_t plain = ol_crc32c_extend(0, bytes, sizeof(bytes));
    for (unsigned bit = 0; bit < sizeof(bytes) * 8; bit++) {
        bytes[bit / 8] = (uint8_t)(1U << (bit % 8));
        OL_CHECK(ol_crc32c_extend(0, bytes, sizeof(bytes)) != plain);
        bytes[bit / 8] = 0;
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(nine_digits_give_the_published_value)
OL_CASES_ENTRY(extending_by_parts_gives_the_checksum_of_the_whole)
OL_CASES_ENTRY(every_single_bit_counts)
OL_CASES_END
