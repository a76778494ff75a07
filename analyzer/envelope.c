/* envelope.c - see envelope.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/envelope.h"

#include <errno.h>
#include <string.h>

static const char *const end_name[OL_END_COUNT] = {
    [OL_END_NONE] = "killed",
    [OL_END_EXIT] = "exit",
    [OL_END_EXIT_NOW] = "_exit",
    [OL_END_QUICK_EXIT] = "quick_exit",
    [OL_END_EXEC] = "exec",
    [OL_END_ABORT] = "abort",
    [OL_END_SIGNAL] = "signal",
    [OL_END_STOPPED] = "stopped",
};

const char *ol_envelope_end_name(enum ol_end end)
{
    return end_name[end];
}

static const char *source_name(enum ol_iteration_source source)
{
    if (source == OL_ITERATION_MARKS) return "marks";
    return source == OL_ITERATION_SLICES ? "time slices" : "none";
}

/* ---- Evidence ---- */

static json_t *make_lost(const struct ol_evidence *evidence)
{
    static const char *const name[OL_LOST_COUNT] = {
        [OL_LOST_DISK_FULL] = "disk_full",
        [OL_LOST_LIMIT] = "limit",
        [OL_LOST_MEMORY] = "memory",
        [OL_LOST_NESTED] = "nested",
        [OL_LOST_EARLY] = "early",
        [OL_LOST_COLLISION] = "collision",
        [OL_LOST_RANGE] = "range",
        [OL_LOST_ACCESS] = "access",
    };
    json_t *lost = json_object();
    for (size_t i = 0; i < OL_LOST_COUNT; i++) {
        if (evidence->lost[i] > 0)
            json_object_set_new(
                lost, name[i], json_integer((json_int_t)evidence->lost[i]));
    }
    return lost;
}

static void add_damage(json_t *to, const struct ol_damage *damage, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(
            to, json_pack("{s:s, s:I, s:s}", "file", damage[i].file, "byte",
                    (json_int_t)damage[i].byte, "what", damage[i].what));
    }
}

static json_t *make_damage(const struct ol_model *model)
{
    json_t *damage = json_array();
    size_t refused_count = 0;
    const struct ol_damage *refused = ol_model_refused(model, &refused_count);
    for (size_t i = 0; i < ol_model_process_count(model); i++) {
        const struct ol_process *process = ol_model_process(model, i);
        add_damage(damage, process->damage, process->damage_count);
    }
    add_damage(damage, refused, refused_count);
    return damage;
}

static json_t *make_counts(const struct ol_evidence *evidence)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
        "events", (json_int_t)evidence->events, "allocs",
        (json_int_t)evidence->allocs, "frees", (json_int_t)evidence->frees,
        "reallocs", (json_int_t)evidence->reallocs, "foreign_frees",
        (json_int_t)evidence->foreign_frees, "inherited_frees",
        (json_int_t)evidence->inherited_frees, "stray_frees",
        (json_int_t)evidence->stray_frees, "annotations",
        (json_int_t)evidence->annotations, "lost",
        (json_int_t)evidence->lost_total, "lost_chunks",
        (json_int_t)evidence->lost_chunks, "lost_allocs",
        (json_int_t)evidence->lost_allocs);
}

static json_t *make_size(const struct ol_evidence *evidence)
{
    const double each = evidence->events > 0 ? (double)evidence->trace_bytes /
                                                   (double)evidence->events
                                             : 0;
    return json_pack("{s:I, s:f, s:i, s:i, s:I, s:I, s:I}", "trace_bytes",
        (json_int_t)evidence->trace_bytes, "bytes_per_event", each, "streams",
        (int)evidence->streams, "threads", (int)evidence->threads,
        "truncated_stacks", (json_int_t)evidence->truncated_stacks,
        "guessed_stacks", (json_int_t)evidence->guessed_stacks,
        "missing_stacks", (json_int_t)evidence->missing_stacks);
}

static json_t *make_end(const struct ol_process *process)
{
    const struct ol_iterations *iterations = &process->iterations;
    return json_pack("{s:s, s:i, s:I, s:s, s:s?}", "ended",
        end_name[process->evidence.end], "end_status",
        (int)process->evidence.end_status, "iterations",
        (json_int_t)iterations->count, "iteration_source",
        source_name(iterations->source), "mark", iterations->mark);
}

/* The members of `from` go over to `to`. */
static void take_over(json_t *to, json_t *from)
{
    json_object_update(to, from);
    json_decref(from);
}

