/* cycles_aarch64.h - the generic timer of aarch64.
 *
 * Shape:     `early` may be read before what precedes it has finished,
 *            `late` may not.
 * Threads:   pure functions; signal safe.
 * Source:    Arm ARM D11.1, CNTVCT_EL0.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_CYCLES_AARCH64_H
#define OL_PRELOAD_CYCLES_AARCH64_H

#include <stdbool.h>
#include <stdint.h>

enum {
    OL_CYCLES_SHIFT = 0 /* the timer is slow already: 1 to 40 ns a count */
};

static inline uint64_t ol_cycles_early(void)
{
    uint64_t count;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(count));
    return count;
}

static inline uint64_t ol_cycles_late(void)
{
    uint64_t count;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(count)::"memory");
    return count;
}

/* The architecture says so. */
static inline bool ol_cycles_are_invariant(void)
{
    return true;
}

#endif
