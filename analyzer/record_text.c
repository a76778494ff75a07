/* record_text.c - see record_text.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/record_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "analyzer/clean.h"

enum {
    TEXT_MAX = 200, /* of bytes shown as text */
    HEX_MAX = 32,
};

uint64_t ol_record_text_ticks(
    const struct ol_record_context *where, const struct ol_record *record)
{
    const uint64_t start = where->header->start_tick;
    return record->tick > start ? record->tick - start : 0;
}

void ol_record_text_next_name(const char **names, char *out, size_t size)
{
    const size_t length = strcspn(*names, " ");
    snprintf(out, size, "%.*s", (int)length, *names);
    *names += length;
    *names += strspn(*names, " ");
}

static void print_ref(FILE *to, const struct ol_ref *ref)
{
    if (ref->form == OL_REF_NONE) fputs("-", to);
    if (ref->form == OL_REF_ADDRESS) fprintf(to, "0x%" PRIx64, ref->number);
    if (ref->form != OL_REF_BLOCK) return;
    fprintf(to, "%" PRIu32 ":%" PRIu64, ref->stream, ref->number);
    if (ref->offset != 0) fprintf(to, "+%" PRIu64, ref->offset);
}

static void print_bytes(FILE *to, const struct ol_bytes *bytes)
{
    char text[TEXT_MAX];
    const size_t count = bytes->count < TEXT_MAX ? bytes->count : TEXT_MAX;
    bool readable = true;
    for (size_t i = 0; i < count; i++)
        readable &= bytes->at[i] == 0 || bytes->at[i] >= 0x20;
    if (!readable) {
        for (size_t i = 0; i < count && i < HEX_MAX; i++)
            fprintf(to, "%02x", bytes->at[i]);
        if (bytes->count > HEX_MAX) fputs("...", to);
        return;
    }
    if (count > 0) memcpy(text, bytes->at, count);
    for (size_t i = 0; i < count; i++)
        if (text[i] == 0) text[i] = ' ';
    ol_clean_text(text, count);
    fprintf(
        to, "\"%.*s\"%s", (int)count, text, bytes->count > count ? "..." : "");
}

/* A record of form 0, field by field. */
static void print_fields(FILE *to, const struct ol_record_context *where,
    const struct ol_record *record)
{
    const char *names = ol_record_field_names(record->type);
    const struct ol_ref *ref = record->ref;
    const uint64_t *value = record->value;
    const struct ol_bytes *bytes = record->bytes;
    for (const char *f = ol_record_fields(record->type); *f; f++) {
        char name[32];
        if (*f == 't') continue;
        ol_record_text_next_name(&names, name, sizeof name);
        fprintf(to, "  %s ", name);
        if (*f == 'r')
            print_ref(to, ref++);
        else if (*f == 'b')
            print_bytes(to, bytes++);
        else if (*f == 's') {
            fprintf(to, "\"%s\"",
                where->tables
                    ->string[ol_tables_string(where->scope, *value++)]);
        } else if (*f == 'i') {
            fprintf(to, "%" PRId64, (int64_t)*value++);
        } else {
            fprintf(to, "%" PRIu64, *value++);
        }
    }
}

static void print_alloc(FILE *to, const struct ol_record_context *where,
    const struct ol_record *record)
{
    fprintf(to, "  %" PRIu32 ":%" PRIu64 "  %" PRIu64 " bytes  stack %" PRIu64,
        where->after->stream, record->value[OL_VALUE_NUMBER],
        record->value[OL_VALUE_BYTES], record->value[OL_VALUE_STACK]);
    if (record->type == OL_RECORD_ALIGNED)
        fprintf(to, "  align %" PRIu64,
            UINT64_C(1) << (record->value[OL_VALUE_ALIGNED] & 63));
}

void ol_record_text_print(FILE *to, const struct ol_record_context *where,
    const struct ol_record *record)
{
    const char *name = ol_record_name(record->type);
    const uint64_t ticks = ol_record_text_ticks(where, record);
    fprintf(to, "%14" PRIu64 " %4" PRIu32 "  %-12s", ticks,
        where->after->stream, name ? name : "unknown");
    if (record->type >= OL_RECORD_MALLOC && record->type <= OL_RECORD_ALIGNED) {
        print_alloc(to, where, record);
    } else if (record->type == OL_RECORD_FREE ||
               record->type == OL_RECORD_RELEASE) {
        fputs("  ", to);
        print_ref(to, &record->ref[0]);
    } else if (record->type == OL_RECORD_NODE) {
        fprintf(to, "  %" PRIu64 "  parent %" PRIu64 "  frame %" PRIu64,
            record->value[OL_VALUE_NODE], record->value[OL_VALUE_PARENT],
            record->value[OL_VALUE_FRAME]);
    } else if (ol_record_fields(record->type)) {
        print_fields(to, where, record);
    } else {
        fprintf(to, "  type %" PRIu32, record->type);
    }
    fputs("\n", to);
}
