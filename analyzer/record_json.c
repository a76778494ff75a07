/* record_json.c - see record_json.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/record_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/clean.h"

/* {"block": [stream, number], "offset"}, {"address"} or null. */
static json_t *ref_to_json(const struct ol_ref *ref)
{
    if (ref->form == OL_REF_NONE) return json_null();
    if (ref->form == OL_REF_ADDRESS)
        return json_pack("{s:I}", "address", (json_int_t)ref->number);
    return json_pack("{s:[I,I], s:I}", "block", (json_int_t)ref->stream,
        (json_int_t)ref->number, "offset", (json_int_t)ref->offset);
}

/* Text as it is, other bytes in hexadecimal. */
static json_t *bytes_to_json(const struct ol_bytes *bytes, bool text)
{
    char *copy = malloc(2 * bytes->count + 1);
    if (!copy) return NULL;
    json_t *json = NULL;
    if (text) {
        if (bytes->count > 0) memcpy(copy, bytes->at, bytes->count);
        for (size_t i = 0; i < bytes->count; i++)
            if (copy[i] == 0) copy[i] = ' ';
        ol_clean_text(copy, bytes->count);
        json = json_stringn(copy, bytes->count);
    } else {
        for (size_t i = 0; i < bytes->count; i++)
            snprintf(copy + 2 * i, 3, "%02x", bytes->at[i]);
        json = json_stringn(copy, 2 * bytes->count);
    }
    free(copy);
    return json;
}

static bool is_text(const char *name)
{
    return strcmp(name, "build_id") != 0 && strcmp(name, "segments") != 0;
}

static void add_fields(json_t *object, const struct ol_record_context *where,
    const struct ol_record *record)
{
    const char *names = ol_record_field_names(record->type);
    const struct ol_ref *ref = record->ref;
    const uint64_t *value = record->value;
    const struct ol_bytes *bytes = record->bytes;
    for (const char *f = ol_record_fields(record->type); *f; f++) {
        char name[32];
        json_t *field = NULL;
        if (*f == 't') continue;
        ol_record_text_next_name(&names, name, sizeof name);
        if (*f == 'r')
            field = ref_to_json(ref++);
        else if (*f == 'b')
            field = bytes_to_json(bytes++, is_text(name));
        else if (*f == 's') {
            field = json_string(
                where->tables
                    ->string[ol_tables_string(where->scope, *value++)]);
        } else {
            field = json_integer((json_int_t)*value++);
        }
        json_object_set_new(object, name, field);
    }
}

static void add_alloc(json_t *object, const struct ol_record_context *where,
    const struct ol_record *record)
{
    const struct ol_ref block = {
        OL_REF_BLOCK, where->after->stream, record->value[OL_VALUE_NUMBER], 0};
    json_object_set_new(object, "block", ref_to_json(&block));
    json_object_set_new(object, "bytes",
        json_integer((json_int_t)record->value[OL_VALUE_BYTES]));
    json_object_set_new(object, "stack",
        json_integer((json_int_t)record->value[OL_VALUE_STACK]));
}

json_t *ol_record_json(
    const struct ol_record_context *where, const struct ol_record *record)
{
    const char *name = ol_record_name(record->type);
    json_t *object = json_pack("{s:I, s:i, s:s, s:i}", "ticks",
        (json_int_t)ol_record_text_ticks(where, record), "pid",
        (int)where->header->pid, "type", name ? name : "unknown", "stream",
        (int)where->after->stream);
    if (!object) return NULL;
    if (record->type >= OL_RECORD_MALLOC && record->type <= OL_RECORD_ALIGNED)
        add_alloc(object, where, record);
    else if (record->type == OL_RECORD_FREE ||
             record->type == OL_RECORD_RELEASE)
        json_object_set_new(object, "block", ref_to_json(&record->ref[0]));
    else if (record->type == OL_RECORD_NODE) {
        json_object_update_new(
            object, json_pack("{s:I, s:I, s:I}", "node",
                        (json_int_t)record->value[OL_VALUE_NODE], "parent",
                        (json_int_t)record->value[OL_VALUE_PARENT], "frame",
                        (json_int_t)record->value[OL_VALUE_FRAME]));
    } else if (ol_record_fields(record->type)) {
        add_fields(object, where, record);
    }
    return object;
}
