/* growth_json.c - rows to objects.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/growth_json.h"

#include <stdlib.h>

#include "analyzer/envelope.h"

const char *ol_growth_source_name(enum ol_iteration_source source)
{
    static const char *const names[] = {
        [OL_ITERATION_NONE] = "none",
        [OL_ITERATION_MARKS] = "marks",
        [OL_ITERATION_SLICES] = "time slices",
    };
    return names[source];
}

const char *ol_growth_evidence_name(enum ol_growth_evidence evidence)
{
    static const char *const names[] = {
        [OL_GROWTH_SOUND] = "sound",
        [OL_GROWTH_ADVISORY] = "advisory",
        [OL_GROWTH_TOO_SHORT] = "too short",
    };
    return names[evidence];
}

/* ---- Parts of a finding ---- */

/* The empty string is no kind, as in all JSON. */
static const char *kind_of(
    const struct ol_naming *naming, const struct ol_group *group)
{
    return ol_model_kind_name(naming->model, group->kind);
}

static json_t *frame_to_json(const struct ol_symbols_frame *frame, bool own)
{
    json_t *line = frame->line > 0 ? json_integer(frame->line) : json_null();
    return json_pack("{s:s, s:s?, s:o, s:s, s:b, s:b}", "function",
        frame->function, "file", frame->file, "line", line, "module",
        frame->module, "inlined", (int)frame->inlined, "own", (int)own);
}

/* The frame to show first is `own`. */
static json_t *stack_to_json(
    const struct ol_naming *naming, const struct ol_site_stack *stack)
{
    const size_t own = ol_site_choose(naming->book, stack).site;
    json_t *array = json_array();
    for (size_t i = 0; i < stack->count; i++)
        json_array_append_new(array, frame_to_json(&stack->at[i], i == own));
    return array;
}

static json_t *numbers_to_json(const uint64_t *value, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_integer((json_int_t)value[i]));
    return array;
}

static json_t *cohorts_to_json(const struct ol_growth_row *row)
{
    static const char format[] = "{s:I, s:I, s:I, s:o, s:o, s:o, s:o}";
    const struct ol_cohort_result *cohort = &row->cohort;
    const size_t count = (size_t)cohort->buckets;
    uint64_t *value = calloc(4 * count + 1, sizeof *value);
    if (!value) return NULL;
    const struct ol_cohort_series series = {
        .births = value,
        .survivors = value + count,
        .live = value + 2 * count,
        .live_bytes = value + 3 * count,
    };
    ol_cohorts_fill_series(&row->group->cohorts, &series);
    json_t *object =
        json_pack(format, "width", (json_int_t)cohort->width, "warmup",
            (json_int_t)cohort->warmup, "settle", (json_int_t)cohort->settle,
            "births", numbers_to_json(series.births, count), "survivors",
            numbers_to_json(series.survivors, count), "live",
            numbers_to_json(series.live, count), "live_bytes",
            numbers_to_json(series.live_bytes, count));
    free(value);
    return object;
}

static json_t *thirds_to_json(const struct ol_cohort_result *cohort)
{
    json_t *array = json_array();
    for (int i = 0; i < 3; i++) {
        const struct ol_third *third = &cohort->third[i];
        json_array_append_new(array,
            json_pack("{s:I, s:I, s:I}", "cohorts", (json_int_t)third->cohorts,
                "occupied", (json_int_t)third->occupied, "survivors",
                (json_int_t)third->survivors));
    }
    return array;
}

static json_t *sawtooth_to_json(const struct ol_sawtooth *sawtooth)
{
    if (!sawtooth->grows) return json_null();
    json_t *peaks = json_array();
    for (size_t i = 0; i < sawtooth->peak_count; i++) {
        const struct ol_peak *peak = &sawtooth->peak[i];
        json_array_append_new(peaks,
            json_pack("{s:I, s:I}", "iteration", (json_int_t)peak->iteration,
                "live", (json_int_t)peak->live));
    }
    return json_pack("{s:I, s:f, s:o}", "teeth", (json_int_t)sawtooth->teeth,
        "growth", sawtooth->growth, "peaks", peaks);
}

/* ---- A finding ---- */

/* What an iteration leaves behind; of teeth nothing stays, which is no rate
 * to show. */
static json_t *rates_to_json(const struct ol_growth_row *row)
{
    const struct ol_cohort_result *cohort = &row->cohort;
    if (row->verdict == OL_VERDICT_SAWTOOTH)
        return json_pack(
            "{s:n, s:n, s:n}", "rate", "bytes_rate", "rate_interval");
    return json_pack("{s:f, s:f, s:[f, f]}", "rate", cohort->rate, "bytes_rate",
        cohort->bytes_rate, "rate_interval", cohort->rate_interval.low,
        cohort->rate_interval.high);
}

static json_t *measures_to_json(const struct ol_cohort_result *cohort)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:f, s:o}", "count",
        (json_int_t)cohort->live, "bytes", (json_int_t)cohort->live_bytes,
        "survivors", (json_int_t)cohort->survivors, "survivor_bytes",
        (json_int_t)cohort->survivor_bytes, "occupancy", cohort->occupancy,
        "thirds", thirds_to_json(cohort));
}

/* Moves all of `from`, a new object, into `to`. Returns 0 or -1. */
static int merge(json_t *to, json_t *from)
{
    const int error = json_object_update(to, from);
    json_decref(from);
    return error;
}

