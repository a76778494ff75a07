/* diff.h - R9: what grows in one recording and not, or less, in another.
 *
 * Shape:     two sides of entries; entries of one fingerprint in one side
 *            are taken together. They are joined by fingerprint; what is
 *            left over, by kind and function; then by kind, where it is the
 *            only one and the rates agree. Pairs in which neither side grows
 *            are no changes, and left out.
 * Units:     blocks, bytes and rates an iteration.
 * Ownership: the result owns its changes; texts are borrowed from the
 *            sides, which must outlive it.
 * Threads:   pure.
 * Errors:    -ENOMEM; -EDOM when the sides cannot be compared: the result's
 *            `refusal` says why.
 * Source:    own; docs/growth.md. Rates by the exact conditional test.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_DIFF_H
#define OL_ANALYZER_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/verdict.h"
#include "base/attributes.h"

struct ol_diff_entry {
    const char *fingerprint;
    const char *kind;  /* "" for none */
    const char *place; /* "function file:line" */
    enum ol_verdict verdict;
    uint64_t survivors, survivor_bytes;
    double exposure;      /* iterations that these were counted over */
    uint64_t last_peak;   /* of growing teeth, else 0 */
    int64_t last_peak_at; /* its iteration */
    size_t index;         /* the caller's own, of the first of a sum */
};

struct ol_diff_side {
    const char *name; /* the recording's path */
    const char *command;
    const char *source; /* of its iterations: "marks" … */
    int64_t iterations;
    int64_t tested; /* of these, where a group without survivors was watched */
    bool too_short;
    uint64_t lost; /* events */
    bool partial;  /* lost, damaged or cut off: not all was seen */
    const struct ol_diff_entry *entry;
    size_t count;
};

/*    name      fails   what it says */
#define OL_CHANGE_LIST(X)                                           \
    X(NEW, true, "grows now, and did not")                          \
    X(WORSE, true, "grows faster")                                  \
    X(UNCERTAIN, false, "may have changed: too few blocks to tell") \
    X(MOVED, false, "grows as before, at another place")            \
    X(SAME, false, "grows as before")                               \
    X(BETTER, false, "grows more slowly")                           \
    X(FIXED, false, "does not grow any more")

enum ol_change_kind {
#define X(name, fails, text) OL_CHANGE_##name,
    OL_CHANGE_LIST(X)
#undef X
    OL_CHANGE_COUNT
};

struct ol_change {
    enum ol_change_kind kind;
    /* Sums of the entries of one fingerprint; the texts of the first. A side
     * without any has no survivors and an exposure all the same. */
    struct ol_diff_entry base, now;
    bool in_base, in_now;
    double base_rate, now_rate; /* blocks an iteration */
    double base_bytes_rate, now_bytes_rate;
    double chance; /* of rates so far apart, were they equal */
};

struct ol_diff {
    struct ol_change *change; /* owner; the gravest first */
    size_t count;
    size_t counts[OL_CHANGE_COUNT];
    size_t note_count;
    const char *note[4]; /* what to keep in mind; static */
    const char *refusal; /* NULL, or why there is no result; static */
};

/* Compares. On -EDOM `out` holds the refusal, and nothing to free. */
OL_MUST_USE int ol_diff_create(const struct ol_diff_side *base,
    const struct ol_diff_side *now, struct ol_diff *out);

void ol_diff_deinit(struct ol_diff *diff);

/* Is anything new or worse? */
bool ol_diff_fails(const struct ol_diff *diff);

/* The entry to show: of the side that grows, the new one if both do. */
const struct ol_diff_entry *ol_change_shown(const struct ol_change *change);

const char *ol_change_name(enum ol_change_kind kind);
const char *ol_change_text(enum ol_change_kind kind);

#endif
