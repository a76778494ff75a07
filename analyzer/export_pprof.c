/* export_pprof.c - sites as a profile that pprof reads.
 *
 * Strings, functions and locations are numbered as they are first needed and
 * written at that moment: a message may hold its fields in any order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/export.h"
#include "analyzer/lexicon.h"
#include "analyzer/room.h"

/* Field numbers of profile.proto. */
enum {
    PROFILE_SAMPLE_TYPE = 1,
    PROFILE_SAMPLE = 2,
    PROFILE_MAPPING = 3,
    PROFILE_LOCATION = 4,
    PROFILE_FUNCTION = 5,
    PROFILE_STRING = 6,
    PROFILE_TIME_NANOS = 9,
    PROFILE_DURATION_NANOS = 10,
    PROFILE_DEFAULT_SAMPLE_TYPE = 14,
    VALUE_TYPE = 1,
    VALUE_UNIT = 2,
    SAMPLE_LOCATION = 1,
    SAMPLE_VALUE = 2,
    SAMPLE_LABEL = 3,
    LABEL_KEY = 1,
    LABEL_TEXT = 2,
    MAPPING_ID = 1,
    MAPPING_FILE = 5,
    MAPPING_BUILD_ID = 6,
    MAPPING_HAS_FUNCTIONS = 7,
    MAPPING_HAS_INLINED = 10,
    LOCATION_ID = 1,
    LOCATION_MAPPING = 2,
    LOCATION_ADDRESS = 3,
    LOCATION_LINE = 4,
    LINE_FUNCTION = 1,
    LINE_NUMBER = 2,
    FUNCTION_ID = 1,
    FUNCTION_NAME = 2,
    FUNCTION_SYSTEM_NAME = 3,
    FUNCTION_FILE = 4,
};

enum {
    KEY_BYTES = 64,
    BUILD_ID_MAX_BYTES = 64,
};

struct profile {
    const struct ol_model *model;
    struct ol_places *places;
    struct ol_protobuf *out;
    struct ol_protobuf entry; /* a message of the profile, and … */
    struct ol_protobuf inner; /* … one inside it, while they are made */
    struct ol_lexicon strings, functions, locations;
    uint64_t *location; /* owner: of the sample being made */
    size_t location_count, location_room;
    bool failed;
};

/* ---- Numbers ---- */

/* The number of a key, and whether it is new. */
static uint64_t number_of(struct profile *profile, struct ol_lexicon *lexicon,
    const char *key, bool *is_new)
{
    const size_t count = lexicon->count;
    const struct ol_name *name = ol_lexicon_keep(lexicon, key);
    *is_new = lexicon->count > count;
    if (name) return name->number;
    profile->failed = true;
    return 0;
}

static uint64_t string_of(struct profile *profile, const char *text)
{
    bool is_new = false;
    const uint64_t number =
        number_of(profile, &profile->strings, text, &is_new);
    if (is_new) ol_protobuf_text(profile->out, PROFILE_STRING, text);
    return number;
}

static uint64_t function_of(
    struct profile *profile, const struct ol_symbols_frame *frame)
{
    const uint64_t name = string_of(profile, frame->function);
    const uint64_t file = string_of(profile, frame->file ? frame->file : "");
    char key[KEY_BYTES];
    snprintf(key, sizeof key, "%" PRIu64 " %" PRIu64, name, file);

    bool is_new = false;
    const uint64_t id =
        number_of(profile, &profile->functions, key, &is_new) + 1;
    if (!is_new) return id;
    struct ol_protobuf function;
    ol_protobuf_init(&function);
    ol_protobuf_number(&function, FUNCTION_ID, id);
    ol_protobuf_number(&function, FUNCTION_NAME, name);
    ol_protobuf_number(&function, FUNCTION_SYSTEM_NAME, name);
    ol_protobuf_number(&function, FUNCTION_FILE, file);
    ol_protobuf_message(profile->out, PROFILE_FUNCTION, &function);
    ol_protobuf_deinit(&function);
    return id;
}

/* ---- Locations ---- */