static json_t *row_to_json(const struct ol_growth *growth,
    const struct ol_growth_row *row, const struct ol_naming *naming)
{
    struct ol_group_name name;
    if (ol_naming_group(naming, "growth", row->group, &name)) return NULL;
    const enum ol_severity severity = ol_growth_severity_of(growth, row);
    json_t *finding =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o}",
            "report", "growth", "verdict", ol_verdict_name(row->verdict),
            "meaning", ol_verdict_meaning(row->verdict), "severity",
            ol_severity_name(severity), "kind", kind_of(naming, row->group),
            "fingerprint", name.fingerprint, "place", name.place, "tested",
            (json_int_t)ol_growth_exposure(row), "site",
            stack_to_json(naming, &name.stack), "cohorts", cohorts_to_json(row),
            "sawtooth", sawtooth_to_json(&row->sawtooth));
    int error = merge(finding, measures_to_json(&row->cohort));
    error |= merge(finding, rates_to_json(row));
    if (!error) return finding;
    json_decref(finding);
    return NULL;
}

/* Appends a new value. Returns whether both were there. */
static bool append(json_t *array, json_t *value)
{
    return json_array_append_new(array, value) == 0;
}

json_t *ol_growth_json_findings(
    const struct ol_growth *growth, const struct ol_naming *naming)
{
    json_t *array = json_array();
    for (size_t i = 0; i < growth->count; i++) {
        const struct ol_growth_row *row = &growth->row[i];
        if (ol_verdict_severity(row->verdict) == OL_SEVERITY_NONE) continue;
        if (!append(array, row_to_json(growth, row, naming))) goto fail_row;
    }
    return array;
fail_row:
    json_decref(array);
    return NULL;
}

/* ---- The bounded ---- */

static json_t *bounded_to_json(const struct ol_growth *growth,
    const struct ol_growth_row *row, const struct ol_naming *naming)
{
    const struct ol_group *group = row->group;
    const char *owner = ol_model_kind_name(naming->model, group->owner_kind);
    json_t *object = row_to_json(growth, row, naming);
    json_object_set_new(object, "severity", json_string("none"));
    json_object_set_new(object, "owner_kind", json_string(owner));
    if (json_object_set_new(
            object, "owners", json_integer((json_int_t)group->owners)) == 0)
        return object;
    json_decref(object);
    return NULL;
}

json_t *ol_growth_json_bounded(
    const struct ol_growth *growth, const struct ol_naming *naming)
{
    json_t *array = json_array();
    for (size_t i = 0; i < growth->bounded_count; i++) {
        const struct ol_growth_row *row = &growth->bounded[i];
        if (!append(array, bounded_to_json(growth, row, naming))) goto fail_row;
    }
    return array;
fail_row:
    json_decref(array);
    return NULL;
}

/* ---- The summary ---- */

/* Only what may turn up in a comparison carries its stack. */
static json_t *entry_to_json(
    const struct ol_growth_row *row, const struct ol_naming *naming)
{
    struct ol_group_name name;
    if (ol_naming_group(naming, "growth", row->group, &name)) return NULL;
    const bool may_change =
        ol_verdict_severity(row->verdict) >= OL_SEVERITY_WARNING;
    struct ol_peak last = {0};
    if (row->sawtooth.grows)
        last = row->sawtooth.peak[row->sawtooth.peak_count - 1];
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:o}",
        "fingerprint", name.fingerprint, "kind", kind_of(naming, row->group),
        "place", name.place, "verdict", ol_verdict_name(row->verdict),
        "survivors", (json_int_t)row->cohort.survivors, "survivor_bytes",
        (json_int_t)row->cohort.survivor_bytes, "tested",
        (json_int_t)ol_growth_exposure(row), "last_peak", (json_int_t)last.live,
        "last_peak_at", (json_int_t)last.iteration, "site",
        may_change ? stack_to_json(naming, &name.stack) : json_null());
}

static json_t *entries_to_json(
    const struct ol_growth *growth, const struct ol_naming *naming)
{
    json_t *array = json_array();
    for (size_t i = 0; i < growth->count; i++) {
        if (!append(array, entry_to_json(&growth->row[i], naming)))
            goto fail_entry;
    }
    return array;
fail_entry:
    json_decref(array);
    return NULL;
}

static json_t *verdicts_to_json(const struct ol_growth *growth)
{
    json_t *object = json_object();
    for (int i = 0; i < OL_VERDICT_COUNT; i++) {
        json_object_set_new(object, ol_verdict_name((enum ol_verdict)i),
            json_integer((json_int_t)growth->verdicts[i]));
    }
    return object;
}

json_t *ol_growth_json_summary(
    const struct ol_growth *growth, const struct ol_naming *naming)
{
    static const char format[] =
        "{s:I, s:I, s:I, s:s, s:s?, s:s, s:I, s:I, s:f, s:I, s:I, s:b, s:s, "
        "s:o, s:o}";
    const struct ol_process *process = growth->process;
    const struct ol_iterations *iterations = &process->iterations;
    size_t refused = 0;
    (void)ol_model_refused(naming->model, &refused);
    const bool partial = refused > 0 || ol_model_is_partial(process);
    return json_pack(format, "pid", (json_int_t)process->pid, "iterations",
        (json_int_t)iterations->count, "tested",
        (json_int_t)(iterations->count - growth->warmup - growth->settle),
        "iteration_source", ol_growth_source_name(iterations->source), "mark",
        iterations->mark, "evidence", ol_growth_evidence_name(growth->evidence),
        "warmup", (json_int_t)growth->warmup, "settle",
        (json_int_t)growth->settle, "iterations_per_second",
        growth->iterations_per_second, "groups", (json_int_t)growth->groups,
        "lost",
        (json_int_t)(process->evidence.lost_total +
                     process->evidence.lost_chunks),
        "partial", partial, "command", process->command, "verdicts",
        verdicts_to_json(growth), "entries", entries_to_json(growth, naming));
}
