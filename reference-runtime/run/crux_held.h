/* crux_held.h - a task that holds a payload while it waits for the shell.
 *
 * Ownership: takes a reference to the payload; holds the context.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_HELD_H
#define OL_RUNTIME_CRUX_HELD_H

#include "reference-runtime/core/payload.h"
#include "reference-runtime/crux/crux_command.h"

/* Makes a future that asks for `operation` and is ready with the answer.
 * Returns NULL if there is no memory. */
OL_MUST_USE struct rt_future *rt_crux_held_create(
    struct rt_crux_context *context, intptr_t operation, size_t payload_bytes);

/* Makes a command with such a task. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_crux_command *rt_crux_held_command(
    const struct rt_crux_command_variant *variant, intptr_t operation,
    size_t payload_bytes);

#endif
