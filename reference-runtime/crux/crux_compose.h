/* crux_compose.h - commands made of others.
 *
 * Shape:     all: side by side in a new command; and: one more beside what a
 *            command has; then: one after the other has ended.
 * Ownership: takes the commands, in any case; a NULL one is no memory.
 * Threads:   as crux_command.h.
 * Errors:    NULL, or -ENOMEM, when there is no memory.
 * Source:    crux_core's Command::all, and, then, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMPOSE_H
#define OL_RUNTIME_CRUX_COMPOSE_H

#include "reference-runtime/crux/crux_command.h"

/* Makes a command that hosts those, of which there is at least one. */
OL_MUST_USE struct rt_crux_command *rt_crux_compose_all(
    struct rt_crux_command *const *commands, size_t count);

/* Hosts `other` in `command`. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_compose_and(
    struct rt_crux_command *command, struct rt_crux_command *other);

/* Makes a command that hosts `first` and, when that is done, `second`. */
OL_MUST_USE struct rt_crux_command *rt_crux_compose_then(
    struct rt_crux_command *first, struct rt_crux_command *second);

#endif
