/* cycles_x86_64.h - the cycle counter of x86-64.
 *
 * Shape:     `early` may be read before what precedes it has finished,
 *            `late` may not. A release of memory is stamped before, an
 *            allocation after the real call, so stamps of the two never
 *            cross.
 * Threads:   pure functions; signal safe.
 * Source:    Intel SDM volume 2, RDTSC and RDTSCP; volume 3, 18.17.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_CYCLES_X86_64_H
#define OL_PRELOAD_CYCLES_X86_64_H

#include <cpuid.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    OL_CYCLES_SHIFT = 5 /* 32 cycles, about 10 ns, are one tick */
};

static inline uint64_t ol_cycles_early(void)
{
    return __builtin_ia32_rdtsc();
}

static inline uint64_t ol_cycles_late(void)
{
    unsigned processor;
    return __builtin_ia32_rdtscp(&processor);
}

/* Whether the counter runs at one rate in every power state. */
static inline bool ol_cycles_are_invariant(void)
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (!__get_cpuid(0x80000001, &a, &b, &c, &d)) return false;
    const bool has_rdtscp = (d >> 27 & 1) != 0;
    if (!__get_cpuid(0x80000007, &a, &b, &c, &d)) return false;
    return has_rdtscp && (d >> 8 & 1) != 0;
}

#endif
