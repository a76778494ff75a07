/* test_cmd_diff_text.c - what a comparison looks like.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/cmd_diff_text.h"

#include <errno.h>
#include <stdlib.h>

#include "tests/support/check.h"

static const struct ol_diff_entry leak = {.fingerprint = "4f1c09ab22d1e8c0",
    .kind = "closure",
    .place = "pond_submit pond.c:214 ◂ round gated.c:88",
    .verdict = OL_VERDICT_STEADY,
    .survivors = 200,
    .survivor_bytes = 9600,
    .exposure = 50};

static struct ol_diff_side side(
    const char *name, const struct ol_diff_entry *entry)
{
    return (struct ol_diff_side){.name = name,
        .command = "rt-run pond/gated",
        .source = "marks",
        .iterations = 64,
        .tested = 50,
        .entry = entry,
        .count = entry != NULL};
}

static char *print(
    const struct ol_diff_side *base, const struct ol_diff_side *now, bool plain)
{
    struct ol_diff diff;
    const int error = ol_diff_create(base, now, &diff);
    OL_CHECK(error == 0 || error == -EDOM);
    const struct ol_diff_view view = {base, now, 10, plain};
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    OL_CHECK(to != NULL);
    ol_diff_print(to, &diff, &view);
    OL_CHECK_EQ(fclose(to), 0);
    ol_diff_deinit(&diff);
    return text;
}

OL_CASE(a_repaired_leak_reads_fixed)
{
    const struct ol_diff_side base = side("old.olt", &leak);
    const struct ol_diff_side now = side("new.olt", NULL);
    char *text = print(&base, &now, true);
    OL_CHECK_TEXT(text,
        "DIFF  1 fixed\n"
        "      base  old.olt  (64 iterations by marks)  rt-run pond/gated\n"
        "      new   new.olt  (64 iterations by marks)  rt-run pond/gated\n"
        "\n"
        " change     rate/iter             bytes/iter              "
        "kind             fingerprint\n"
        " FIXED      4.00 -> 0.00          192 B -> 0 B            "
        "closure          4f1c09ab22d1e8c0\n"
        "   born at  pond_submit pond.c:214 <- round gated.c:88\n"
        "            does not grow any more; STEADY -> NONE; by chance: "
        "p = 1.2e-60\n");
    free(text);
}

OL_CASE(nothing_on_either_side_is_said)
{
    const struct ol_diff_side base = side("old.olt", NULL);
    char *text = print(&base, &base, false);
    OL_CHECK(strstr(text, "DIFF  nothing grows in either\n") == text);
    free(text);
}

OL_CASE(a_refusal_gives_its_reason)
{
    const struct ol_diff_side base = side("old.olt", &leak);
    struct ol_diff_side now = base;
    now.source = "time slices";
    char *text = print(&base, &now, false);
    OL_CHECK(strstr(text, "DIFF  no comparison\n") == text);
    OL_CHECK(strstr(text, "\nNot comparable: iterations are marks in one"));
    free(text);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_repaired_leak_reads_fixed)
OL_CASES_ENTRY(nothing_on_either_side_is_said)
OL_CASES_ENTRY(a_refusal_gives_its_reason)
OL_CASES_END
