/* test_diff_json.c - documents that are sides, and those that are not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/diff_json.h"

#include <errno.h>

#include "tests/support/check.h"

#define ENTRY                                                       \
    "{\"fingerprint\":\"4f1c\",\"kind\":\"closure\",\"place\":\"f " \
    "a.c:1\",\"verdict\":\"STEADY\",\"survivors\":200,"             \
    "\"survivor_bytes\":9600,\"tested\":50,\"last_peak\":0,"        \
    "\"last_peak_at\":0,\"site\":[{\"function\":\"f\"}]}"
#define DOCUMENT(schema, entries)                                             \
    "{\"schema\":\"" schema "\",\"growth\":{\"iterations\":64,\"tested\":50," \
    "\"iteration_source\":\"marks\",\"evidence\":\"sound\",\"lost\":0,"       \
    "\"command\":\"server\",\"entries\":[" entries "]}}"

static int read_text(const char *text, struct ol_diff_reading *out)
{
    const char *what = NULL;
    json_t *document = json_loads(text, 0, NULL);
    OL_CHECK(document != NULL);
    const int error = ol_diff_read(document, "x.json", out, &what);
    json_decref(document);
    if (error == -EBADMSG) OL_CHECK(what != NULL);
    return error;
}

OL_CASE(a_report_is_a_side)
{
    struct ol_diff_reading reading;
    OL_CHECK_EQ(read_text(DOCUMENT("outlive.report/1", ENTRY), &reading), 0);
    OL_CHECK_EQ(reading.side.count, 1);
    OL_CHECK_EQ(reading.side.iterations, 64);
    OL_CHECK(!reading.side.too_short);
    OL_CHECK_TEXT(reading.side.command, "server");
    const struct ol_diff_entry *entry = &reading.side.entry[0];
    OL_CHECK_TEXT(entry->fingerprint, "4f1c");
    OL_CHECK_TEXT(entry->kind, "closure");
    OL_CHECK_EQ(entry->verdict, OL_VERDICT_STEADY);
    OL_CHECK_EQ(entry->survivors, 200);
    OL_CHECK(entry->exposure == 50);
    ol_diff_reading_deinit(&reading);
}

OL_CASE(what_is_no_report_is_refused)
{
    struct ol_diff_reading reading;
    const char *const texts[] = {"[]", "{}", "{\"schema\":1}",
        "{\"schema\":\"outlive.report/1\"}",
        "{\"schema\":\"outlive.report/1\",\"growth\":3}",
        DOCUMENT("outlive.report/2", ENTRY), DOCUMENT("outlive.report/1", "3"),
        DOCUMENT("outlive.report/1", ENTRY ",{}")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        OL_CHECK_EQ(read_text(texts[i], &reading), -EBADMSG);
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

OL_CASE(a_comparison_is_written_with_both_sides)
{
    struct ol_diff_reading base;
    struct ol_diff_reading now;
    struct ol_diff diff;
    OL_CHECK_EQ(read_text(DOCUMENT("outlive.report/1", ENTRY), &base), 0);
    OL_CHECK_EQ(read_text(DOCUMENT("outlive.report/1", ""), &now), 0);
    OL_CHECK_EQ(ol_diff_create(&base.side, &now.side, &diff), 0);
    json_t *document = ol_diff_to_json(&diff, &base, &now);
    OL_CHECK_TEXT(text_at(document, "report"), "diff");
    OL_CHECK_EQ(json_array_size(json_object_get(document, "changes")), 1);
    const json_t *change =
        json_array_get(json_object_get(document, "changes"), 0);
    OL_CHECK_TEXT(text_at(change, "change"), "FIXED");
    OL_CHECK_TEXT(text_at(change, "fingerprint"), "4f1c");
    const json_t *rate =
        json_object_get(json_object_get(change, "base"), "rate");
    OL_CHECK(json_real_value(rate) == 4);
    OL_CHECK(json_real_value(json_object_get(change, "base_rate")) == 4);
    OL_CHECK(json_real_value(json_object_get(change, "new_rate")) == 0);
    OL_CHECK_EQ(json_array_size(json_object_get(change, "site")), 1);
    const json_t *summary = json_object_get(document, "summary");
    OL_CHECK_EQ(json_integer_value(json_object_get(summary, "FIXED")), 1);
    json_decref(document);
    ol_diff_deinit(&diff);
    ol_diff_reading_deinit(&base);
    ol_diff_reading_deinit(&now);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_report_is_a_side)
OL_CASES_ENTRY(what_is_no_report_is_refused)
OL_CASES_ENTRY(a_comparison_is_written_with_both_sides)
OL_CASES_END
