/* test_export.c - a recording's sites as other tools read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/export.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/model_build.h"
#include "tests/support/check.h"
#include "tests/support/support_trace.h"
#include "trace/varint.h"

enum {
    CHUNK = 4096
};

/* ---- A recording: two kinds, three sites of a program without a file ---- */

struct fixture {
    struct ol_trace trace;
    struct ol_model *model;
    struct ol_places *places;
    struct ol_rulebook *book;
    struct ol_naming naming;
};

static void record(struct ol_trace *trace)
{
    struct ol_trace_stream stream;
    ol_trace_begin(trace, &stream, 1, CHUNK);
    const uint32_t app = ol_trace_module(&stream, "/none/app;x", "12345678");
    const uint32_t outer = ol_trace_frame(&stream, app, 0x10);
    const uint32_t left = ol_trace_frame(&stream, app, 0x20);
    const uint32_t right = ol_trace_frame(&stream, app, 0x30);
    const uint32_t main_node = ol_trace_node(&stream, OL_ROOT_COMPLETE, outer);
    const uint32_t left_node = ol_trace_node(&stream, main_node, left);
    const uint32_t right_node = ol_trace_node(&stream, main_node, right);

    const struct ol_ref entity =
        ol_trace_malloc(&stream, 2000, left_node, 1000);
    ol_trace_say(&stream, 2100, OL_RECORD_BORN, entity, "task");
    (void)ol_trace_malloc(&stream, 3000, right_node, 300);
    const struct ol_ref gone = ol_trace_malloc(&stream, 3100, right_node, 50);
    ol_trace_free(&stream, 3200, gone);
    const struct ol_ref rootless =
        ol_trace_malloc(&stream, 3300, OL_ROOT_NONE, 7);
    ol_trace_free(&stream, 3400, rootless);
}

static void set_up(struct fixture *fixture)
{
    const struct ol_model_options options = {0};
    struct ol_damage damage;
    ol_trace_init(&fixture->trace);
    record(&fixture->trace);
    OL_CHECK_EQ(ol_model_build_bytes(fixture->trace.bytes, fixture->trace.count,
                    &options, &fixture->model, &damage),
        0);
    OL_CHECK_EQ(ol_places_create(NULL, &fixture->places), 0);
    OL_CHECK_EQ(ol_rulebook_create(&fixture->book), 0);
    fixture->naming =
        (struct ol_naming){fixture->model, fixture->places, fixture->book};
}

static void tear_down(struct fixture *fixture)
{
    ol_rulebook_destroy(fixture->book);
    ol_places_destroy(fixture->places);
    ol_model_destroy(fixture->model);
    ol_trace_deinit(&fixture->trace);
}

/* ---- Folded stacks ---- */

static void check_folded(enum ol_export_value value, const char *expected)
{
    struct fixture fixture;
    set_up(&fixture);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    OL_CHECK(out != NULL);
    OL_CHECK_EQ(
        ol_export_folded(fixture.model, 0, fixture.places, value, out), 0);
    fclose(out);
    tear_down(&fixture);
    OL_CHECK_TEXT(text, expected);
    free(text);
}

OL_CASE(folded_stacks_begin_with_the_kind_and_the_outermost_frame)
{
    check_folded(OL_EXPORT_INUSE_SPACE, "[task];app:x+0x10;app:x+0x20 1000\n"
                                        "app:x+0x10;app:x+0x30 300\n");
}

OL_CASE(each_value_has_its_own_weights_and_no_lines_of_nothing)
{
    check_folded(OL_EXPORT_INUSE_OBJECTS, "[task];app:x+0x10;app:x+0x20 1\n"
                                          "app:x+0x10;app:x+0x30 1\n");
    check_folded(OL_EXPORT_ALLOC_OBJECTS, "[task];app:x+0x10;app:x+0x20 1\n"
                                          "app:x+0x10;app:x+0x30 2\n"
                                          "(no stack) 1\n");
    check_folded(OL_EXPORT_ALLOC_SPACE, "[task];app:x+0x10;app:x+0x20 1000\n"
                                        "app:x+0x10;app:x+0x30 350\n"
                                        "(no stack) 7\n");
}

