/* test_diff.c - every change there can be between two recordings.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/diff.h"

#include <errno.h>

#include "tests/support/check.h"

static struct ol_diff_entry entry(
    const char *fingerprint, enum ol_verdict verdict, uint64_t survivors)
{
    return (struct ol_diff_entry){.fingerprint = fingerprint,
        .kind = "closure",
        .place = "submit pond.c:214",
        .verdict = verdict,
        .survivors = survivors,
        .survivor_bytes = survivors * 48,
        .exposure = 50};
}

static struct ol_diff_side side(const struct ol_diff_entry *entries, size_t n)
{
    return (struct ol_diff_side){.name = "x.olt",
        .command = "server",
        .source = "marks",
        .iterations = 64,
        .tested = 50,
        .entry = entries,
        .count = n};
}

static struct ol_diff compare(const struct ol_diff_entry *base, size_t bases,
    const struct ol_diff_entry *now, size_t nows)
{
    const struct ol_diff_side first = side(base, bases);
    const struct ol_diff_side second = side(now, nows);
    struct ol_diff diff;
    OL_CHECK_EQ(ol_diff_create(&first, &second, &diff), 0);
    return diff;
}

/* The change between one entry, or none (verdict SHORT), on each side. */
static enum ol_change_kind change_of(
    struct ol_diff_entry base, struct ol_diff_entry now)
{
    struct ol_diff diff = compare(&base, base.verdict != OL_VERDICT_SHORT, &now,
        now.verdict != OL_VERDICT_SHORT);
    OL_CHECK_EQ(diff.count, 1);
    const enum ol_change_kind kind = diff.change[0].kind;
    OL_CHECK_EQ(
        ol_diff_fails(&diff), kind == OL_CHANGE_NEW || kind == OL_CHANGE_WORSE);
    ol_diff_deinit(&diff);
    return kind;
}

OL_CASE(a_leak_that_is_gone_is_fixed)
{
    const struct ol_diff_entry none = entry("a", OL_VERDICT_SHORT, 0);
    const struct ol_diff_entry leak = entry("a", OL_VERDICT_STEADY, 200);
    const struct ol_diff_entry full = entry("a", OL_VERDICT_PLATEAU, 20);
    const struct ol_diff_entry old = entry("a", OL_VERDICT_LONGLIVED, 100);
    const struct ol_diff_entry few = entry("a", OL_VERDICT_RECENT, 10);
    const struct ol_diff_entry rare = entry("a", OL_VERDICT_SPORADIC, 5);
    OL_CHECK_EQ(change_of(leak, none), OL_CHANGE_FIXED);
    OL_CHECK_EQ(change_of(leak, full), OL_CHANGE_FIXED);
    OL_CHECK_EQ(change_of(leak, old), OL_CHANGE_UNCERTAIN);
    OL_CHECK_EQ(change_of(leak, few), OL_CHANGE_FIXED);
    OL_CHECK_EQ(change_of(rare, none), OL_CHANGE_UNCERTAIN);
}

OL_CASE(a_leak_that_was_not_there_is_new)
{
    const struct ol_diff_entry none = entry("a", OL_VERDICT_SHORT, 0);
    const struct ol_diff_entry leak = entry("a", OL_VERDICT_STEADY, 200);
    const struct ol_diff_entry full = entry("a", OL_VERDICT_PLATEAU, 20);
    const struct ol_diff_entry rare = entry("a", OL_VERDICT_SPORADIC, 5);
    OL_CHECK_EQ(change_of(none, leak), OL_CHANGE_NEW);
    OL_CHECK_EQ(change_of(full, leak), OL_CHANGE_NEW);
    OL_CHECK_EQ(change_of(none, rare), OL_CHANGE_UNCERTAIN);
}

OL_CASE(rates_are_held_against_chance_and_size)
{
    const struct ol_diff_entry slow = entry("a", OL_VERDICT_STEADY, 60);
    const struct ol_diff_entry little_more = entry("a", OL_VERDICT_STEADY, 80);
    const struct ol_diff_entry fast = entry("a", OL_VERDICT_STEADY, 200);
    OL_CHECK_EQ(change_of(slow, slow), OL_CHANGE_SAME);
    OL_CHECK_EQ(change_of(slow, little_more), OL_CHANGE_SAME);
    OL_CHECK_EQ(change_of(slow, fast), OL_CHANGE_WORSE);
    OL_CHECK_EQ(change_of(fast, slow), OL_CHANGE_BETTER);

    const struct ol_diff_entry few = entry("a", OL_VERDICT_SPORADIC, 6);
    const struct ol_diff_entry twice = entry("a", OL_VERDICT_SPORADIC, 12);
    OL_CHECK_EQ(change_of(few, twice), OL_CHANGE_UNCERTAIN);
}

