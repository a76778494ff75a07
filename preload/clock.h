/* clock.h - the ticks that records carry.
 *
 * Shape:     the processor's counter where it is invariant and the kernel
 *            trusts it too, else CLOCK_MONOTONIC.
 * Units:     ticks: counter >> shift, or ns >> shift.
 * Threads:   chosen once, before there are threads; then any; signal safe.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_CLOCK_H
#define OL_PRELOAD_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

#if defined(__x86_64__)
#    include "preload/cycles_x86_64.h"
#elif defined(__aarch64__)
#    include "preload/cycles_aarch64.h"
#endif

enum {
    OL_CLOCK_NS_SHIFT = 3
};

/* One instant on three clocks. */
struct ol_clock_reading {
    uint64_t tick;
    uint64_t mono_ns;
    uint64_t real_ns;
};

extern OL_HIDDEN bool ol_clock_uses_cycles;

/* Chooses the clock. `trusted`: the kernel itself keeps time by cycles. */
void ol_clock_choose(bool trusted);

uint64_t ol_clock_monotonic_ticks(void);

/* The tick of a release: may be read before earlier work has finished. */
static inline uint64_t ol_clock_early(void)
{
    if (OL_UNLIKELY(!ol_clock_uses_cycles)) return ol_clock_monotonic_ticks();
    return ol_cycles_early() >> OL_CYCLES_SHIFT;
}

/* The tick of an allocation: not before the call that made it. */
static inline uint64_t ol_clock_late(void)
{
    if (OL_UNLIKELY(!ol_clock_uses_cycles)) return ol_clock_monotonic_ticks();
    return ol_cycles_late() >> OL_CYCLES_SHIFT;
}

/* Reads all three clocks as nearly at once as can be. */
void ol_clock_read(struct ol_clock_reading *out);

/* The shift of the chosen clock. */
uint32_t ol_clock_shift(void);

#endif
