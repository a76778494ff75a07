/* summary.c - see summary.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/envelope.h"
#include "analyzer/room.h"

static int compare_findings(const void *left, const void *right)
{
    const struct ol_summary_finding *a = left;
    const struct ol_summary_finding *b = right;
    if (a->severity != b->severity) return a->severity > b->severity ? -1 : 1;
    const double a_rate = a->row->cohort.bytes_rate;
    const double b_rate = b->row->cohort.bytes_rate;
    if (a_rate > b_rate || a_rate < b_rate) return a_rate > b_rate ? -1 : 1;
    if (a->process != b->process) return a->process < b->process ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static bool is_wanted(const struct ol_summary *summary, const char *kind,
    const struct ol_growth_row *row)
{
    if (ol_verdict_severity(row->verdict) == OL_SEVERITY_NONE) return false;
    if (!kind) return true;
    const char *name = ol_model_kind_name(summary->model, row->group->kind);
    return strcmp(kind, name[0] ? name : "-") == 0;
}

/* Adds the findings of one process. */
static void collect_one(
    struct ol_summary *summary, size_t process, const char *kind)
{
    const struct ol_growth *growth = summary->growth[process];
    if (growth->evidence == OL_GROWTH_TOO_SHORT) return;
    for (size_t i = 0; i < growth->count; i++) {
        const struct ol_growth_row *row = &growth->row[i];
        if (!is_wanted(summary, kind, row)) continue;
        const enum ol_severity severity = ol_growth_severity_of(growth, row);
        summary->finding[summary->finding_count++] =
            (struct ol_summary_finding){process, row, severity};
        summary->severities[severity]++;
    }
}

static int collect(struct ol_summary *summary, const char *kind)
{
    size_t rows = 0;
    for (size_t i = 0; i < summary->count; i++)
        rows += summary->growth[i]->count;
    summary->finding = calloc(rows + 1, sizeof *summary->finding);
    if (!summary->finding) return -ENOMEM;
    for (size_t i = 0; i < summary->count; i++)
        collect_one(summary, i, kind);
    qsort(summary->finding, summary->finding_count, sizeof *summary->finding,
        compare_findings);
    return 0;
}

/* A clean report is worth nothing when this says why. */
static const char *find_doubt(const struct ol_summary *summary)
{
    const struct ol_model *model = summary->model;
    size_t refused = 0;
    (void)ol_model_refused(model, &refused);
    if (refused > 0) return "a trace of the recording cannot be read";
    uint64_t allocs = 0;
    for (size_t i = 0; i < summary->count; i++) {
        const struct ol_process *process = ol_model_process(model, i);
        if (process->damage_count > 0) return "a trace is damaged";
        if (ol_model_is_partial(process)) return "events are missing";
        allocs += process->evidence.allocs;
    }
    if (allocs == 0) return "no allocation was recorded";
    for (size_t i = 0; i < summary->count; i++) {
        const struct ol_growth *growth = summary->growth[i];
        if (growth->evidence == OL_GROWTH_TOO_SHORT &&
            growth->process->iterations.source == OL_ITERATION_MARKS)
            return "too few iterations";
    }
    return NULL;
}

static int test_process(struct ol_summary *summary, size_t process)
{
    struct ol_growth **grown = ol_room_make((void *)summary->growth,
        &summary->room, summary->count, sizeof(struct ol_growth *));
    if (!grown) return -ENOMEM;
    summary->growth = grown;
    const int error = ol_growth_create(
        ol_model_process(summary->model, process), &grown[summary->count]);
    if (!error) summary->count++;
    return error;
}

int ol_summary_create(
    struct ol_summary *summary, const struct ol_model *model, const char *kind)
{
    *summary = (struct ol_summary){.model = model};
    int error = 0;
    for (size_t i = 0; !error && i < ol_model_process_count(model); i++)
        error = test_process(summary, i);
    if (!error) error = collect(summary, kind);
    if (error)
        ol_summary_destroy(summary);
    else
        summary->doubt = find_doubt(summary);
    return error;
}

void ol_summary_destroy(struct ol_summary *summary)
{
    for (size_t i = 0; i < summary->count; i++)
        ol_growth_destroy(summary->growth[i]);
    free((void *)summary->growth);
    free(summary->finding);
    *summary = (struct ol_summary){0};
}

enum ol_exit ol_summary_exit(const struct ol_summary *summary)
{
    if (summary->severities[OL_SEVERITY_ERROR] > 0) return OL_EXIT_FINDINGS;
    return summary->doubt ? OL_EXIT_EVIDENCE : OL_EXIT_CLEAN;
}
