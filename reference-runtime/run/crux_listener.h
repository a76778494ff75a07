/* crux_listener.h - a future that listens to the shell until it is done.
 *
 * Ownership: the future holds its stream, and lets go of it when told that
 *            it is done.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_LISTENER_H
#define OL_RUNTIME_CRUX_LISTENER_H

#include "reference-runtime/crux/crux_stream.h"

/* What the shell answers. */
enum {
    RT_CRUX_NOT_DONE,
    RT_CRUX_DONE
};

/* Makes one that counts in `events` the answers before the last; its value is
 * the last one. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_future *rt_crux_listener(
    const struct rt_crux_variant *variant, const struct rt_crux_sender *shell,
    long *events);

#endif
