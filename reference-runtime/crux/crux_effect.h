/* crux_effect.h - something that a command asks of the shell.
 *
 * Shape:     an operation, and how it may be answered.
 * Units:     operations are numbers of the app's own.
 * Ownership: counted, but meant for one holder: the shell. To let go of it
 *            unanswered cancels who waits.
 * Threads:   one at a time, any.
 * Errors:    as crux_resolve.h; create returns NULL when there is no memory.
 * Source:    crux_core's Request, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_EFFECT_H
#define OL_RUNTIME_CRUX_EFFECT_H

#include "reference-runtime/crux/crux_resolve.h"

struct rt_crux_effect {
    struct rt_object object;
    intptr_t operation;
    struct rt_crux_resolve resolve; /* owner */
};

/* Makes one; takes `resolve`, in any case. */
OL_MUST_USE struct rt_crux_effect *rt_crux_effect_create(
    intptr_t operation, struct rt_crux_resolve resolve);

/* Gives it back; NULL is fine. */
void rt_crux_effect_unref(struct rt_crux_effect *effect);

/* Answers it. Returns 0 or a negative errno. */
OL_MUST_USE int rt_crux_effect_resolve(
    struct rt_crux_effect *effect, intptr_t value);

/* Takes the way to answer out of it, and gives the rest back. */
struct rt_crux_resolve rt_crux_effect_split(struct rt_crux_effect *effect);

#endif