static json_t *make_evidence(
    const struct ol_model *model, const struct ol_process *process)
{
    json_t *evidence = make_counts(&process->evidence);
    take_over(evidence, make_end(process));
    take_over(evidence, make_size(&process->evidence));
    json_object_set_new(evidence, "processes",
        json_integer((json_int_t)ol_model_process_count(model)));
    json_object_set_new(
        evidence, "lost_reasons", make_lost(&process->evidence));
    json_object_set_new(evidence, "damage", make_damage(model));
    return evidence;
}

/* ---- Public ---- */

json_t *ol_envelope_create(const struct ol_model *model, const char *report)
{
    const struct ol_process *process = ol_model_process(model, 0);
    json_t *recording =
        json_pack("{s:s, s:s, s:i, s:I, s:I}", "path", ol_model_path(model),
            "command", process->command, "pid", (int)process->pid,
            "duration_ns", (json_int_t)process->evidence.duration_ns,
            "start_real_ns", (json_int_t)process->start_real_ns);
    return json_pack("{s:s, s:s, s:o, s:o}", "schema", "outlive.report/1",
        "report", report, "recording", recording, "evidence",
        make_evidence(model, process));
}

json_t *ol_envelope_kinds(const struct ol_model *model, size_t process)
{
    const struct ol_process *from = ol_model_process(model, process);
    json_t *kinds = json_array();
    for (size_t i = 0; i < from->kind_count; i++) {
        const struct ol_kind_totals *kind = &from->kind[i];
        json_array_append_new(kinds,
            json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
                "kind", ol_model_kind_name(model, kind->kind), "born",
                (json_int_t)kind->blocks.born, "freed",
                (json_int_t)kind->blocks.freed, "ended",
                (json_int_t)kind->ended, "live", (json_int_t)kind->blocks.live,
                "live_bytes", (json_int_t)kind->blocks.live_bytes, "peak",
                (json_int_t)kind->blocks.peak, "peak_bytes",
                (json_int_t)kind->blocks.peak_bytes, "entities",
                (json_int_t)kind->entities, "ended_live",
                (json_int_t)kind->ended_live));
    }
    return kinds;
}

json_t *ol_envelope_series(const struct ol_model *model, size_t process)
{
    const struct ol_process *from = ol_model_process(model, process);
    uint64_t value[OL_SERIES_POINTS];
    const size_t count = ol_model_series_times(model, process, value);
    json_t *times = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(times, json_integer((json_int_t)value[i]));
    json_t *kinds = json_array();
    for (size_t i = 0; i < from->kind_count; i++) {
        json_t *bytes = json_array();
        ol_model_series_bytes(model, process, i, value);
        for (size_t at = 0; at < count; at++)
            json_array_append_new(bytes, json_integer((json_int_t)value[at]));
        json_array_append_new(
            kinds, json_pack("{s:s, s:o}", "kind",
                       ol_model_kind_name(model, from->kind[i].kind),
                       "live_bytes", bytes));
    }
    return json_pack("{s:o, s:o}", "times_ns", times, "kinds", kinds);
}

static const char *origin_name(enum ol_origin origin)
{
    if (origin == OL_ORIGIN_FORK) return "fork";
    return origin == OL_ORIGIN_EXEC ? "exec" : "start";
}

json_t *ol_envelope_processes(const struct ol_model *model)
{
    json_t *processes = json_array();
    for (size_t i = 0; i < ol_model_process_count(model); i++) {
        const struct ol_process *process = ol_model_process(model, i);
        json_array_append_new(processes,
            json_pack("{s:i, s:i, s:s, s:s, s:I, s:I, s:I, s:s, s:b}", "pid",
                (int)process->pid, "parent_pid", (int)process->parent_pid,
                "origin", origin_name(process->origin), "command",
                process->command, "events",
                (json_int_t)process->evidence.events, "live",
                (json_int_t)process->blocks.live, "live_bytes",
                (json_int_t)process->blocks.live_bytes, "ended",
                end_name[process->evidence.end], "partial",
                ol_model_is_partial(process)));
    }
    return processes;
}

json_t *ol_envelope_frames(const struct ol_site_stack *stack)
{
    json_t *frames = json_array();
    for (size_t i = 0; i < stack->count; i++) {
        const struct ol_symbols_frame *frame = &stack->at[i];
        json_array_append_new(frames,
            json_pack("{s:s, s:s?, s:i, s:s, s:b}", "function", frame->function,
                "file", frame->file, "line", (int)frame->line, "module",
                frame->module, "inlined", (int)frame->inlined));
    }
    return frames;
}

int ol_envelope_print(const json_t *envelope, FILE *to)
{
    if (json_dumpf(envelope, to, JSON_INDENT(1) | JSON_REAL_PRECISION(9)))
        return -EIO;
    return fputc('\n', to) == EOF ? -EIO : 0;
}
