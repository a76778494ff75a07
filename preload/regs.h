/* regs.h - the machine as the unwinder sees it: registers and frame layout.
 *
 * Shape:     what a walk carries from frame to frame, the DWARF numbers of
 *            those registers, where a call leaves its return address, and
 *            where the kernel leaves them for a signal handler. Another
 *            machine is another copy of these constants.
 * Units:     bytes.
 * Source:    System V ABI, AMD64 supplement, 3.2 and figure 3.36;
 *            sigaltstack(2), <sys/ucontext.h>.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_REGS_H
#define OL_PRELOAD_REGS_H

#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#if !defined(__x86_64__)
#    error "registers and frames are described for x86-64 only"
#endif

/* A frame: where it will go on, its stack pointer, its frame pointer. */
struct ol_regs {
    uintptr_t pc;
    uintptr_t sp;
    uintptr_t fp;
};

enum {
    OL_REGS_DWARF_FP = 6,
    OL_REGS_DWARF_SP = 7,
    OL_REGS_DWARF_RA = 16,

    OL_REGS_DWARF_COUNT = 17,

    OL_REGS_WORD = 8,
    OL_REGS_RA_OFFSET = -8, /* of the return address, from the CFA */
    OL_REGS_RED_ZONE = 128, /* below the stack pointer, still in use */

    /* In a signal trampoline the stack pointer is at a ucontext_t. */
    OL_REGS_SIGNAL_PC = offsetof(ucontext_t, uc_mcontext.gregs[REG_RIP]),
    OL_REGS_SIGNAL_SP = offsetof(ucontext_t, uc_mcontext.gregs[REG_RSP]),
    OL_REGS_SIGNAL_FP = offsetof(ucontext_t, uc_mcontext.gregs[REG_RBP]),
};

/* The registers that a function keeps for its caller, and those above: a
 * frame is known by them where rules for three do not do. */
enum {
    OL_REGS_COLUMN_FP,
    OL_REGS_COLUMN_SP,
    OL_REGS_COLUMN_RA,
    OL_REGS_COLUMN_RBX,
    OL_REGS_COLUMN_R12,
    OL_REGS_COLUMN_R13,
    OL_REGS_COLUMN_R14,
    OL_REGS_COLUMN_R15,
    OL_REGS_COLUMN_COUNT
};

/* Returns the column of a DWARF register, the count if it has none. */
static inline unsigned ol_regs_column(uint64_t number)
{
    static const uint8_t plus_one[OL_REGS_DWARF_COUNT] = {
        [OL_REGS_DWARF_FP] = OL_REGS_COLUMN_FP + 1,
        [OL_REGS_DWARF_SP] = OL_REGS_COLUMN_SP + 1,
        [OL_REGS_DWARF_RA] = OL_REGS_COLUMN_RA + 1,
        [3] = OL_REGS_COLUMN_RBX + 1,
        [12] = OL_REGS_COLUMN_R12 + 1,
        [13] = OL_REGS_COLUMN_R13 + 1,
        [14] = OL_REGS_COLUMN_R14 + 1,
        [15] = OL_REGS_COLUMN_R15 + 1,
    };
    if (number >= OL_REGS_DWARF_COUNT || plus_one[number] == 0)
        return OL_REGS_COLUMN_COUNT;
    return plus_one[number] - 1U;
}

/* Writes the calling frame's registers, in the order of the columns: where
 * the call returns to, and the stack pointer as it is then. */
void ol_regs_read(uintptr_t out[OL_REGS_COLUMN_COUNT]);

#endif
