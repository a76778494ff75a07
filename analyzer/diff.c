/* diff.c - joining two sides, and judging each pair.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/stats.h"
#include "base/checked.h"

static const double alpha = 0.01;
static const double min_ratio = 1.5;
static const double min_blocks = 0.05; /* an iteration */
static const double min_bytes = 1024;  /* an iteration */

/* So many times fewer survivors are a repair, whatever the verdict. */
static const double repaired_ratio = 10;

/* ---- Judging one pair ---- */

static double rate_of(uint64_t survivors, double exposure)
{
    return exposure > 0 ? (double)survivors / exposure : 0;
}

static bool is_reported(const struct ol_diff_entry *entry)
{
    return ol_verdict_severity(entry->verdict) >= OL_SEVERITY_WARNING;
}

/* Is `more` above `less` by so much that it matters? */
static bool matters(const struct ol_change *change, bool upwards)
{
    const double less = upwards ? change->base_rate : change->now_rate;
    const double more = upwards ? change->now_rate : change->base_rate;
    const double bytes = change->now_bytes_rate - change->base_bytes_rate;
    if (more < min_ratio * less || more <= less) return false;
    return more - less >= min_blocks || (upwards ? bytes : -bytes) >= min_bytes;
}

/* Teeth show only after so many iterations. */
static bool would_show_teeth(
    const struct ol_diff_entry *teeth, const struct ol_diff_side *other)
{
    return other->iterations > teeth->last_peak_at;
}

static enum ol_change_kind judge_appeared(
    const struct ol_change *change, const struct ol_diff_side *base)
{
    if (change->now.verdict == OL_VERDICT_SAWTOOTH) {
        return would_show_teeth(&change->now, base) ? OL_CHANGE_NEW
                                                    : OL_CHANGE_UNCERTAIN;
    }
    if (change->chance < alpha && matters(change, true)) return OL_CHANGE_NEW;
    return OL_CHANGE_UNCERTAIN;
}

static enum ol_change_kind judge_vanished(
    const struct ol_change *change, const struct ol_diff_side *now)
{
    if (change->base.verdict == OL_VERDICT_SAWTOOTH) {
        return would_show_teeth(&change->base, now) ? OL_CHANGE_FIXED
                                                    : OL_CHANGE_UNCERTAIN;
    }
    if (change->chance >= alpha) return OL_CHANGE_UNCERTAIN;
    const bool settled = change->now.verdict == OL_VERDICT_NONE ||
                         change->now.verdict == OL_VERDICT_PLATEAU;
    if (settled || change->now_rate * repaired_ratio <= change->base_rate)
        return OL_CHANGE_FIXED;
    return OL_CHANGE_UNCERTAIN;
}

static enum ol_change_kind judge_teeth(const struct ol_change *change)
{
    const double base = (double)change->base.last_peak;
    const double now = (double)change->now.last_peak;
    if (base == 0) return OL_CHANGE_BETTER; /* only bursts are left */
    if (now == 0) return OL_CHANGE_WORSE;   /* not even bursts free it */
    if (now >= min_ratio * base) return OL_CHANGE_WORSE;
    return base >= min_ratio * now ? OL_CHANGE_BETTER : OL_CHANGE_SAME;
}

static enum ol_change_kind judge_both(const struct ol_change *change)
{
    if (change->base.verdict == OL_VERDICT_SAWTOOTH ||
        change->now.verdict == OL_VERDICT_SAWTOOTH)
        return judge_teeth(change);
    const bool up = matters(change, true);
    if (!up && !matters(change, false)) return OL_CHANGE_SAME;
    if (change->chance >= alpha) return OL_CHANGE_UNCERTAIN;
    return up ? OL_CHANGE_WORSE : OL_CHANGE_BETTER;
}

static void judge(struct ol_change *change, const struct ol_diff_side *base,
    const struct ol_diff_side *now)
{
    const struct ol_diff_entry *b = &change->base;
    const struct ol_diff_entry *n = &change->now;
    change->base_rate = rate_of(b->survivors, b->exposure);
    change->now_rate = rate_of(n->survivors, n->exposure);
    change->base_bytes_rate = rate_of(b->survivor_bytes, b->exposure);
    change->now_bytes_rate = rate_of(n->survivor_bytes, n->exposure);
    change->chance = ol_stats_two_rates(
        b->survivors, b->exposure, n->survivors, n->exposure);
    if (!is_reported(b)) {
        change->kind = judge_appeared(change, base);
    } else if (!is_reported(n)) {
        change->kind = judge_vanished(change, now);
    } else {
        change->kind = judge_both(change);
    }
}

/* ---- Joining ---- */

/* Adds an entry to the sum of its fingerprint. Exposures are alike but for
 * the settle tails: the longest counts. */
