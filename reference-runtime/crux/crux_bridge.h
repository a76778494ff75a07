/* crux_bridge.h - a command whose effects go to the shell as numbers.
 *
 * Shape:     a root command that hosts what the app returns for each event,
 *            and a registry: number -> how to resolve the effect that the
 *            shell was told of under that number. An entry goes when its
 *            last answer has come. Up to 0.19.0 every effect has one, also
 *            such as nobody will ever answer; and a stream's stays in every
 *            version of upstream, since it never knows its last answer. In
 *            the strict version it goes with the first that nobody hears.
 * Ownership: the bridge owns the root command and the entries.
 * Threads:   one at a time.
 * Errors:    -ENOMEM; of resolve also -ENOENT: no such number, -EINVAL: no
 *            answer is expected, -EPIPE: nobody listens any more.
 * Source:    crux_core's Bridge and its ResolveRegistry, in our own words;
 *            numbers are used again here, from 0.20.0 on upstream's are not.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_BRIDGE_H
#define OL_RUNTIME_CRUX_BRIDGE_H

#include "reference-runtime/crux/crux_command.h"

struct rt_crux_bridge;

/* The number of what has no entry. */
#define RT_CRUX_BRIDGE_NO_NUMBER UINT32_MAX

/* The shell: is asked for something under a number. It answers later. */
struct rt_crux_shell {
    void (*ask)(uint32_t number, intptr_t operation, void *env);
    void *env; /* borrowed */
};

/* Makes a bridge. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_crux_bridge *rt_crux_bridge_create(
    const struct rt_crux_command_variant *variant, struct rt_crux_shell shell);

/* Gives it back, with all that is under way; NULL is fine. */
void rt_crux_bridge_destroy(struct rt_crux_bridge *bridge);

/* Runs what the app returned for an event, and asks the shell for what that
 * asks for; takes the command, in any case; NULL is no memory. Returns 0 or
 * -ENOMEM. */
OL_MUST_USE int rt_crux_bridge_process(
    struct rt_crux_bridge *bridge, struct rt_crux_command *command);

/* Answers a question, and asks the shell for what that leads to. Returns 0 or
 * a negative errno. */
OL_MUST_USE int rt_crux_bridge_resolve(
    struct rt_crux_bridge *bridge, uint32_t number, intptr_t value);

/* Returns how many entries there are. */
size_t rt_crux_bridge_entries(const struct rt_crux_bridge *bridge);

/* Returns the root command, borrowed. */
struct rt_crux_command *rt_crux_bridge_root(struct rt_crux_bridge *bridge);

#endif
