/* virtual_clock.h - time that passes when it is told to.
 *
 * Shape:     the time and the sleeps that are not yet over, the first to end
 *            first; of those that end together the older one. A sleep is a
 *            future.
 * Units:     nanoseconds since the clock was made.
 * Ownership: counted; a sleep holds its clock.
 * Threads:   all calls from any thread; one lock, taken inside.
 * Errors:    the makers return NULL when there is no memory.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_VIRTUAL_CLOCK_H
#define OL_RUNTIME_VIRTUAL_CLOCK_H

#include <stdint.h>

#include "reference-runtime/core/future.h"

struct rt_clock;

OL_MUST_USE struct rt_clock *rt_clock_create(void);

/* Takes one more reference. Returns the clock. */
struct rt_clock *rt_clock_ref(struct rt_clock *clock);

/* Gives a reference back; NULL is fine. */
void rt_clock_unref(struct rt_clock *clock);

/* Returns its header. */
const struct rt_object *rt_clock_object(const struct rt_clock *clock);

uint64_t rt_clock_now(const struct rt_clock *clock);

/* Lets time pass and wakes the sleeps that end, in order, each at its own
 * time. Returns how many. */
size_t rt_clock_advance(struct rt_clock *clock, uint64_t span_ns);

/* The same up to a time; one that has passed already changes nothing. */
size_t rt_clock_advance_to(struct rt_clock *clock, uint64_t time_ns);

/* Returns when the next sleep ends, or UINT64_MAX if nobody sleeps. */
uint64_t rt_clock_next(struct rt_clock *clock);

/* Makes a future that is ready once the span, from now on, has passed. */
OL_MUST_USE struct rt_future *rt_sleep(
    struct rt_clock *clock, uint64_t span_ns);

#endif