static void add_entry(
    struct ol_diff_entry *sum, const struct ol_diff_entry *entry, bool *present)
{
    if (!*present) {
        *sum = *entry;
        *present = true;
        return;
    }
    sum->survivors += entry->survivors;
    sum->survivor_bytes += entry->survivor_bytes;
    if (entry->verdict > sum->verdict) sum->verdict = entry->verdict;
    if (entry->exposure > sum->exposure) sum->exposure = entry->exposure;
    if (entry->last_peak > sum->last_peak) {
        sum->last_peak = entry->last_peak;
        sum->last_peak_at = entry->last_peak_at;
    }
}

/* Orders by fingerprint, the gravest verdict of each first. */
static int compare_entries(const void *a, const void *b)
{
    const struct ol_diff_entry *x = *(const struct ol_diff_entry *const *)a;
    const struct ol_diff_entry *y = *(const struct ol_diff_entry *const *)b;
    const int order = strcmp(x->fingerprint, y->fingerprint);
    if (order) return order;
    return (int)y->verdict - (int)x->verdict;
}

static const struct ol_diff_entry **sort_side(const struct ol_diff_side *side)
{
    const struct ol_diff_entry **sorted =
        calloc(side->count + 1, sizeof(const struct ol_diff_entry *));
    if (!sorted) return NULL;
    for (size_t i = 0; i < side->count; i++)
        sorted[i] = &side->entry[i];
    if (side->count > 0) {
        qsort(sorted, side->count, sizeof(const struct ol_diff_entry *),
            compare_entries);
    }
    return sorted;
}

/* The lesser of the next fingerprints of both sides. */
static const char *next_fingerprint(
    const struct ol_diff_entry *base, const struct ol_diff_entry *now)
{
    if (!base) return now->fingerprint;
    if (!now || strcmp(base->fingerprint, now->fingerprint) < 0)
        return base->fingerprint;
    return now->fingerprint;
}

/* Adds the entries of one fingerprint. Returns what follows them. */
static const struct ol_diff_entry *const *take(
    const struct ol_diff_entry *const *next, const char *fingerprint,
    struct ol_diff_entry *sum, bool *present)
{
    for (; *next && strcmp((*next)->fingerprint, fingerprint) == 0; next++)
        add_entry(sum, *next, present);
    return next;
}

static void join_fingerprints(struct ol_diff *diff,
    const struct ol_diff_entry *const *base,
    const struct ol_diff_entry *const *now, const double tested[2])
{
    while (*base || *now) {
        struct ol_change *change = &diff->change[diff->count++];
        *change = (struct ol_change){
            .base.exposure = tested[0], .now.exposure = tested[1]};
        const char *first = next_fingerprint(*base, *now);
        base = take(base, first, &change->base, &change->in_base);
        now = take(now, first, &change->now, &change->in_now);
    }
}

/* ---- Joining what is left over ---- */

/* The length of a place's function and file, without the line. */
static size_t place_length(const char *place)
{
    const char *colon = strchr(place, ':');
    for (; colon && strchr("0123456789", colon[1]) == NULL;)
        colon = strchr(colon + 1, ':');
    return colon ? (size_t)(colon - place) : strlen(place);
}

static bool is_same_place(
    const struct ol_diff_entry *a, const struct ol_diff_entry *b)
{
    const size_t length = place_length(a->place);
    return strcmp(a->kind, b->kind) == 0 && length == place_length(b->place) &&
           strncmp(a->place, b->place, length) == 0;
}

static bool is_same_kind(
    const struct ol_diff_entry *a, const struct ol_diff_entry *b)
{
    return a->kind[0] != '\0' && strcmp(a->kind, b->kind) == 0;
}

typedef bool (*match_fn)(
    const struct ol_diff_entry *a, const struct ol_diff_entry *b);

/* A leftover grows on one side and is absent from the other. */
static bool is_leftover(const struct ol_change *change, bool of_base)
{
    if (change->in_base == change->in_now) return false;
    if (change->in_base != of_base) return false;
    return is_reported(of_base ? &change->base : &change->now);
}

/* The only leftover of a side that matches; NULL if none or several do. */
static struct ol_change *find_only(struct ol_diff *diff, bool of_base,
    const struct ol_diff_entry *entry, match_fn match)
{
    struct ol_change *found = NULL;
    for (size_t i = 0; i < diff->count; i++) {
        struct ol_change *change = &diff->change[i];
        if (!is_leftover(change, of_base)) continue;
        if (!match(of_base ? &change->base : &change->now, entry)) continue;
        if (found) return NULL;
        found = change;
    }
    return found;
}

