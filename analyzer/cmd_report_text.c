/* cmd_report_text.c - see cmd_report_text.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/cmd_report_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/envelope.h"
#include "analyzer/quantity.h"
#include "analyzer/strip.h"

enum {
    STRIP_COLUMNS = 64,
    KINDS_SHOWN = 5,
    PROCESSES_SHOWN = 5,
    DAMAGE_SHOWN = 3,
    PLACE_INDENT = 12,
    COMMAND_COLUMNS = OL_SCREEN_COLUMNS - 9,
};

typedef const struct ol_report_view *view_ref;

/* The process that the screen is about: the one with the gravest finding that
 * is more than a note, else the main one. */
static size_t choose_focus(const struct ol_summary *summary)
{
    if (summary->severities[OL_SEVERITY_ERROR] == 0 &&
        summary->severities[OL_SEVERITY_WARNING] == 0)
        return 0;
    return summary->finding[0].process;
}

static bool is_marked(const struct ol_summary *summary)
{
    return ol_model_process(summary->model, choose_focus(summary))
               ->iterations.source == OL_ITERATION_MARKS;
}

/* Findings worth a place on the first screen. */
static size_t count_grave(const struct ol_summary *summary)
{
    return summary->severities[OL_SEVERITY_ERROR] +
           summary->severities[OL_SEVERITY_WARNING];
}

/* ---- The first lines ---- */

static void print_end(FILE *to, const struct ol_process *process)
{
    char text[OL_QUANTITY_BYTES];
    const struct ol_evidence *evidence = &process->evidence;
    fprintf(to, "         process %" PRIu32 ", ", process->pid);
    switch (evidence->end) {
    case OL_END_NONE:
        fputs("killed, or still running", to);
        break;
    case OL_END_SIGNAL:
        fprintf(to, "died of signal %" PRId32, evidence->end_status);
        break;
    case OL_END_EXIT:
    case OL_END_EXIT_NOW:
    case OL_END_QUICK_EXIT:
        fprintf(to, "ended by %s(%" PRId32 ")",
            ol_envelope_end_name(evidence->end), evidence->end_status);
        break;
    default:
        fprintf(to, "ended by %s", ol_envelope_end_name(evidence->end));
    }
    fprintf(to, " after %s\n",
        ol_quantity_time((double)evidence->duration_ns / 1e9, text));
}

/* What the finding that comes first says, in a sentence. */
static int print_worst(const struct ol_summary *summary, view_ref view)
{
    const struct ol_growth_row *row = summary->finding[0].row;
    struct ol_group_name name;
    char bytes[OL_QUANTITY_BYTES];
    FILE *to = view->screen.to;
    const int error =
        ol_naming_group(&view->naming, "growth", row->group, &name);
    if (error) return error;
    const char *what = strcmp(name.kind, "-") == 0 ? "blocks" : name.kind;
    const size_t others = count_grave(summary);
    if (row->verdict == OL_VERDICT_SAWTOOTH) {
        fprintf(to, "%s, in bursts, each peak %.2f times the one before", what,
            row->sawtooth.growth);
    } else {
        fprintf(to, "%s: %.2f %s (%s)", what, row->cohort.rate,
            is_marked(summary) ? "an iteration" : "a slice of time",
            ol_quantity_bytes(row->cohort.bytes_rate, bytes));
    }
    if (others > 1)
        fprintf(
            to, ", and %zu more group%s", others - 1, others == 2 ? "" : "s");
    fputs("\n", to);
    return 0;
}

static size_t count_groups(const struct ol_summary *summary)
{
    size_t groups = 0;
    for (size_t i = 0; i < summary->count; i++)
        groups += summary->growth[i]->groups;
    return groups;
}

