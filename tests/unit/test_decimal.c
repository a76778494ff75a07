/* test_decimal.c - numbers as text and back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/decimal.h"

#include <string.h>

#include "tests/support/check.h"

OL_CASE(numbers_become_their_digits)
{
    char text[OL_DECIMAL_MAX + 1] = {0};
    *ol_decimal_put(text, 0) = 0;
    OL_CHECK_TEXT(text, "0");
    *ol_decimal_put(text, 1234567890) = 0;
    OL_CHECK_TEXT(text, "1234567890");
    *ol_decimal_put(text, UINT64_MAX) = 0;
    OL_CHECK_TEXT(text, "18446744073709551615");
}

OL_CASE(sizes_may_end_in_a_unit)
{
    uint64_t got = 0;
    OL_CHECK(ol_decimal_get("17", &got) && got == 17);
    OL_CHECK(ol_decimal_get("64K", &got) && got == 65536);
    OL_CHECK(ol_decimal_get("3M", &got) && got == 3145728);
    OL_CHECK(ol_decimal_get("2G", &got) && got == 2147483648);
}

OL_CASE(what_is_no_number_changes_nothing)
{
    static const char *const bad[] = {"", "K", "-1", "1 ", "1KB", "0x10",
        "18446744073709551616", "18446744073709551615K"};
    uint64_t got = 7;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        OL_CHECK(!ol_decimal_get(bad[i], &got));
    OL_CHECK_EQ(got, 7);
}

OL_CASE(hexadecimal_comes_back_and_nothing_else_does)
{
    static const uint8_t bytes[4] = {0x00, 0x7f, 0xa5, 0xff};
    char text[9] = {0};
    uint8_t got[4] = {0};
    *ol_decimal_put_hex(text, bytes, 4) = 0;
    OL_CHECK_TEXT(text, "007fa5ff");
    OL_CHECK(ol_decimal_get_hex(text, got, 4));
    OL_CHECK(memcmp(got, bytes, 4) == 0);
    OL_CHECK(!ol_decimal_get_hex("007fa5f", got, 4));
    OL_CHECK(!ol_decimal_get_hex("007fa5fff", got, 4));
    OL_CHECK(!ol_decimal_get_hex("007FA5FF", got, 4));
}

OL_CASES_BEGIN
OL_CASES_ENTRY(numbers_become_their_digits)
OL_CASES_ENTRY(sizes_may_end_in_a_unit)
OL_CASES_ENTRY(what_is_no_number_changes_nothing)
OL_CASES_ENTRY(hexadecimal_comes_back_and_nothing_else_does)
OL_CASES_END