OL_CASE(a_difference_below_a_twentieth_counts_by_its_bytes)
{
    struct ol_diff_entry slow = entry("a", OL_VERDICT_SPORADIC, 100);
    struct ol_diff_entry fast = entry("a", OL_VERDICT_SPORADIC, 180);
    slow.exposure = fast.exposure = 2000;
    OL_CHECK_EQ(change_of(slow, fast), OL_CHANGE_SAME);
    slow.survivor_bytes *= 1000;
    fast.survivor_bytes *= 1000;
    OL_CHECK_EQ(change_of(slow, fast), OL_CHANGE_WORSE);
}

static struct ol_diff_entry teeth(uint64_t peak, int64_t at)
{
    struct ol_diff_entry made = entry("a", OL_VERDICT_SAWTOOTH, 0);
    made.last_peak = peak;
    made.last_peak_at = at;
    return made;
}

OL_CASE(teeth_are_compared_by_their_peaks)
{
    const struct ol_diff_entry none = entry("a", OL_VERDICT_SHORT, 0);
    const struct ol_diff_entry leak = entry("a", OL_VERDICT_STEADY, 200);
    OL_CHECK_EQ(change_of(teeth(60, 60), none), OL_CHANGE_FIXED);
    OL_CHECK_EQ(change_of(none, teeth(60, 60)), OL_CHANGE_NEW);
    OL_CHECK_EQ(change_of(teeth(60, 70), none), OL_CHANGE_UNCERTAIN);
    OL_CHECK_EQ(change_of(none, teeth(60, 70)), OL_CHANGE_UNCERTAIN);
    OL_CHECK_EQ(change_of(teeth(60, 60), teeth(89, 60)), OL_CHANGE_SAME);
    OL_CHECK_EQ(change_of(teeth(60, 60), teeth(90, 60)), OL_CHANGE_WORSE);
    OL_CHECK_EQ(change_of(teeth(90, 60), teeth(60, 60)), OL_CHANGE_BETTER);
    OL_CHECK_EQ(change_of(teeth(90, 60), leak), OL_CHANGE_WORSE);
    OL_CHECK_EQ(change_of(leak, teeth(90, 60)), OL_CHANGE_BETTER);
}

OL_CASE(what_grows_on_neither_side_is_no_change)
{
    const struct ol_diff_entry base = entry("a", OL_VERDICT_PLATEAU, 20);
    const struct ol_diff_entry now = entry("a", OL_VERDICT_RECENT, 60);
    struct ol_diff diff = compare(&base, 1, &now, 1);
    OL_CHECK_EQ(diff.count, 0);
    OL_CHECK(!ol_diff_fails(&diff));
    ol_diff_deinit(&diff);
}

OL_CASE(entries_of_one_fingerprint_are_taken_together)
{
    const struct ol_diff_entry base[] = {entry("b", OL_VERDICT_STEADY, 90),
        entry("a", OL_VERDICT_STEADY, 100), entry("b", OL_VERDICT_NONE, 10)};
    const struct ol_diff_entry now[] = {
        entry("a", OL_VERDICT_STEADY, 100), entry("b", OL_VERDICT_STEADY, 100)};
    struct ol_diff diff = compare(base, 3, now, 2);
    OL_CHECK_EQ(diff.count, 2);
    OL_CHECK_EQ(diff.counts[OL_CHANGE_SAME], 2);
    OL_CHECK_EQ(diff.change[0].base.survivors, 100);
    OL_CHECK_EQ(diff.change[1].base.survivors, 100);
    OL_CHECK(diff.change[1].base_rate == 2);
    ol_diff_deinit(&diff);
}

OL_CASE(the_same_function_at_another_path_has_moved)
{
    struct ol_diff_entry base = entry("a", OL_VERDICT_STEADY, 100);
    struct ol_diff_entry now = entry("b", OL_VERDICT_STEADY, 100);
    now.place = "submit pond.c:233";
    OL_CHECK_EQ(change_of(base, now), OL_CHANGE_MOVED);
    now.survivors = 400;
    OL_CHECK_EQ(change_of(base, now), OL_CHANGE_WORSE);
    now.survivors = 100;
    now.place = "enqueue queue.c:7";
    OL_CHECK_EQ(change_of(base, now), OL_CHANGE_MOVED);
}