static int print_verdict(const struct ol_summary *summary, view_ref view)
{
    const struct ol_screen *screen = &view->screen;
    if (summary->severities[OL_SEVERITY_ERROR] > 0) {
        ol_screen_print(screen, OL_INK_BAD, "GROWS    ");
        return print_worst(summary, view);
    }
    if (summary->doubt) {
        ol_screen_print(screen, OL_INK_DOUBTFUL, "UNSURE   ");
        fprintf(screen->to, "%s\n", summary->doubt);
        return 0;
    }
    if (summary->severities[OL_SEVERITY_WARNING] > 0) {
        ol_screen_print(screen, OL_INK_DOUBTFUL, "WATCH    ");
        return print_worst(summary, view);
    }
    ol_screen_print(screen, OL_INK_GOOD, "CLEAN    ");
    fprintf(screen->to, "nothing grows in %zu groups of blocks\n",
        count_groups(summary));
    return 0;
}

/* ---- How sure ---- */

static void print_iterations(FILE *to, const struct ol_process *process)
{
    const struct ol_iterations *iterations = &process->iterations;
    if (iterations->source == OL_ITERATION_MARKS) {
        fprintf(to, "%" PRId64 " iterations by marks \"%s\", ",
            iterations->count, iterations->mark);
    } else if (iterations->source == OL_ITERATION_SLICES) {
        fprintf(
            to, "%" PRId64 " slices of time (no marks), ", iterations->count);
    }
}

static void print_missing(FILE *to, const struct ol_evidence *evidence)
{
    char number[OL_SCREEN_NUMBER_BYTES];
    if (evidence->lost_total == 0 && evidence->lost_allocs == 0)
        fputs("none lost", to);
    else {
        fprintf(to, "%s lost",
            ol_screen_number(
                evidence->lost_total + evidence->lost_allocs, number));
    }
    if (evidence->lost_chunks > 0)
        fprintf(to, ", %s chunks missing",
            ol_screen_number(evidence->lost_chunks, number));
    if (evidence->stray_frees > 0)
        fprintf(to, ", %s frees of unknown blocks",
            ol_screen_number(evidence->stray_frees, number));
}

static void print_evidence(FILE *to, const struct ol_process *process)
{
    char number[OL_SCREEN_NUMBER_BYTES];
    const struct ol_evidence *evidence = &process->evidence;
    fputs("evidence ", to);
    print_iterations(to, process);
    fprintf(to, "%s events, ", ol_screen_number(evidence->events, number));
    print_missing(to, evidence);
    if (evidence->events > 0)
        fprintf(to, ", %.1f B an event",
            (double)evidence->trace_bytes / (double)evidence->events);
    fputs("\n", to);
}

static void print_damage(FILE *to, const struct ol_damage *damage, size_t count)
{
    for (size_t i = 0; i < count && i < DAMAGE_SHOWN; i++)
        fprintf(to, "         %s: byte %" PRIu64 ": %s\n", damage[i].file,
            damage[i].byte, damage[i].what);
    if (count > DAMAGE_SHOWN)
        fprintf(to, "         and %zu more places\n", count - DAMAGE_SHOWN);
}

static void print_all_damage(FILE *to, const struct ol_model *model)
{
    size_t count = 0;
    const struct ol_damage *refused = ol_model_refused(model, &count);
    print_damage(to, refused, count);
    for (size_t i = 0; i < ol_model_process_count(model); i++) {
        const struct ol_process *process = ol_model_process(model, i);
        print_damage(to, process->damage, process->damage_count);
    }
}

/* ---- Findings ---- */

static int print_strip(view_ref view, const struct ol_growth_row *row)
{
    const struct ol_cohort_result *cohort = &row->cohort;
    const size_t count = (size_t)cohort->buckets;
    uint64_t *value = calloc(count + 1, sizeof *value);
    if (!value) return -ENOMEM;
    const bool teeth = row->verdict == OL_VERDICT_SAWTOOTH;
    const struct ol_cohort_series series = {
        .live = teeth ? value : NULL, .survivors = teeth ? NULL : value};
    ol_cohorts_fill_series(&row->group->cohorts, &series);
    const struct ol_strip strip = {
        .value = value,
        .count = count,
        .warmup = (size_t)cohort->warmup,
        .settle = (size_t)cohort->settle,
        .columns = STRIP_COLUMNS,
        .plain = view->screen.plain,
    };
    char bars[OL_STRIP_BYTES];
    ol_strip_draw(&strip, bars);
    fprintf(view->screen.to, "%*s%s\n", PLACE_INDENT, "", bars);
    free(value);
    return 0;
}

