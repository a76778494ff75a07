/* crux_host.h - a command as a task of another.
 *
 * Shape:     a future that runs the hosted command and sends on what comes
 *            out of it, in the name of the hosting one. Ready, with status 0,
 *            when the hosted one is done.
 * Ownership: takes the command; holds the context.
 * Threads:   as future.h.
 * Errors:    create returns NULL when there is no memory, and has given the
 *            command back.
 * Source:    crux_core's Command::into_future, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_HOST_H
#define OL_RUNTIME_CRUX_HOST_H

#include "reference-runtime/crux/crux_command.h"

/* Makes the future; a NULL command is no memory. */
OL_MUST_USE struct rt_future *rt_crux_host_create(
    struct rt_crux_context *context, struct rt_crux_command *hosted);

#endif
