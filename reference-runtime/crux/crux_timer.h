/* crux_timer.h - timers that the shell keeps, and that can be cleared.
 *
 * Shape:     a task waits for the shell to say that the time has come. Who
 *            holds the timer can clear it: the shell is told so and forgets
 *            it, and says nothing more. In 0.6.0 the task waits on.
 * Units:     a timer's id is the app's; the shell keeps the time. What the
 *            shell is asked is rt_crux_timer_operation of both.
 * Ownership: a timer is counted: by its holder, and by the future that waits
 *            for it.
 * Threads:   clear from any thread; the future as future.h.
 * Errors:    as each call says.
 * Source:    crux_time 0.6.0 and 0.7.0, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_TIMER_H
#define OL_RUNTIME_CRUX_TIMER_H

#include "reference-runtime/crux/crux_capability.h"

struct rt_crux_timer;

enum rt_crux_timer_verb {
    RT_CRUX_TIMER_NOTIFY, /* answer when the time has come */
    RT_CRUX_TIMER_CLEAR   /* forget the timer; no answer */
};

/* Returns the operation that asks for that. */
intptr_t rt_crux_timer_operation(enum rt_crux_timer_verb verb, intptr_t id);

/* Makes a timer. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_crux_timer *rt_crux_timer_create(
    const struct rt_crux_time_variant *variant,
    struct rt_crux_capability *capability, intptr_t id);

/* Gives a reference back; the timer goes on. NULL is fine. */
void rt_crux_timer_unref(struct rt_crux_timer *timer);

/* Makes the future that starts the timer at its first poll, and is ready when
 * its time has come; from 0.7.0 on, with -ECANCELED, when it is cleared. One
 * for each timer. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_future *rt_crux_timer_await(struct rt_crux_timer *timer);

/* Clears it. Returns 0, -ENOMEM or -EPIPE. */
OL_MUST_USE int rt_crux_timer_clear(struct rt_crux_timer *timer);

#endif