static enum ol_ink ink_of(enum ol_severity severity)
{
    switch (severity) {
    case OL_SEVERITY_ERROR:
        return OL_INK_BAD;
    case OL_SEVERITY_WARNING:
        return OL_INK_DOUBTFUL;
    default:
        return OL_INK_NONE;
    }
}

static void print_measures(view_ref view,
    const struct ol_summary_finding *finding, const struct ol_group_name *name)
{
    const struct ol_growth_row *row = finding->row;
    const struct ol_cohort_result *cohort = &row->cohort;
    char verdict[16];
    char rate[2 * OL_QUANTITY_BYTES];
    char bytes[OL_QUANTITY_BYTES];
    char live[OL_SCREEN_NUMBER_BYTES];
    snprintf(verdict, sizeof verdict, " %-10s ", ol_verdict_name(row->verdict));
    snprintf(rate, sizeof rate, "%.2f [%.2f, %.2f]", cohort->rate,
        cohort->rate_interval.low, cohort->rate_interval.high);
    ol_quantity_bytes(cohort->bytes_rate, bytes);
    if (row->verdict == OL_VERDICT_SAWTOOTH) {
        snprintf(rate, sizeof rate, "in bursts");
        snprintf(bytes, sizeof bytes, "-");
    }
    ol_screen_print(&view->screen, ink_of(finding->severity), verdict);
    fprintf(view->screen.to, "%-22s %10s %9s  %-16.24s %s\n", rate, bytes,
        ol_screen_number(cohort->live, live), name->kind, name->fingerprint);
}

static int print_finding(view_ref view, const struct ol_summary *summary,
    const struct ol_summary_finding *finding)
{
    struct ol_group_name name;
    const int error =
        ol_naming_group(&view->naming, "growth", finding->row->group, &name);
    if (error) return error;
    print_measures(view, finding, &name);
    fprintf(view->screen.to, "%*s", PLACE_INDENT, "");
    ol_screen_print_place(
        &view->screen, name.place, OL_SCREEN_COLUMNS - PLACE_INDENT);
    if (finding->process != choose_focus(summary))
        fprintf(view->screen.to, "%*sin process %" PRIu32 "\n", PLACE_INDENT,
            "", ol_model_process(summary->model, finding->process)->pid);
    return print_strip(view, finding->row);
}

static void print_notes(const struct ol_summary *summary, view_ref view)
{
    const size_t notes = summary->severities[OL_SEVERITY_NOTE];
    if (notes == 0) return;
    fprintf(view->screen.to,
        "\n %zu note%s: blocks that live long, or began to only lately "
        "(outlive growth %s)\n",
        notes, notes == 1 ? "" : "s", view->path);
}

static int print_findings(const struct ol_summary *summary, view_ref view)
{
    const size_t grave = count_grave(summary);
    const bool by_marks = is_marked(summary);
    if (grave > 0) {
        fprintf(view->screen.to, "\n %-10s %-22s %10s %9s  %-16s %s\n",
            "verdict", by_marks ? "an iteration leaves" : "a slice leaves",
            "bytes", by_marks ? "at mark" : "live", "kind", "fingerprint");
    }
    for (size_t i = 0; i < grave && i < view->limit; i++) {
        const int error = print_finding(view, summary, &summary->finding[i]);
        if (error) return error;
    }
    if (grave > view->limit)
        fprintf(view->screen.to, " and %zu more: outlive growth %s\n",
            grave - view->limit, view->path);
    print_notes(summary, view);
    return 0;
}

/* ---- What is live ---- */

