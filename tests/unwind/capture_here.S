/* capture_here.S - see capture_here.h.
 * SPDX-License-Identifier: Apache-2.0
 */
    .text
    .globl capture_here
    .hidden capture_here
    .type capture_here, @function
capture_here:
    .cfi_startproc
    lea 8(%rsp), %rax
    push %rbp
    .cfi_adjust_cfa_offset 8
    push %rax
    .cfi_adjust_cfa_offset 8
    push -8(%rax)
    .cfi_adjust_cfa_offset 8
    mov %rsp, %rsi
    call capture_from
    add $24, %rsp
    .cfi_adjust_cfa_offset -24
    ret
    .cfi_endproc
    .size capture_here, . - capture_here
    .section .note.GNU-stack, "", @progbits