OL_CASE(another_function_of_another_kind_or_rate_has_not)
{
    const struct ol_diff_entry base = entry("a", OL_VERDICT_STEADY, 100);
    struct ol_diff_entry now = entry("b", OL_VERDICT_STEADY, 400);
    now.place = "enqueue queue.c:7";
    struct ol_diff diff = compare(&base, 1, &now, 1);
    OL_CHECK_EQ(diff.count, 2);
    OL_CHECK_EQ(diff.change[0].kind, OL_CHANGE_NEW);
    OL_CHECK_EQ(diff.change[1].kind, OL_CHANGE_FIXED);
    ol_diff_deinit(&diff);

    now = entry("b", OL_VERDICT_STEADY, 100);
    now.kind = "task";
    diff = compare(&base, 1, &now, 1);
    OL_CHECK_EQ(diff.count, 2);
    ol_diff_deinit(&diff);
}

OL_CASE(two_candidates_are_none)
{
    const struct ol_diff_entry base = entry("a", OL_VERDICT_STEADY, 100);
    const struct ol_diff_entry now[] = {
        entry("b", OL_VERDICT_STEADY, 100), entry("c", OL_VERDICT_STEADY, 100)};
    struct ol_diff diff = compare(&base, 1, now, 2);
    OL_CHECK_EQ(diff.counts[OL_CHANGE_NEW], 2);
    OL_CHECK_EQ(diff.counts[OL_CHANGE_FIXED], 1);
    ol_diff_deinit(&diff);
}

OL_CASE(the_gravest_change_comes_first)
{
    const struct ol_diff_entry base[] = {entry("a", OL_VERDICT_STEADY, 90),
        entry("b", OL_VERDICT_STEADY, 90), entry("c", OL_VERDICT_STEADY, 90)};
    struct ol_diff_entry now[] = {entry("b", OL_VERDICT_STEADY, 90),
        entry("c", OL_VERDICT_STEADY, 300), entry("d", OL_VERDICT_STEADY, 10),
        entry("e", OL_VERDICT_STEADY, 80)};
    now[2].kind = now[3].kind = "task";
    struct ol_diff diff = compare(base, 3, now, 4);
    const char *const expected[] = {"e", "d", "c", "b", "a"};
    OL_CHECK_EQ(diff.count, 5);
    for (int i = 0; i < 4; i++)
        OL_CHECK_TEXT(diff.change[i].now.fingerprint, expected[i]);
    OL_CHECK_TEXT(diff.change[4].base.fingerprint, expected[4]);
    ol_diff_deinit(&diff);
}

OL_CASE(what_cannot_be_compared_is_refused)
{
    const struct ol_diff_side base = side(NULL, 0);
    struct ol_diff_side now = base;
    struct ol_diff diff;
    now.source = "time slices";
    OL_CHECK_EQ(ol_diff_create(&base, &now, &diff), -EDOM);
    OL_CHECK(diff.refusal != NULL);
    now = base;
    now.too_short = true;
    OL_CHECK_EQ(ol_diff_create(&base, &now, &diff), -EDOM);
    OL_CHECK_EQ(ol_diff_create(&now, &base, &diff), -EDOM);
}

OL_CASE(what_may_mislead_is_noted)
{
    const struct ol_diff_side base = side(NULL, 0);
    struct ol_diff_side now = base;
    struct ol_diff diff;
    OL_CHECK_EQ(ol_diff_create(&base, &now, &diff), 0);
    OL_CHECK_EQ(diff.note_count, 0);
    ol_diff_deinit(&diff);
    now.iterations = 80;
    now.command = "server -x";
    now.partial = true;
    OL_CHECK_EQ(ol_diff_create(&base, &now, &diff), 0);
    OL_CHECK_EQ(diff.note_count, 3);
    ol_diff_deinit(&diff);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_leak_that_is_gone_is_fixed)
OL_CASES_ENTRY(a_leak_that_was_not_there_is_new)
OL_CASES_ENTRY(rates_are_held_against_chance_and_size)
OL_CASES_ENTRY(a_difference_below_a_twentieth_counts_by_its_bytes)
OL_CASES_ENTRY(teeth_are_compared_by_their_peaks)
OL_CASES_ENTRY(what_grows_on_neither_side_is_no_change)
OL_CASES_ENTRY(entries_of_one_fingerprint_are_taken_together)
OL_CASES_ENTRY(the_same_function_at_another_path_has_moved)
OL_CASES_ENTRY(another_function_of_another_kind_or_rate_has_not)
OL_CASES_ENTRY(two_candidates_are_none)
OL_CASES_ENTRY(the_gravest_change_comes_first)
OL_CASES_ENTRY(what_cannot_be_compared_is_refused)
OL_CASES_ENTRY(what_may_mislead_is_noted)
OL_CASES_END
