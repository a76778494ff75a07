/* crux_command_stream.h - waits for the shell's answers, one after another.
 *
 * Shape:     a stream is asked for its next value, as often as there is one.
 * Ownership: counted; it holds the context. A future of the next value holds
 *            the stream, and takes nothing out of it before it is ready.
 * Threads:   one at a time.
 * Errors:    create and next return NULL when there is no memory. The status
 *            of next is 0, or -EPIPE at the end: the shell has let go.
 * Source:    crux_core's ShellStream, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_STREAM_H
#define OL_RUNTIME_CRUX_COMMAND_STREAM_H

#include "reference-runtime/crux/crux_context.h"

struct rt_crux_command_stream;

/* Makes a stream of that operation; it is sent at the first poll. */
OL_MUST_USE struct rt_crux_command_stream *rt_crux_command_stream_create(
    struct rt_crux_context *context, intptr_t operation);

/* Gives a reference back; NULL is fine. */
void rt_crux_command_stream_unref(struct rt_crux_command_stream *stream);

/* Makes a future of the next value. */
OL_MUST_USE struct rt_future *rt_crux_command_stream_next(
    struct rt_crux_command_stream *stream);

#endif