static void print_kinds(const struct ol_process *process, view_ref view)
{
    char live[OL_SCREEN_NUMBER_BYTES];
    char peak[OL_SCREEN_NUMBER_BYTES];
    char born[OL_SCREEN_NUMBER_BYTES];
    char bytes[OL_QUANTITY_BYTES];
    FILE *to = view->screen.to;
    fprintf(to, "\n %-24s %10s %12s %12s %12s\n", "live at end, by kind",
        "bytes", "live", "peak", "born");
    for (size_t i = 0; i < process->kind_count && i < KINDS_SHOWN; i++) {
        const struct ol_process_totals *blocks = &process->kind[i].blocks;
        const char *name =
            ol_model_kind_name(view->naming.model, process->kind[i].kind);
        fprintf(to, " %-24.24s %10s %12s %12s %12s\n", name[0] ? name : "-",
            ol_quantity_bytes((double)blocks->live_bytes, bytes),
            ol_screen_number(blocks->live, live),
            ol_screen_number(blocks->peak, peak),
            ol_screen_number(blocks->born, born));
    }
    if (process->kind_count > KINDS_SHOWN)
        fprintf(to, " and %zu more kinds\n", process->kind_count - KINDS_SHOWN);
}

static void print_processes(const struct ol_summary *summary, view_ref view)
{
    FILE *to = view->screen.to;
    const size_t count = summary->count;
    const size_t focus = choose_focus(summary);
    size_t shown = 0;
    if (count < 2) return;
    fprintf(to, "\n %zu more process%s in the recording (--pid PID)\n",
        count - 1, count == 2 ? "" : "es");
    for (size_t i = 0; i < count && shown < PROCESSES_SHOWN; i++) {
        if (i == focus) continue;
        shown++;
        const struct ol_process *process = ol_model_process(summary->model, i);
        char events[OL_SCREEN_NUMBER_BYTES];
        fprintf(to, " %9" PRIu32 " %12s events  ", process->pid,
            ol_screen_number(process->evidence.events, events));
        ol_screen_print_place(&view->screen, process->command, 60);
    }
    if (count - 1 > shown)
        fprintf(to, "           and %zu more\n", count - 1 - shown);
}

/* ---- What next ---- */

static int print_next(const struct ol_summary *summary, view_ref view)
{
    FILE *to = view->screen.to;
    const struct ol_process *process =
        ol_model_process(summary->model, choose_focus(summary));
    char pid[32] = "";
    if (choose_focus(summary) > 0)
        snprintf(pid, sizeof pid, " --pid %" PRIu32, process->pid);
    fputs("\n", to);
    if (count_grave(summary) > 0) {
        struct ol_group_name name;
        const int error = ol_naming_group(
            &view->naming, "growth", summary->finding[0].row->group, &name);
        if (error) return error;
        fprintf(to, "next     outlive growth %s%s --fingerprint %.8s\n",
            view->path, pid, name.fingerprint);
        fprintf(to, "         outlive live %s%s\n", view->path, pid);
    } else {
        fprintf(to, "next     outlive live %s\n", view->path);
    }
    if (!is_marked(summary)) {
        fputs("         say where an iteration ends: ol_mark(\"name\") of "
              "<outlive/outlive.h>\n",
            to);
    }
    return 0;
}

int ol_report_print(
    const struct ol_summary *summary, const struct ol_report_view *view)
{
    const struct ol_process *process =
        ol_model_process(summary->model, choose_focus(summary));
    FILE *to = view->screen.to;
    fputs("outlive  ", to);
    ol_screen_print_place(&view->screen, process->command, COMMAND_COLUMNS);
    print_end(to, process);
    fputs("\n", to);
    int error = print_verdict(summary, view);
    if (error) return error;
    print_evidence(to, process);
    print_all_damage(to, summary->model);
    error = print_findings(summary, view);
    if (error) return error;
    print_kinds(process, view);
    print_processes(summary, view);
    return print_next(summary, view);
}
