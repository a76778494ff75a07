/* cmd_diff_text.c - R9 on one screen.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/cmd_diff_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "analyzer/quantity.h"
#include "analyzer/site.h"

enum {
    CELL_BYTES = 2 * OL_QUANTITY_BYTES + 16
};

static const char *arrow(const struct ol_diff_view *view)
{
    return view->plain ? "->" : "→";
}

/* printf pads by bytes; an arrow is three of them and one column. */
static int padding(const struct ol_diff_view *view, int columns)
{
    return view->plain ? columns : columns + 2;
}

/* ---- The first lines ---- */

static void print_side(
    FILE *to, const char *label, const struct ol_diff_side *side)
{
    fprintf(to, "      %-4s  %s  (%" PRId64 " iterations by %s)  %s\n", label,
        side->name, side->iterations, side->source, side->command);
}

/* "2 new, 1 fixed" */
static void print_counts(FILE *to, const struct ol_diff *diff)
{
    size_t shown = 0;
    for (int i = 0; i < OL_CHANGE_COUNT; i++) {
        if (diff->counts[i] == 0) continue;
        fprintf(to, "%s%zu ", shown++ > 0 ? ", " : "", diff->counts[i]);
        for (const char *at = ol_change_name((enum ol_change_kind)i); *at; at++)
            fputc(tolower((unsigned char)*at), to);
    }
    fputs(shown > 0 ? "\n" : "nothing grows in either\n", to);
}

/* ---- A change ---- */

/* Of teeth the last peak, else the rate. */
static void write_rate(
    const struct ol_diff_entry *entry, double rate, char *out, size_t size)
{
    if (entry->verdict == OL_VERDICT_SAWTOOTH) {
        snprintf(out, size, "peak %" PRIu64, entry->last_peak);
    } else {
        snprintf(out, size, "%.2f", rate);
    }
}

static void print_measures(
    FILE *to, const struct ol_change *change, const struct ol_diff_view *view)
{
    char before[OL_QUANTITY_BYTES];
    char after[OL_QUANTITY_BYTES];
    char rates[CELL_BYTES];
    char bytes[CELL_BYTES];
    write_rate(&change->base, change->base_rate, before, sizeof before);
    write_rate(&change->now, change->now_rate, after, sizeof after);
    snprintf(rates, sizeof rates, "%s %s %s", before, arrow(view), after);
    snprintf(bytes, sizeof bytes, "%s %s %s",
        ol_quantity_bytes(change->base_bytes_rate, before), arrow(view),
        ol_quantity_bytes(change->now_bytes_rate, after));
    const struct ol_diff_entry *shown = ol_change_shown(change);
    const char *kind = shown->kind[0] != '\0' ? shown->kind : "-";
    fprintf(to, " %-9s  %-*s  %-*s  %-16s %s\n", ol_change_name(change->kind),
        padding(view, 20), rates, padding(view, 22), bytes, kind,
        shown->fingerprint);
}

static void print_place(
    FILE *to, const struct ol_diff_entry *entry, const char *label, bool plain)
{
    char place[OL_SITE_TEXT_BYTES];
    ol_quantity_place(entry->place, plain, place, sizeof place);
    fprintf(to, "   %-8s %s\n", label, place);
}

static void print_change(
    FILE *to, const struct ol_change *change, const struct ol_diff_view *view)
{
    print_measures(to, change, view);
    if (change->kind == OL_CHANGE_MOVED) {
        print_place(to, &change->base, "from", view->plain);
        print_place(to, &change->now, "to", view->plain);
    } else {
        print_place(to, ol_change_shown(change), "born at", view->plain);
    }
    const bool teeth = change->base.verdict == OL_VERDICT_SAWTOOTH ||
                       change->now.verdict == OL_VERDICT_SAWTOOTH;
    fprintf(to, "            %s; %s %s %s", ol_change_text(change->kind),
        ol_verdict_name(change->base.verdict), arrow(view),
        ol_verdict_name(change->now.verdict));
    if (!teeth) fprintf(to, "; by chance: p = %.2g", change->chance);
    fputs("\n", to);
}

static void print_changes(
    FILE *to, const struct ol_diff *diff, const struct ol_diff_view *view)
{
    if (diff->count == 0) return;
    const bool marks = strcmp(view->base->source, "marks") == 0;
    fprintf(to, "\n %-9s  %-20s  %-22s  %-16s %s\n", "change",
        marks ? "rate/iter" : "rate/slice",
        marks ? "bytes/iter" : "bytes/slice", "kind", "fingerprint");
    for (size_t i = 0; i < diff->count && i < view->limit; i++)
        print_change(to, &diff->change[i], view);
    if (diff->count > view->limit) {
        fprintf(to, " and %zu more: outlive diff %s %s --limit %zu\n",
            diff->count - view->limit, view->base->name, view->now->name,
            diff->count);
    }
}

void ol_diff_print(
    FILE *to, const struct ol_diff *diff, const struct ol_diff_view *view)
{
    fputs("DIFF  ", to);
    if (diff->refusal) {
        fputs("no comparison\n", to);
    } else {
        print_counts(to, diff);
    }
    print_side(to, "base", view->base);
    print_side(to, "new", view->now);
    if (diff->refusal) fprintf(to, "\nNot comparable: %s.\n", diff->refusal);
    print_changes(to, diff, view);
    for (size_t i = 0; i < diff->note_count; i++)
        fprintf(to, "%sNote: %s.\n", i == 0 ? "\n" : "", diff->note[i]);
}
