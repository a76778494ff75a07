/* workload.h - a program that shows one behaviour of one system.
 *
 * Shape:     a workload runs its rounds, marks each, and states the truth;
 *            what that should be is computed beforehand and apart from the
 *            run, from the specification alone.
 * Threads:   one workload at a time: the census is of the whole process.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_WORKLOAD_H
#define OL_RUNTIME_WORKLOAD_H

#include "base/attributes.h"
#include "reference-runtime/run/truth.h"

/* How to run it. */
struct rt_workload_config {
    const char *variant; /* one of the workload's */
    long rounds;         /* at least 1 */
    long threads;        /* at least 1 */
    size_t payload_bytes;
    const void *shape; /* the workload's; borrowed, static */
};

struct rt_workload {
    const char *name; /* "system/workload" */
    const char *summary;
    const char *round;           /* what one round is */
    const char *const *variants; /* ends with NULL; the first is the default */
    long rounds;                 /* the default */
    /* More rounds that the specification has numbers for; ends with 0. NULL
     * if there are none. */
    const long *sizes;
    long threads;         /* the default; 0: they are not for choice */
    size_t payload_bytes; /* the default; 0: there is no payload */
    /* What sets it apart from others of the same code, in a form of their
     * own; NULL where there are none. */
    const void *shape;
    /* Returns what `outlive growth` has to say: items with commas between
     * them, then perhaps "; " and why. An item is "KIND STEADY RATE",
     * "KIND LATE RATE", "KIND SAWTOOTH", "KIND SPORADIC", "owner-bounded
     * KIND RATE", "none", "unjudged" where rounds are too few, or "any" where
     * it is up to the scheduler. The rate is objects a round. */
    const char *(*finding)(const struct rt_workload_config *config);
    /* Computes what the truth has to be. */
    void (*expect)(
        const struct rt_workload_config *config, struct rt_truth *out);
    /* Runs it and states the truth. Returns 0 or a negative errno. */
    int (*run)(const struct rt_workload_config *config, struct rt_truth *out);
};

/* Returns the workload at that place, or NULL past the last. */
const struct rt_workload *rt_workload_at(size_t index);

/* Returns the workload of that name, or NULL. */
const struct rt_workload *rt_workload_find(const char *name);

/* Returns a workload's defaults, for that variant. */
struct rt_workload_config rt_workload_defaults(
    const struct rt_workload *workload, const char *variant);

/* Returns the workload's variant of that name, as its own string, or NULL. */
const char *rt_workload_variant(
    const struct rt_workload *workload, const char *name);

#endif
