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

    OL_REGS_WORD = 8,
    OL_REGS_RA_OFFSET = -8, /* of the return address, from the CFA */
    OL_REGS_RED_ZONE = 128, /* below the stack pointer, still in use */

    /* In a signal trampoline the stack pointer is at a ucontext_t. */
    OL_REGS_SIGNAL_PC = offsetof(ucontext_t, uc_mcontext.gregs[REG_RIP]),
    OL_REGS_SIGNAL_SP = offsetof(ucontext_t, uc_mcontext.gregs[REG_RSP]),
    OL_REGS_SIGNAL_FP = offsetof(ucontext_t, uc_mcontext.gregs[REG_RBP]),
};

#endif
