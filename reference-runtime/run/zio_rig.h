/* zio_rig.h - one pool on a scene, and gets from it step by step.
 *
 * Shape:     a scene, a maker of items, and the pool between them.
 * Ownership: the caller's storage, which stays where it is.
 * Threads:   as zio_scene.h.
 * Errors:    as zio_scene.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_RIG_H
#define OL_RUNTIME_ZIO_RIG_H

#include "reference-runtime/run/workload.h"
#include "reference-runtime/run/zio_maker.h"
#include "reference-runtime/run/zio_scene.h"
#include "reference-runtime/zio/zio_pool.h"

struct rt_zio_rig {
    struct rt_zio_scene scene;
    struct rt_zio_maker maker;
    struct rt_zio_pool *pool; /* owner */
};

/* How the pool of a rig is; all else is zero. */
struct rt_zio_rig_options {
    const char *variant;
    uint32_t min;
    uint32_t max;
    uint64_t ttl_ns;
    enum rt_zio_fate fate;
    unsigned threads;
};

/* Makes a rig; its pool is not open yet. Returns 0 or a negative errno. */
OL_MUST_USE int rt_zio_rig_init(
    struct rt_zio_rig *rig, const struct rt_zio_rig_options *options);

/* Stops what is not stopped and gives all back. Returns 0, or what did not
 * end. */
OL_MUST_USE int rt_zio_rig_deinit(struct rt_zio_rig *rig);

/* Opens the pool. */
OL_MUST_USE int rt_zio_rig_open(struct rt_zio_rig *rig);

/* Gets an item, the pool's; `item` may be NULL. */
OL_MUST_USE int rt_zio_rig_get(
    struct rt_zio_rig *rig, struct rt_scope *scope, struct rt_object **item);

/* The same in a scope that is closed right after. Returns 0 however the get
 * ended. */
OL_MUST_USE int rt_zio_rig_visit(struct rt_zio_rig *rig);

/* Starts a get in a scope of its own, and interrupts it where it can go no
 * further. Returns 0, or what did not end. */
OL_MUST_USE int rt_zio_rig_interrupt(struct rt_zio_rig *rig);

/* Adds size, free and queued; and the same numbers that are expected. */
void rt_zio_rig_state(const struct rt_zio_rig *rig, struct rt_truth *out);
void rt_zio_rig_expect_state(
    struct rt_truth *out, long size, long free, long queued);

/* Adds what is lost of the items that could not be made, `broken` the
 * invariants that this broke (zio_check.h), and the state. */
void rt_zio_rig_state_lost(
    const struct rt_zio_rig *rig, unsigned broken, struct rt_truth *out);

/* Adds the same numbers that are expected, and those after stopping, where
 * the pool has so many items, all of them queued. */
void rt_zio_rig_expect_lost(struct rt_truth *out, long queued, long lost);

/* Returns the variant's traits. */
const struct rt_zio_variant *rt_zio_rig_variant(
    const struct rt_workload_config *config);

/* Returns what growth has to find where each round leaves something, or that
 * there are too few rounds to tell. */
const char *rt_zio_rig_finding(
    const struct rt_workload_config *config, const char *finding);

#endif
