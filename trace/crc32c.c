/* crc32c.c - by instruction where there is one, else by nibble table.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trace/crc32c.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/attributes.h"

/* The checksum of each nibble: 16 entries stay in one cache line, and this
 * path only runs on processors without the instruction. */
static const uint32_t nibble_crc[16] = {
    0x00000000,
    0x105ec76f,
    0x20bd8ede,
    0x30e349b1,
    0x417b1dbc,
    0x5125dad3,
    0x61c69362,
    0x7198540d,
    0x82f63b78,
    0x92a8fc17,
    0xa24bb5a6,
    0xb21572c9,
    0xc38d26c4,
    0xd3d3e1ab,
    0xe330a81a,
    0xf36e6f75,
};

uint32_t ol_crc32c_extend_by_table(
    uint32_t crc, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    crc = ~crc;
    for (size_t i = 0; i < count; i++) {
        crc ^= at[i];
        crc = (crc >> 4) ^ nibble_crc[crc & 15];
        crc = (crc >> 4) ^ nibble_crc[crc & 15];
    }
    return ~crc;
}

#ifdef __x86_64__

__attribute__((target("sse4.2"))) static uint32_t extend_by_instruction(
    uint32_t crc, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    uint64_t state = (uint32_t)~crc;
    for (; count >= 8; count -= 8, at += 8) {
        uint64_t word = 0;
        memcpy(&word, at, 8);
        state = __builtin_ia32_crc32di(state, word);
    }
    if (count >= 4) {
        uint32_t word = 0;
        memcpy(&word, at, 4);
        state = __builtin_ia32_crc32si((uint32_t)state, word);
        count -= 4;
        at += 4;
    }
    for (; count > 0; count--, at++)
        state = __builtin_ia32_crc32qi((uint32_t)state, *at);
    return ~(uint32_t)state;
}

/* 0 not asked yet, 1 absent, 2 present. Relaxed: every thread that asks
 * stores the same answer. */
static atomic_int instruction_state;

static bool has_instruction(void)
{
    int state = atomic_load_explicit(&instruction_state, memory_order_relaxed);
    if (OL_LIKELY(state != 0)) return state == 2;
    __builtin_cpu_init();
    state = __builtin_cpu_supports("sse4.2") ? 2 : 1;
    atomic_store_explicit(&instruction_state, state, memory_order_relaxed);
    return state == 2;
}

#else

static uint32_t extend_by_instruction(
    uint32_t crc, const void *bytes, size_t count)
{
    return ol_crc32c_extend_by_table(crc, bytes, count);
}

static bool has_instruction(void)
{
    return false;
}

#endif

uint32_t ol_crc32c_extend(uint32_t crc, const void *bytes, size_t count)
{
    if (OL_LIKELY(has_instruction()))
        return extend_by_instruction(crc, bytes, count);
    return ol_crc32c_extend_by_table(crc, bytes, count);
}