/* ---- A reader of profiles, of the encoding alone ---- */

struct field {
    uint64_t number;
    uint64_t value;       /* of a varint */
    const uint8_t *bytes; /* NULL: a varint */
    const uint8_t *end;
};

static const uint8_t *read_field(
    const uint8_t *at, const uint8_t *end, struct field *out)
{
    uint64_t tag = 0;
    *out = (struct field){0};
    at = ol_varint_get(at, end, &tag);
    if (at) at = ol_varint_get(at, end, &out->value);
    OL_CHECK(at != NULL);
    out->number = tag >> 3;
    if ((tag & 7) == 0) return at;
    OL_CHECK_EQ(tag & 7, 2);
    OL_CHECK(out->value <= (uint64_t)(end - at));
    out->bytes = at;
    out->end = at + out->value;
    return out->end;
}

/* The index-th field of a number. Returns whether there is one. */
static bool find_field(const uint8_t *at, const uint8_t *end, uint64_t number,
    size_t index, struct field *out)
{
    while (at < end) {
        at = read_field(at, end, out);
        if (out->number == number && index-- == 0) return true;
    }
    return false;
}

static uint64_t number_in(const struct field *message, uint64_t number)
{
    struct field found;
    if (!find_field(message->bytes, message->end, number, 0, &found)) return 0;
    return found.value;
}

static void check_string(
    const struct ol_protobuf *profile, uint64_t index, const char *expected)
{
    struct field text;
    OL_CHECK(
        find_field(profile->at, profile->at + profile->count, 6, index, &text));
    OL_CHECK_EQ(text.end - text.bytes, strlen(expected));
    OL_CHECK_EQ(memcmp(text.bytes, expected, strlen(expected)), 0);
}

/* The location of an id: its only line's function must have that name. */
static void check_location(const struct ol_protobuf *profile, uint64_t id,
    uint64_t address, const char *function_name)
{
    const uint8_t *end = profile->at + profile->count;
    struct field location;
    struct field line;
    struct field function;
    OL_CHECK(find_field(profile->at, end, 4, id - 1, &location));
    OL_CHECK_EQ(number_in(&location, 1), id);
    OL_CHECK_EQ(number_in(&location, 2), 1);
    OL_CHECK_EQ(number_in(&location, 3), address);
    OL_CHECK(find_field(location.bytes, location.end, 4, 0, &line));
    OL_CHECK(
        find_field(profile->at, end, 5, number_in(&line, 1) - 1, &function));
    OL_CHECK_EQ(number_in(&function, 1), number_in(&line, 1));
    check_string(profile, number_in(&function, 2), function_name);
}

static void check_packed(const struct field *message, uint64_t number,
    const uint64_t *expected, size_t count)
{
    struct field packed;
    OL_CHECK(find_field(message->bytes, message->end, number, 0, &packed));
    const uint8_t *at = packed.bytes;
    for (size_t i = 0; i < count; i++) {
        uint64_t value = 0;
        at = ol_varint_get(at, packed.end, &value);
        OL_CHECK(at != NULL);
        OL_CHECK_EQ(value, expected[i]);
    }
    OL_CHECK(at == packed.end);
}

