/* entry_x86_64.S - the symbols that programs call.
 *
 * Each adds the caller's pc, stack pointer (after the return) and frame
 * pointer behind the arguments it was given, and jumps: no frame of ours is
 * on the stack, so the walk begins at the caller.
 * Source: System V ABI, AMD64 supplement, 3.2.3.
 * SPDX-License-Identifier: Apache-2.0
 */

/* The integer argument registers, by number. */
#define ARG1 %rsi
#define ARG2 %rdx
#define ARG3 %rcx
#define ARG4 %r8
#define ARG5 %r9

#define BEGIN(name)                     \
    .globl name;                        \
    .type name, @function;              \
    .p2align 4;                         \
name:                                   \
    .cfi_startproc;                     \
    endbr64

#define END(name)                       \
    .cfi_endproc;                       \
    .size name, . - name

#define ENTRY(name, hook, pc, sp, fp)   \
    BEGIN(name);                        \
    mov (%rsp), pc;                     \
    lea 8(%rsp), sp;                    \
    mov %rbp, fp;                       \
    jmp hook;                           \
    END(name)

#define ENTRY1(name) ENTRY(name, ol_hooks_##name, ARG1, ARG2, ARG3)
#define ENTRY2(name) ENTRY(name, ol_hooks_##name, ARG2, ARG3, ARG4)
#define ENTRY3(name) ENTRY(name, ol_hooks_##name, ARG3, ARG4, ARG5)

/* No stack is taken. */
#define JUMP(name, hook)                \
    BEGIN(name);                        \
    jmp hook;                           \
    END(name)

    .text
ENTRY1(malloc)
ENTRY2(calloc)
ENTRY2(realloc)
ENTRY3(reallocarray)
ENTRY3(posix_memalign)
ENTRY2(aligned_alloc)
ENTRY2(memalign)
ENTRY1(valloc)
ENTRY1(pvalloc)
JUMP(free, ol_hooks_free)
JUMP(cfree, ol_hooks_free)
JUMP(free_sized, ol_hooks_free)
JUMP(free_aligned_sized, ol_hooks_free)
JUMP(malloc_usable_size, ol_hooks_malloc_usable_size)

ENTRY(ol_entry_born, ol_annotate_born, ARG2, ARG3, ARG4)
ENTRY(ol_entry_ended, ol_annotate_ended, ARG2, ARG3, ARG4)
ENTRY(ol_entry_ref, ol_annotate_ref, ARG1, ARG2, ARG3)
ENTRY(ol_entry_unref, ol_annotate_unref, ARG1, ARG2, ARG3)

/* dlopen(file, flags): the flags may change; the caller stays the caller. */
BEGIN(dlopen)
    sub $24, %rsp
    .cfi_adjust_cfa_offset 24
    mov %rdi, (%rsp)
    mov %esi, 8(%rsp)
    lea 8(%rsp), %rsi
    call ol_dynamic_open
    mov (%rsp), %rdi
    mov 8(%rsp), %esi
    add $24, %rsp
    .cfi_adjust_cfa_offset -24
    jmp *%rax
END(dlopen)

/* dlmopen(namespace, file, flags) */
BEGIN(dlmopen)
    sub $24, %rsp
    .cfi_adjust_cfa_offset 24
    mov %rdi, (%rsp)
    mov %rsi, 8(%rsp)
    mov %edx, 16(%rsp)
    call ol_dynamic_open_namespace
    mov (%rsp), %rdi
    mov 8(%rsp), %rsi
    mov 16(%rsp), %edx
    add $24, %rsp
    .cfi_adjust_cfa_offset -24
    jmp *%rax
END(dlmopen)

/* syscall(number, …): as the C library's, but for seccomp. */
#define SYS_SECCOMP 317

BEGIN(syscall)
    cmp $SYS_SECCOMP, %rdi
    jne ol_entry_syscall
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    jmp ol_filter_seccomp
END(syscall)

BEGIN(ol_entry_syscall)
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    mov 8(%rsp), %r9
    syscall
    cmp $-4095, %rax
    jae 1f
    ret
1:
    mov %rax, %rdi
    jmp ol_filter_fail
END(ol_entry_syscall)

    .section .note.GNU-stack, "", @progbits
