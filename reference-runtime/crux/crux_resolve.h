/* crux_resolve.h - what the shell can do with a request: answer it.
 *
 * Shape:     never, once, or as often as it likes; the way of the answers is
 *            a sender that the request's callback owns. Once answered, a
 *            request that takes one answer takes none.
 * Ownership: the holder's storage; it owns the sender. To drop it unanswered
 *            cancels who waits for the answer.
 * Threads:   one at a time, any.
 * Errors:    -EINVAL: no answer is expected, or none any more; -EPIPE: many
 *            were, but nobody listens now; -ENOMEM.
 * Source:    crux_core's Resolve, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_RESOLVE_H
#define OL_RUNTIME_CRUX_RESOLVE_H

#include "reference-runtime/crux/crux_channel.h"

enum rt_crux_answers {
    RT_CRUX_NEVER,
    RT_CRUX_ONCE,
    RT_CRUX_MANY
};

struct rt_crux_resolve {
    enum rt_crux_answers answers;
    struct rt_crux_sender sender; /* owner; none where answers is never */
};

/* Answers. Nobody minds an answer to a request that was given up, if it is
 * the only one. Returns 0 or a negative errno. */
OL_MUST_USE int rt_crux_resolve_send(
    struct rt_crux_resolve *resolve, intptr_t value);

/* Gives up answering: what it was becomes never. */
void rt_crux_resolve_drop(struct rt_crux_resolve *resolve);

#endif