static int add_location(struct profile *profile, uint64_t id)
{
    uint64_t *grown = ol_room_make(profile->location, &profile->location_room,
        profile->location_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    profile->location = grown;
    grown[profile->location_count++] = id;
    return 0;
}

static int put_location(
    struct profile *profile, const struct ol_frame *frame, uint64_t id)
{
    struct ol_symbols_frames frames;
    const int error =
        ol_places_frame(profile->places, profile->model, frame, &frames);
    if (error) return error;

    struct ol_protobuf *location = &profile->entry;
    ol_protobuf_clear(location);
    ol_protobuf_number(location, LOCATION_ID, id);
    const bool is_known = frame->module != OL_MODULE_UNKNOWN;
    ol_protobuf_number(
        location, LOCATION_MAPPING, is_known ? (uint64_t)frame->module + 1 : 0);
    ol_protobuf_number(location, LOCATION_ADDRESS, frame->address);
    for (uint32_t i = 0; i < frames.count; i++) {
        struct ol_protobuf *line = &profile->inner;
        ol_protobuf_clear(line);
        ol_protobuf_number(
            line, LINE_FUNCTION, function_of(profile, &frames.at[i]));
        ol_protobuf_number(line, LINE_NUMBER, frames.at[i].line);
        ol_protobuf_message(location, LOCATION_LINE, line);
    }
    ol_protobuf_message(profile->out, PROFILE_LOCATION, location);
    return 0;
}

static int visit_frame(struct profile *profile, const struct ol_frame *frame)
{
    char key[KEY_BYTES];
    snprintf(
        key, sizeof key, "%" PRIu32 " %" PRIx64, frame->module, frame->address);
    bool is_new = false;
    const uint64_t id =
        number_of(profile, &profile->locations, key, &is_new) + 1;
    const int error = is_new ? put_location(profile, frame, id) : 0;
    return error ? error : add_location(profile, id);
}

static int visit_stack(struct profile *profile, struct ol_stack_id stack)
{
    int error = 0;
    profile->location_count = 0;
    while (stack.index >= OL_ROOT_COUNT && !error) {
        const struct ol_stack_node *node =
            ol_model_stack(profile->model, stack);
        error = visit_frame(profile, &node->frame);
        stack = node->parent;
    }
    return error;
}

/* ---- Samples ---- */

static void put_label(
    struct profile *profile, const char *key, const char *text)
{
    struct ol_protobuf *label = &profile->inner;
    ol_protobuf_clear(label);
    ol_protobuf_number(label, LABEL_KEY, string_of(profile, key));
    ol_protobuf_number(label, LABEL_TEXT, string_of(profile, text));
    ol_protobuf_message(&profile->entry, SAMPLE_LABEL, label);
}

static int put_sample(struct profile *profile, const struct ol_group *group)
{
    const struct ol_site *site = ol_model_site(profile->model, group->site);
    const int error = visit_stack(profile, site->stack);
    if (error) return error;

    uint64_t values[OL_EXPORT_VALUE_COUNT];
    for (int i = 0; i < OL_EXPORT_VALUE_COUNT; i++)
        values[i] = ol_export_value_of(group, (enum ol_export_value)i);
    struct ol_protobuf *sample = &profile->entry;
    ol_protobuf_clear(sample);
    ol_protobuf_packed(
        sample, SAMPLE_LOCATION, profile->location, profile->location_count);
    ol_protobuf_packed(sample, SAMPLE_VALUE, values, OL_EXPORT_VALUE_COUNT);
    const char *kind = ol_model_kind_name(profile->model, group->kind);
    if (*kind) put_label(profile, "kind", kind);
    ol_protobuf_message(profile->out, PROFILE_SAMPLE, sample);
    return 0;
}

static void put_sample_types(struct profile *profile)
{
    for (int i = 0; i < OL_EXPORT_VALUE_COUNT; i++) {
        const enum ol_export_value value = (enum ol_export_value)i;
        struct ol_protobuf *type = &profile->entry;
        ol_protobuf_clear(type);
        ol_protobuf_number(
            type, VALUE_TYPE, string_of(profile, ol_export_value_name(value)));
        ol_protobuf_number(
            type, VALUE_UNIT, string_of(profile, ol_export_value_unit(value)));
        ol_protobuf_message(profile->out, PROFILE_SAMPLE_TYPE, type);
    }
    ol_protobuf_number(profile->out, PROFILE_DEFAULT_SAMPLE_TYPE,
        string_of(profile, ol_export_value_name(OL_EXPORT_INUSE_SPACE)));
}

/* ---- Mappings ---- */

static uint64_t build_id_of(
    struct profile *profile, const struct ol_module *module)
{
    char hex[2 * BUILD_ID_MAX_BYTES + 1] = "";
    size_t count = module->build_id_bytes;
    if (count > BUILD_ID_MAX_BYTES) count = BUILD_ID_MAX_BYTES;
    for (size_t i = 0; i < count; i++)
        snprintf(hex + 2 * i, 3, "%02x", module->build_id[i]);
    return string_of(profile, hex);
}

static void put_mapping(struct profile *profile, uint32_t index)
{
    const struct ol_module *module = ol_model_module(profile->model, index);
    struct ol_protobuf *mapping = &profile->entry;
    ol_protobuf_clear(mapping);
    ol_protobuf_number(mapping, MAPPING_ID, (uint64_t)index + 1);
    ol_protobuf_number(mapping, MAPPING_FILE, string_of(profile, module->path));
    ol_protobuf_number(mapping, MAPPING_BUILD_ID, build_id_of(profile, module));
    /* That names are done with: functions, files, lines, inlined calls. */
    for (uint32_t i = MAPPING_HAS_FUNCTIONS; i <= MAPPING_HAS_INLINED; i++)
        ol_protobuf_number(mapping, i, 1);
    ol_protobuf_message(profile->out, PROFILE_MAPPING, mapping);
}

/* ---- The profile ---- */

static int put_profile(
    struct profile *profile, const struct ol_process *process)
{
    string_of(profile, ""); /* string 0 */
    put_sample_types(profile);
    ol_protobuf_number(
        profile->out, PROFILE_TIME_NANOS, process->start_real_ns);
    ol_protobuf_number(
        profile->out, PROFILE_DURATION_NANOS, process->evidence.duration_ns);
    const size_t modules = ol_model_module_count(profile->model);
    for (size_t i = 0; i < modules; i++)
        put_mapping(profile, (uint32_t)i);
    for (size_t i = 0; i < process->group_count; i++) {
        if (process->group[i].blocks.born == 0) continue;
        const int error = put_sample(profile, &process->group[i]);
        if (error) return error;
    }
    return profile->failed || profile->out->failed ? -ENOMEM : 0;
}

int ol_export_pprof(const struct ol_model *model, size_t process,
    struct ol_places *places, struct ol_protobuf *out)
{
    struct profile profile = {.model = model, .places = places, .out = out};
    const int error = put_profile(&profile, ol_model_process(model, process));
    ol_protobuf_deinit(&profile.entry);
    ol_protobuf_deinit(&profile.inner);
    ol_lexicon_deinit(&profile.strings);
    ol_lexicon_deinit(&profile.functions);
    ol_lexicon_deinit(&profile.locations);
    free(profile.location);
    return error;
}
