/* cmd_growth_text.c - R1 on one screen.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/cmd_growth_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "analyzer/growth_json.h"
#include "analyzer/quantity.h"
#include "analyzer/strip.h"

enum {
    STRIP_COLUMNS = 66, /* 64 and the separators */
    DRILL_DIGITS = 8,   /* of a fingerprint are enough to name it */
};

static const uint64_t half_gibibyte = UINT64_C(512) << 20;

/* ---- The first line ---- */

static void print_iterations(FILE *to, const struct ol_growth *growth)
{
    const struct ol_iterations *iterations = &growth->process->iterations;
    char text[OL_QUANTITY_BYTES];
    if (iterations->source == OL_ITERATION_MARKS) {
        fprintf(to, "%" PRId64 " iterations (marks \"%s\"", iterations->count,
            iterations->mark);
    } else {
        const double slice = growth->iterations_per_second > 0
                                 ? 1 / growth->iterations_per_second
                                 : 0;
        fprintf(to, "%" PRId64 " slices of time (%s each; no marks",
            iterations->count, ol_quantity_time(slice, text));
    }
    fprintf(to, "; %" PRId64 " warm-up, %" PRId64 " settle)", growth->warmup,
        growth->settle);
}

/* "1 steady, 2 plateau": the gravest first, NONE left out. */
static void print_verdicts(FILE *to, const struct ol_growth *growth)
{
    size_t shown = 0;
    for (int i = OL_VERDICT_COUNT - 1; i > OL_VERDICT_NONE; i--) {
        if (growth->verdicts[i] == 0) continue;
        char name[OL_QUANTITY_BYTES];
        snprintf(name, sizeof name, "%s", ol_verdict_name((enum ol_verdict)i));
        for (char *at = name; *at; at++)
            *at = (char)(*at | 0x20);
        fprintf(to, "%s%zu %s", shown++ > 0 ? ", " : ": ", growth->verdicts[i],
            name);
    }
    if (shown == 0) fputs(": nothing grows", to);
}

static void print_heading(FILE *to, const struct ol_growth *growth)
{
    fputs("GROWTH  ", to);
    print_iterations(to, growth);
    fprintf(to, ", %zu groups", growth->groups);
    if (growth->evidence == OL_GROWTH_TOO_SHORT) {
        fputs(": no verdict", to);
    } else {
        print_verdicts(to, growth);
    }
    fputs("\n", to);
}

/* ---- A row ---- */

static void print_measures(
    FILE *to, const struct ol_growth_row *row, const struct ol_group_name *name)
{
    const struct ol_cohort_result *cohort = &row->cohort;
    char rate[2 * OL_QUANTITY_BYTES];
    char bytes[OL_QUANTITY_BYTES];
    if (row->verdict == OL_VERDICT_SAWTOOTH) {
        snprintf(rate, sizeof rate, "in bursts");
        snprintf(bytes, sizeof bytes, "-");
    } else {
        snprintf(rate, sizeof rate, "%.2f [%.2f, %.2f]", cohort->rate,
            cohort->rate_interval.low, cohort->rate_interval.high);
        ol_quantity_bytes(cohort->bytes_rate, bytes);
    }
    fprintf(to, " %-9s  %-20s %11s %8" PRIu64 "  %-16s %s\n",
        ol_verdict_name(row->verdict), rate, bytes, cohort->live, name->kind,
        name->fingerprint);
}

static void print_place(FILE *to, const struct ol_group_name *name, bool plain)
{
    char place[OL_SITE_TEXT_BYTES];
    ol_quantity_place(name->place, plain, place, sizeof place);
    fprintf(to, "   born at  %s\n", place);
}

static void print_stack(FILE *to, const struct ol_site_stack *stack)
{
    for (size_t i = 0; i < stack->count; i++) {
        char text[OL_SITE_TEXT_BYTES];
        ol_site_frame_text(&stack->at[i], text, sizeof text);
        fprintf(to, "            %zu %s%s\n", i, text,
            stack->at[i].inlined ? " (inlined)" : "");
    }
}

/* Draws one series of the row. */
static void print_strip(FILE *to, const struct ol_growth_row *row,
    const uint64_t *value, const char *label, bool plain)
{
    const struct ol_cohort_result *cohort = &row->cohort;
    const struct ol_strip strip = {
        .value = value,
        .count = (size_t)cohort->buckets,
        .warmup = (size_t)cohort->warmup,
        .settle = (size_t)cohort->settle,
        .columns = STRIP_COLUMNS,
        .plain = plain,
    };
    char bars[OL_STRIP_BYTES];
    ol_strip_draw(&strip, bars);
    fprintf(to, "   %-8s %s\n", label, bars);
}

