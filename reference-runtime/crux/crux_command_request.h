/* crux_command_request.h - waits for one answer of the shell.
 *
 * Shape:     a future whose value is the answer. If the shell lets go of the
 *            effect instead, the request stays pending and keeps no waker:
 *            its task, if it waits for nothing else, is evicted.
 * Ownership: holds the context.
 * Threads:   as future.h.
 * Errors:    create returns NULL when there is no memory; status is 0 or
 *            -ENOMEM.
 * Source:    crux_core's ShellRequest, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_REQUEST_H
#define OL_RUNTIME_CRUX_COMMAND_REQUEST_H

#include "reference-runtime/crux/crux_context.h"

/* Makes a request for that operation; it is sent at the first poll. */
OL_MUST_USE struct rt_future *rt_crux_command_request_create(
    struct rt_crux_context *context, intptr_t operation);

#endif
