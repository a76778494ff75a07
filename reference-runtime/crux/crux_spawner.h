/* crux_spawner.h - hands futures to an executor.
 *
 * Shape:     a sender into what the executor runs: of futures, or up to 0.9.0
 *            of tasks made here. All zero: none.
 * Ownership: a spawner owns its part of that channel; it neither keeps the
 *            executor nor knows whether there still is one.
 * Threads:   all calls from any thread, each spawner in one hand at a time.
 * Errors:    -ENOMEM; -EPIPE: the executor is gone. The future is dropped.
 * Source:    crux_core 0.9.0 and 0.9.1, capability/executor.rs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_SPAWNER_H
#define OL_RUNTIME_CRUX_SPAWNER_H

#include "reference-runtime/crux/crux_channel.h"
#include "reference-runtime/crux/crux_variant.h"

struct rt_crux_spawner {
    const struct rt_crux_variant *variant; /* borrowed, static */
    struct rt_crux_sender sender;          /* owner */
};

/* Returns one more spawner. */
OL_MUST_USE struct rt_crux_spawner rt_crux_spawner_clone(
    const struct rt_crux_spawner *spawner);

/* Has the executor poll a future from its next run on; takes the future.
 * Returns 0, -ENOMEM or -EPIPE. */
OL_MUST_USE int rt_crux_spawner_spawn(
    const struct rt_crux_spawner *spawner, struct rt_future *future);

/* Gives the spawner back and leaves none; none is fine. */
void rt_crux_spawner_drop(struct rt_crux_spawner *spawner);

#endif
