/* crux_rig.h - an executor, a shell, and tasks that ask it once.
 *
 * Shape:     a task's future holds its request, a payload, and one more
 *            reference to the rig's token, whose count is thus the number of
 *            futures that are alive, and one.
 * Ownership: the caller's storage; the rig owns what is in it.
 * Threads:   spawn from any thread; the rest from one, while no other uses
 *            the rig.
 * Errors:    negative errno.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_RIG_H
#define OL_RUNTIME_CRUX_RIG_H

#include "reference-runtime/crux/crux_executor.h"
#include "reference-runtime/crux/crux_request.h"
#include "reference-runtime/run/truth.h"

struct rt_crux_rig {
    const struct rt_crux_variant *variant; /* borrowed, static */
    struct rt_crux_executor *executor;     /* owner; NULL: dropped */
    struct rt_crux_spawner spawner;        /* owner */
    struct rt_crux_sender shell;           /* owner */
    struct rt_crux_receiver requests;      /* owner */
    struct rt_object *token;               /* owner */
};

/* Sets up everything for that version. */
OL_MUST_USE int rt_crux_rig_init(struct rt_crux_rig *rig, const char *variant);

/* Starts a task that asks the shell and waits for the answer. */
OL_MUST_USE int rt_crux_rig_spawn(
    struct rt_crux_rig *rig, size_t payload_bytes);

/* Returns the next request for the shell, or NULL. */
OL_MUST_USE struct rt_crux_request *rt_crux_rig_take(struct rt_crux_rig *rig);

/* Drops the shell's channel. */
void rt_crux_rig_close_shell(struct rt_crux_rig *rig);

/* Drops the shell's channel, the executor and its spawner. */
void rt_crux_rig_drop_core(struct rt_crux_rig *rig);

/* Drops what is left. */
void rt_crux_rig_deinit(struct rt_crux_rig *rig);

/* What is alive: the token's count, objects by kind, and all there are. */
struct rt_crux_alive {
    long token, tasks, futures, reqstates, requests, wakers, channels, payloads,
        blocks;
};

struct rt_crux_alive rt_crux_rig_count(const struct rt_crux_rig *rig);

/* Adds a row for each. */
void rt_crux_alive_add(const struct rt_crux_alive *alive, struct rt_truth *out);

#endif