static int print_cohorts(
    FILE *to, const struct ol_growth_row *row, bool plain, bool whole)
{
    const size_t count = (size_t)row->cohort.buckets;
    uint64_t *value = calloc(2 * count + 1, sizeof *value);
    if (!value) return -ENOMEM;
    const struct ol_cohort_series series = {
        .survivors = value, .live = value + count};
    ol_cohorts_fill_series(&row->group->cohorts, &series);
    const bool teeth = row->verdict == OL_VERDICT_SAWTOOTH;
    if (teeth || whole) print_strip(to, row, series.live, "live", plain);
    if (!teeth || whole)
        print_strip(to, row, series.survivors, "cohorts", plain);
    free(value);
    return 0;
}

static void print_projection(
    FILE *to, const struct ol_growth *growth, const struct ol_growth_row *row)
{
    const double per_second =
        growth->iterations_per_second * row->cohort.bytes_rate;
    if (ol_verdict_severity(row->verdict) < OL_SEVERITY_ERROR) return;
    if (growth->evidence == OL_GROWTH_TOO_SHORT || per_second <= 0) return;
    char text[OL_QUANTITY_BYTES];
    fprintf(to, "; 512 MiB in %s",
        ol_quantity_time((double)half_gibibyte / per_second, text));
    if (growth->process->iterations.source == OL_ITERATION_MARKS)
        fprintf(to, " at %.*f it/s", growth->iterations_per_second < 10 ? 1 : 0,
            growth->iterations_per_second);
}

static void print_peaks(FILE *to, const struct ol_sawtooth *sawtooth)
{
    fputs("            peaks", to);
    const size_t first =
        sawtooth->peak_count > 6 ? sawtooth->peak_count - 6 : 0;
    for (size_t i = first; i < sawtooth->peak_count; i++) {
        fprintf(
            to, "%s %" PRIu64, i > first ? "," : "", sawtooth->peak[i].live);
    }
    fprintf(to, " live at iterations");
    for (size_t i = first; i < sawtooth->peak_count; i++) {
        fprintf(to, "%s %" PRId64, i > first ? "," : "",
            sawtooth->peak[i].iteration);
    }
    fprintf(to, ": each %.2f x the one before\n", sawtooth->growth);
}

static void print_reason(
    FILE *to, const struct ol_growth *growth, const struct ol_growth_row *row)
{
    const struct ol_cohort_result *cohort = &row->cohort;
    char text[OL_QUANTITY_BYTES];
    if (row->verdict == OL_VERDICT_SAWTOOTH) {
        print_peaks(to, &row->sawtooth);
        return;
    }
    const double each =
        (double)cohort->survivor_bytes / (double)cohort->survivors;
    fprintf(to,
        "            %" PRId64 " cohorts, %.0f %% occupied, thirds "
        "%" PRIu64 "/%" PRIu64 "/%" PRIu64 ", %s each",
        ol_growth_exposure(row) / cohort->width, 100 * cohort->occupancy,
        cohort->third[0].survivors, cohort->third[1].survivors,
        cohort->third[2].survivors, ol_quantity_bytes(each, text));
    print_projection(to, growth, row);
    fputs("\n", to);
}

static int print_row(FILE *to, const struct ol_growth *growth,
    const struct ol_growth_row *row, const struct ol_growth_view *view)
{
    struct ol_group_name name;
    int error = ol_naming_group(&view->naming, "growth", row->group, &name);
    if (error) return error;
    print_measures(to, row, &name);
    print_place(to, &name, view->plain);
    if (view->fingerprint) print_stack(to, &name.stack);
    error = print_cohorts(to, row, view->plain, view->fingerprint != NULL);
    if (error) return error;
    print_reason(to, growth, row);
    if (!view->fingerprint) {
        fprintf(to, "            outlive growth %s --fingerprint %.*s\n",
            view->path, DRILL_DIGITS, name.fingerprint);
    }
    return 0;
}

/* ---- Which rows ---- */

