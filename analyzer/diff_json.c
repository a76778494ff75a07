/* diff_json.c - entries from JSON, changes to JSON.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/diff_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- Reading ---- */

static int parse_verdict(const char *name, enum ol_verdict *out)
{
    for (int i = 0; i < OL_VERDICT_COUNT; i++) {
        if (strcmp(name, ol_verdict_name((enum ol_verdict)i)) != 0) continue;
        *out = (enum ol_verdict)i;
        return 0;
    }
    return -EBADMSG;
}

static int read_entry(json_t *object, struct ol_diff_entry *out)
{
    const char *verdict = NULL;
    json_int_t survivors = 0;
    json_int_t bytes = 0;
    json_int_t tested = 0;
    json_int_t peak = 0;
    json_int_t peak_at = 0;
    *out = (struct ol_diff_entry){0};
    if (json_unpack(object, "{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I}",
            "fingerprint", &out->fingerprint, "kind", &out->kind, "place",
            &out->place, "verdict", &verdict, "survivors", &survivors,
            "survivor_bytes", &bytes, "tested", &tested, "last_peak", &peak,
            "last_peak_at", &peak_at) != 0)
        return -EBADMSG;
    if (survivors < 0 || bytes < 0 || tested < 0 || peak < 0) return -EBADMSG;
    out->survivors = (uint64_t)survivors;
    out->survivor_bytes = (uint64_t)bytes;
    out->exposure = (double)tested;
    out->last_peak = (uint64_t)peak;
    out->last_peak_at = peak_at;
    return parse_verdict(verdict, &out->verdict);
}

static int read_entries(json_t *array, struct ol_diff_reading *out)
{
    const size_t count = json_array_size(array);
    out->entry = calloc(count + 1, sizeof *out->entry);
    if (!out->entry) return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const int error = read_entry(json_array_get(array, i), &out->entry[i]);
        if (error) return error;
        out->entry[i].index = i;
    }
    out->entries = array;
    out->side.entry = out->entry;
    out->side.count = count;
    return 0;
}

static int read_growth(
    json_t *growth, struct ol_diff_reading *out, const char **out_what)
{
    struct ol_diff_side *side = &out->side;
    const char *evidence = NULL;
    json_t *entries = NULL;
    json_int_t iterations = 0;
    json_int_t tested = 0;
    json_int_t lost = 0;
    int partial = 0;
    *out_what = "its object \"growth\" is not as the schema says";
    if (json_unpack(growth, "{s:I, s:I, s:s, s:s, s:I, s?b, s:s, s:o}",
            "iterations", &iterations, "tested", &tested, "iteration_source",
            &side->source, "evidence", &evidence, "lost", &lost, "partial",
            &partial, "command", &side->command, "entries", &entries) != 0)
        return -EBADMSG;
    if (iterations < 0 || lost < 0 || !json_is_array(entries)) return -EBADMSG;
    side->iterations = iterations;
    side->tested = tested > 0 ? tested : 0;
    side->lost = (uint64_t)lost;
    side->partial = partial || lost > 0;
    side->too_short = strcmp(evidence, "too short") == 0;
    *out_what = "an entry of \"growth\" is not as the schema says";
    return read_entries(entries, out);
}

int ol_diff_read(json_t *document, const char *name,
    struct ol_diff_reading *out, const char **out_what)
{
    *out = (struct ol_diff_reading){
        .side.name = name, .document = json_incref(document)};
    const char *schema = json_string_value(json_object_get(document, "schema"));
    json_t *growth = json_object_get(document, "growth");
    int error = -EBADMSG;
    *out_what = "it is no report of schema outlive.report/1";
    if (!schema || strcmp(schema, "outlive.report/1") != 0) goto fail_read;
    *out_what = "it has no object \"growth\"";
    if (!growth) goto fail_read;
    error = read_growth(growth, out, out_what);
    if (error) goto fail_read;
    return 0;
fail_read:
    ol_diff_reading_deinit(out);
    return error;
}

