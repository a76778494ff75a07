/* test_quantity.c - numbers as people read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/quantity.h"

#include "tests/support/check.h"

OL_CASE(bytes_have_the_unit_that_fits)
{
    char out[OL_QUANTITY_BYTES];
    OL_CHECK_TEXT(ol_quantity_bytes(0, out), "0 B");
    OL_CHECK_TEXT(ol_quantity_bytes(1.6, out), "1.6 B");
    OL_CHECK_TEXT(ol_quantity_bytes(8, out), "8 B");
    OL_CHECK_TEXT(ol_quantity_bytes(208, out), "208 B");
    OL_CHECK_TEXT(ol_quantity_bytes(1023, out), "1023 B");
    OL_CHECK_TEXT(ol_quantity_bytes(1024, out), "1.0 KiB");
    OL_CHECK_TEXT(ol_quantity_bytes(3.5 * 1048576, out), "3.5 MiB");
    OL_CHECK_TEXT(ol_quantity_bytes(5e18, out), "4547473.5 TiB");
}

OL_CASE(times_have_the_unit_that_fits)
{
    char out[OL_QUANTITY_BYTES];
    OL_CHECK_TEXT(ol_quantity_time(6.58e-5, out), "65.8 us");
    OL_CHECK_TEXT(ol_quantity_time(0.1504, out), "150 ms");
    OL_CHECK_TEXT(ol_quantity_time(1, out), "1 s");
    OL_CHECK_TEXT(ol_quantity_time(119, out), "119 s");
    OL_CHECK_TEXT(ol_quantity_time(2400, out), "40 min");
    OL_CHECK_TEXT(ol_quantity_time(14760, out), "4.1 h");
    OL_CHECK_TEXT(ol_quantity_time(777600, out), "9 days");
}

OL_CASE(plain_places_have_a_plain_arrow)
{
    char out[32];
    ol_quantity_place("f a.c:1 ◂ g b.c:2 ◂ h", true, out, sizeof out);
    OL_CHECK_TEXT(out, "f a.c:1 <- g b.c:2 <- h");
    ol_quantity_place("f a.c:1 ◂ g", false, out, sizeof out);
    OL_CHECK_TEXT(out, "f a.c:1 ◂ g");
    ol_quantity_place("f a.c:1 ◂ g", true, out, 10);
    OL_CHECK_TEXT(out, "f a.c:1 ");
    ol_quantity_place("f a.c:1 ◂ g", true, out, 11);
    OL_CHECK_TEXT(out, "f a.c:1 <-");
}

OL_CASES_BEGIN
OL_CASES_ENTRY(plain_places_have_a_plain_arrow)
OL_CASES_ENTRY(bytes_have_the_unit_that_fits)
OL_CASES_ENTRY(times_have_the_unit_that_fits)
OL_CASES_END
