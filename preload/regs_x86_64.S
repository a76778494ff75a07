/* regs_x86_64.S - the registers that a function keeps; see regs.h.
 * SPDX-License-Identifier: Apache-2.0
 */
    .text
    .globl ol_regs_read
    .hidden ol_regs_read
    .type ol_regs_read, @function
    .p2align 4
ol_regs_read:
    .cfi_startproc
    endbr64
    mov %rbp, (%rdi)
    lea 8(%rsp), %rax
    mov %rax, 8(%rdi)
    mov (%rsp), %rax
    mov %rax, 16(%rdi)
    mov %rbx, 24(%rdi)
    mov %r12, 32(%rdi)
    mov %r13, 40(%rdi)
    mov %r14, 48(%rdi)
    mov %r15, 56(%rdi)
    ret
    .cfi_endproc
    .size ol_regs_read, . - ol_regs_read
    .section .note.GNU-stack, "", @progbits
