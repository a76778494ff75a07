/* clock.c - choosing and reading clocks; see clock.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/clock.h"

#include <time.h>

bool ol_clock_uses_cycles;

static uint64_t read_ns(clockid_t id)
{
    struct timespec now = {0};
    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

void ol_clock_choose(bool trusted)
{
    ol_clock_uses_cycles = trusted && ol_cycles_are_invariant();
}

uint64_t ol_clock_monotonic_ticks(void)
{
    return read_ns(CLOCK_MONOTONIC) >> OL_CLOCK_NS_SHIFT;
}

void ol_clock_read(struct ol_clock_reading *out)
{
    const uint64_t before = ol_clock_late();
    out->mono_ns = read_ns(CLOCK_MONOTONIC);
    const uint64_t after = ol_clock_late();
    out->real_ns = read_ns(CLOCK_REALTIME);
    out->tick = before + (after - before) / 2;
}

uint32_t ol_clock_shift(void)
{
    return ol_clock_uses_cycles ? OL_CYCLES_SHIFT : OL_CLOCK_NS_SHIFT;
}