/* Does the user want to see it? Returns 1, 0 or an error. */
static int is_wanted(
    const struct ol_growth_row *row, const struct ol_growth_view *view)
{
    const bool finding = ol_verdict_severity(row->verdict) > OL_SEVERITY_NONE;
    if (!finding && !view->all && !view->fingerprint) return 0;
    if (!view->kind && !view->fingerprint) return 1;
    struct ol_group_name name;
    const int error =
        ol_naming_group(&view->naming, "growth", row->group, &name);
    if (error) return error;
    if (view->kind && strcmp(view->kind, name.kind) != 0) return 0;
    return !view->fingerprint ||
           strncasecmp(view->fingerprint, name.fingerprint,
               strlen(view->fingerprint)) == 0;
}

static void print_columns(FILE *to, const struct ol_growth *growth)
{
    const bool marks = growth->process->iterations.source == OL_ITERATION_MARKS;
    fprintf(to, "\n %-9s  %-20s %11s %8s  %-16s %s\n", "verdict",
        marks ? "rate/iter" : "rate/slice",
        marks ? "bytes/iter" : "bytes/slice", "live", "kind", "fingerprint");
}

static int print_rows(
    FILE *to, const struct ol_growth *growth, const struct ol_growth_view *view)
{
    size_t shown = 0;
    size_t hidden = 0;
    for (size_t i = 0; i < growth->count; i++) {
        const int wanted = is_wanted(&growth->row[i], view);
        if (wanted < 0) return wanted;
        if (wanted == 0) continue;
        if (shown == view->limit) {
            hidden++;
            continue;
        }
        if (shown++ == 0) print_columns(to, growth);
        const int error = print_row(to, growth, &growth->row[i], view);
        if (error) return error;
    }
    if (hidden > 0) {
        fprintf(to, " and %zu more: outlive growth %s --limit %zu\n", hidden,
            view->path, shown + hidden);
    }
    return 0;
}

/* ---- What follows ---- */

static void print_bounded_row(FILE *to, const struct ol_growth_row *row,
    const struct ol_group_name *name, const struct ol_growth_view *view)
{
    const struct ol_group *group = row->group;
    const char *owner =
        ol_model_kind_name(view->naming.model, group->owner_kind);
    char bytes[OL_QUANTITY_BYTES];
    fprintf(to, " %-9s  %-20.2f %11s %8" PRIu64 "  %-16s of %" PRIu64 " %s\n",
        ol_verdict_name(row->verdict), row->cohort.rate,
        ol_quantity_bytes(row->cohort.bytes_rate, bytes), row->cohort.live,
        name->kind, group->owners, owner[0] ? owner : "owners");
    print_place(to, name, view->plain);
}

static int print_bounded(
    FILE *to, const struct ol_growth *growth, const struct ol_growth_view *view)
{
    size_t shown = 0;
    if (view->fingerprint) return 0;
    for (size_t i = 0; i < growth->bounded_count && shown < view->limit; i++) {
        const struct ol_growth_row *row = &growth->bounded[i];
        struct ol_group_name name;
        const int error =
            ol_naming_group(&view->naming, "growth", row->group, &name);
        if (error) return error;
        if (view->kind && strcmp(view->kind, name.kind) != 0) continue;
        if (shown++ == 0) {
            fputs("\nOWNER-BOUNDED  grows, but was given to owners that are "
                  "alive and answer for it\n",
                to);
        }
        print_bounded_row(to, row, &name, view);
    }
    return 0;
}

static void print_advice(FILE *to, const struct ol_growth *growth)
{
    const struct ol_iterations *iterations = &growth->process->iterations;
    if (growth->evidence == OL_GROWTH_TOO_SHORT) {
        fprintf(to,
            "\nToo few iterations for a verdict: %" PRId64
            ". Run at least 10, better %d.\n",
            iterations->count, OL_GROWTH_ADVISED);
    }
    if (growth->evidence == OL_GROWTH_ADVISORY) {
        fprintf(to,
            "\nOnly %" PRId64 " iterations: a cache that is still filling "
            "looks like a leak. Run %d.\n",
            iterations->count, OL_GROWTH_ADVISED);
    }
    if (iterations->source == OL_ITERATION_SLICES) {
        fputs("\nSlices of time are not iterations: what is in flight or kept "
              "to the end looks like growth,\nso nothing here is worse than a "
              "warning. Mark the iterations: ol_mark of <outlive/outlive.h>.\n",
            to);
    }
}

int ol_growth_print(
    FILE *to, const struct ol_growth *growth, const struct ol_growth_view *view)
{
    print_heading(to, growth);
    int error = 0;
    if (growth->evidence != OL_GROWTH_TOO_SHORT)
        error = print_rows(to, growth, view);
    if (!error) error = print_bounded(to, growth, view);
    if (!error) print_advice(to, growth);
    return error;
}