static void join_leftovers(struct ol_diff *diff, match_fn match)
{
    for (size_t i = 0; i < diff->count; i++) {
        struct ol_change *now = &diff->change[i];
        if (!is_leftover(now, false)) continue;
        struct ol_change *base = find_only(diff, true, &now->now, match);
        if (!base || find_only(diff, false, &base->base, match) != now)
            continue;
        struct ol_change joined = *now;
        joined.base = base->base;
        joined.in_base = true;
        judge(&joined, NULL, NULL);
        if (match == is_same_kind && joined.kind != OL_CHANGE_SAME) continue;
        if (joined.kind == OL_CHANGE_SAME) joined.kind = OL_CHANGE_MOVED;
        *now = joined;
        base->in_base = false; /* taken: dropped with the unreported */
        base->base.verdict = OL_VERDICT_NONE;
    }
}

/* ---- The whole ---- */

static const char *find_refusal(
    const struct ol_diff_side *base, const struct ol_diff_side *now)
{
    if (base->too_short || now->too_short)
        return "too few iterations in one of them for any verdict";
    if (strcmp(base->source, now->source) != 0) {
        return "iterations are marks in one and time slices in the other: "
               "rates are not in the same unit";
    }
    return NULL;
}

static void add_note(struct ol_diff *diff, const char *note)
{
    diff->note[diff->note_count++] = note;
}

static void find_notes(const struct ol_diff_side *base,
    const struct ol_diff_side *now, struct ol_diff *diff)
{
    const int64_t apart = base->iterations - now->iterations;
    const int64_t tenth = base->iterations / 10;
    if (apart > tenth || -apart > tenth) {
        add_note(diff, "they ran for different numbers of iterations: rates "
                       "are comparable, peaks are not");
    }
    if (strcmp(base->command, now->command) != 0)
        add_note(diff, "their commands differ");
    if (base->partial || now->partial) {
        add_note(diff, "a recording is damaged or incomplete: what is not "
                       "seen may still grow");
    }
}

static void drop_unreported(struct ol_diff *diff)
{
    size_t kept = 0;
    for (size_t i = 0; i < diff->count; i++) {
        const struct ol_change *change = &diff->change[i];
        if (!is_reported(&change->base) && !is_reported(&change->now)) continue;
        diff->counts[change->kind]++;
        diff->change[kept++] = *change;
    }
    diff->count = kept;
}

static double weight(const struct ol_change *change)
{
    const double difference = change->now_bytes_rate - change->base_bytes_rate;
    return difference < 0 ? -difference : difference;
}

static int compare_changes(const void *a, const void *b)
{
    const struct ol_change *x = a;
    const struct ol_change *y = b;
    if (x->kind != y->kind) return (int)x->kind - (int)y->kind;
    if (weight(x) != weight(y)) return weight(x) < weight(y) ? 1 : -1;
    return strcmp(
        ol_change_shown(x)->fingerprint, ol_change_shown(y)->fingerprint);
}

static void judge_all(struct ol_diff *diff, const struct ol_diff_side *base,
    const struct ol_diff_side *now)
{
    for (size_t i = 0; i < diff->count; i++)
        judge(&diff->change[i], base, now);
    join_leftovers(diff, is_same_place);
    join_leftovers(diff, is_same_kind);
    drop_unreported(diff);
    if (diff->count > 0)
        qsort(diff->change, diff->count, sizeof *diff->change, compare_changes);
}

int ol_diff_create(const struct ol_diff_side *base,
    const struct ol_diff_side *now, struct ol_diff *out)
{
    *out = (struct ol_diff){.refusal = find_refusal(base, now)};
    if (out->refusal) return -EDOM;

    int error = -ENOMEM;
    const struct ol_diff_entry **first = sort_side(base);
    const struct ol_diff_entry **second = sort_side(now);
    if (!first || !second) goto fail_memory;
    out->change = calloc(base->count + now->count + 1, sizeof *out->change);
    if (!out->change) goto fail_memory;

    const double tested[2] = {(double)base->tested, (double)now->tested};
    join_fingerprints(out, first, second, tested);
    judge_all(out, base, now);
    find_notes(base, now, out);
    error = 0;
fail_memory:
    free(second);
    free(first);
    return error;
}

void ol_diff_deinit(struct ol_diff *diff)
{
    free(diff->change);
    *diff = (struct ol_diff){0};
}

#define X(name, fails, text) fails,
static const bool change_fails[] = {OL_CHANGE_LIST(X)};
#undef X
#define X(name, fails, text) #name,
static const char *const change_names[] = {OL_CHANGE_LIST(X)};
#undef X
#define X(name, fails, text) text,
static const char *const change_texts[] = {OL_CHANGE_LIST(X)};
#undef X

bool ol_diff_fails(const struct ol_diff *diff)
{
    for (int kind = 0; kind < OL_CHANGE_COUNT; kind++)
        if (change_fails[kind] && diff->counts[kind] > 0) return true;
    return false;
}

const struct ol_diff_entry *ol_change_shown(const struct ol_change *change)
{
    return is_reported(&change->now) ? &change->now : &change->base;
}

const char *ol_change_name(enum ol_change_kind kind)
{
    return change_names[kind];
}

const char *ol_change_text(enum ol_change_kind kind)
{
    return change_texts[kind];
}