OL_CASE(a_profile_decodes_to_what_was_recorded)
{
    struct fixture fixture;
    struct ol_protobuf profile;
    struct field found;
    set_up(&fixture);
    ol_protobuf_init(&profile);
    OL_CHECK_EQ(ol_export_pprof(fixture.model, 0, fixture.places, &profile), 0);
    const uint8_t *end = profile.at + profile.count;

    static const char *const types[] = {
        "alloc_objects", "alloc_space", "inuse_objects", "inuse_space"};
    check_string(&profile, 0, "");
    for (size_t i = 0; i < 4; i++) {
        OL_CHECK(find_field(profile.at, end, 1, i, &found));
        check_string(&profile, number_in(&found, 1), types[i]);
    }
    OL_CHECK(!find_field(profile.at, end, 1, 4, &found));

    /* The task's sample: innermost location first, labelled. */
    OL_CHECK(find_field(profile.at, end, 2, 0, &found));
    check_packed(&found, 1, (uint64_t[]){1, 2}, 2);
    check_packed(&found, 2, (uint64_t[]){1, 1000, 1, 1000}, 4);
    struct field label;
    OL_CHECK(find_field(found.bytes, found.end, 3, 0, &label));
    check_string(&profile, number_in(&label, 1), "kind");
    check_string(&profile, number_in(&label, 2), "task");
    check_location(&profile, 1, 0x20, "app;x+0x20");
    check_location(&profile, 2, 0x10, "app;x+0x10");

    OL_CHECK(find_field(profile.at, end, 2, 1, &found));
    check_packed(&found, 1, (uint64_t[]){3, 2}, 2);
    check_packed(&found, 2, (uint64_t[]){2, 350, 1, 300}, 4);
    OL_CHECK(!find_field(found.bytes, found.end, 3, 0, &label));

    OL_CHECK(find_field(profile.at, end, 3, 0, &found));
    check_string(&profile, number_in(&found, 5), "/none/app;x");
    ol_protobuf_deinit(&profile);
    tear_down(&fixture);
}

/* ---- JSON ---- */

OL_CASE(json_keeps_each_frame_once)
{
    struct fixture fixture;
    char *text = NULL;
    size_t size = 0;
    set_up(&fixture);
    FILE *out = open_memstream(&text, &size);
    OL_CHECK(out != NULL);
    OL_CHECK_EQ(ol_export_json(&fixture.naming, out), 0);
    fclose(out);
    tear_down(&fixture);

    json_t *report = json_loads(text, 0, NULL);
    free(text);
    json_t *process = json_array_get(json_object_get(report, "processes"), 0);
    json_t *groups = json_object_get(process, "groups");
    OL_CHECK_EQ(json_array_size(groups), 3);
    json_t *group = json_array_get(groups, 1);
    OL_CHECK_EQ(json_integer_value(json_object_get(group, "born_bytes")), 350);
    OL_CHECK_EQ(json_integer_value(json_object_get(group, "live")), 1);

    json_t *stack = json_object_get(group, "stack");
    json_t *frames = json_object_get(report, "frames");
    OL_CHECK_EQ(json_array_size(frames), 4);
    OL_CHECK_EQ(json_array_size(stack), 2);
    const json_int_t index = json_integer_value(json_array_get(stack, 0));
    json_t *frame = json_array_get(frames, (size_t)index);
    OL_CHECK_TEXT(
        json_string_value(json_object_get(frame, "function")), "app;x+0x30");
    json_decref(report);
}

OL_CASE(values_are_known_by_their_names)
{
    enum ol_export_value value = OL_EXPORT_ALLOC_OBJECTS;
    OL_CHECK_EQ(ol_export_value_parse("inuse_space", &value), 0);
    OL_CHECK_EQ(value, OL_EXPORT_INUSE_SPACE);
    OL_CHECK(ol_export_value_parse("inuse", &value) < 0);
    OL_CHECK_EQ(value, OL_EXPORT_INUSE_SPACE);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(folded_stacks_begin_with_the_kind_and_the_outermost_frame)
OL_CASES_ENTRY(each_value_has_its_own_weights_and_no_lines_of_nothing)
OL_CASES_ENTRY(a_profile_decodes_to_what_was_recorded)
OL_CASES_ENTRY(json_keeps_each_frame_once)
OL_CASES_ENTRY(values_are_known_by_their_names)
OL_CASES_END