void ol_diff_reading_deinit(struct ol_diff_reading *reading)
{
    free(reading->entry);
    json_decref(reading->document);
    *reading = (struct ol_diff_reading){0};
}

/* ---- Writing ---- */

static json_t *side_to_json(const struct ol_diff_side *side)
{
    return json_pack("{s:s, s:s, s:I, s:s, s:I, s:b}", "path", side->name,
        "command", side->command, "iterations", (json_int_t)side->iterations,
        "iteration_source", side->source, "lost", (json_int_t)side->lost,
        "partial", side->partial);
}

static json_t *entry_to_json(
    const struct ol_diff_entry *entry, double rate, double bytes_rate)
{
    return json_pack("{s:s, s:s?, s:s?, s:f, s:f, s:I, s:I, s:I}", "verdict",
        ol_verdict_name(entry->verdict), "fingerprint", entry->fingerprint,
        "place", entry->place, "rate", rate, "bytes_rate", bytes_rate,
        "survivors", (json_int_t)entry->survivors, "tested",
        (json_int_t)entry->exposure, "last_peak", (json_int_t)entry->last_peak);
}

/* The stack of an entry, as its document has it. */
static json_t *site_of(
    const struct ol_diff_reading *reading, const struct ol_diff_entry *entry)
{
    json_t *object = json_array_get(reading->entries, entry->index);
    return json_object_get(object, "site");
}

static json_t *change_to_json(const struct ol_change *change,
    const struct ol_diff_reading *base, const struct ol_diff_reading *now)
{
    const struct ol_diff_entry *shown = ol_change_shown(change);
    json_t *site = site_of(shown == &change->now ? now : base, shown);
    json_t *old_entry = entry_to_json(
        &change->base, change->base_rate, change->base_bytes_rate);
    json_t *new_entry =
        entry_to_json(&change->now, change->now_rate, change->now_bytes_rate);
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:f, s:f, s:f, s:O?, s:o, s:o}",
        "change", ol_change_name(change->kind), "meaning",
        ol_change_text(change->kind), "kind", shown->kind, "place",
        shown->place, "fingerprint", shown->fingerprint, "verdict",
        ol_verdict_name(shown->verdict), "p", change->chance, "base_rate",
        change->base_rate, "new_rate", change->now_rate, "site", site, "base",
        old_entry, "new", new_entry);
}

static json_t *changes_to_json(const struct ol_diff *diff,
    const struct ol_diff_reading *base, const struct ol_diff_reading *now)
{
    json_t *array = json_array();
    for (size_t i = 0; i < diff->count; i++) {
        json_t *change = change_to_json(&diff->change[i], base, now);
        if (json_array_append_new(array, change)) goto fail_change;
    }
    return array;
fail_change:
    json_decref(array);
    return NULL;
}

static json_t *summary_to_json(const struct ol_diff *diff)
{
    json_t *object = json_object();
    for (int i = 0; i < OL_CHANGE_COUNT; i++) {
        json_object_set_new(object, ol_change_name((enum ol_change_kind)i),
            json_integer((json_int_t)diff->counts[i]));
    }
    return object;
}

json_t *ol_diff_to_json(const struct ol_diff *diff,
    const struct ol_diff_reading *base, const struct ol_diff_reading *now)
{
    json_t *notes = json_array();
    for (size_t i = 0; i < diff->note_count; i++)
        json_array_append_new(notes, json_string(diff->note[i]));
    return json_pack("{s:s, s:s, s:o, s:o, s:s?, s:o, s:o, s:o}", "schema",
        "outlive.report/1", "report", "diff", "base", side_to_json(&base->side),
        "new", side_to_json(&now->side), "refusal", diff->refusal, "summary",
        summary_to_json(diff), "changes", changes_to_json(diff, base, now),
        "notes", notes);
}
