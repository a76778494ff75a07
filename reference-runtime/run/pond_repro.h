/* pond_repro.h - the program of Pond's issue #110: a pool, one group, and
 * for ever rounds of tasks that share a payload.
 *
 * Shape:     what the gated and the free workload have in common. With W
 *            workers a round has W + 4 tasks: if all workers are busy
 *            meanwhile, exactly four of them take the way through the queue.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_REPRO_H
#define OL_RUNTIME_POND_REPRO_H

#include "reference-runtime/pond/pond_group.h"
#include "reference-runtime/run/workload.h"

enum {
    RT_POND_REPRO_SURPLUS = 4
};

struct rt_pond_repro {
    struct rt_pond *pond;        /* owner */
    struct rt_pond_group *group; /* owner */
};

/* What stays in the consumed slots of a queue. */
struct rt_pond_remains {
    long slots;
    long payloads; /* that those slots hold */
};

/* Returns how many tasks of a gated round take the way through the queue. */
long rt_pond_repro_queued(const struct rt_pond_variant *variant, long workers);

/* Computes what the queue keeps after that many gated rounds. */
struct rt_pond_remains rt_pond_repro_remains(
    const struct rt_pond_variant *variant, long workers, long rounds);

/* Computes how many consumed slots keep their task after `count` tasks went
 * through the queue. */
long rt_pond_repro_dead_slots(
    const struct rt_pond_variant *variant, long workers, long count);

/* Makes the pool and the group. Returns 0 or a negative errno. */
OL_MUST_USE int rt_pond_repro_init(
    struct rt_pond_repro *repro, const struct rt_workload_config *config);

/* States how things stand. */
void rt_pond_repro_state(struct rt_pond_repro *repro, struct rt_truth *out);

/* Takes all down. Returns 0, or -EBUSY while something is in use. */
OL_MUST_USE int rt_pond_repro_deinit(struct rt_pond_repro *repro);

#endif
