/* entry_aarch64.S - the symbols that programs call, for aarch64.
 *
 * As entry_x86_64.S: the caller's pc (its signature stripped), stack pointer
 * and frame pointer go behind the arguments. At entry the return address is
 * in x30 and the stack pointer is the caller's.
 * Source: Procedure Call Standard for the Arm 64-bit Architecture, 6.4.
 * SPDX-License-Identifier: Apache-2.0
 */

#define HINT_BTI_C hint #34

#define BEGIN(name)                     \
    .globl name;                        \
    .type name, %function;              \
    .p2align 4;                         \
name:                                   \
    .cfi_startproc;                     \
    HINT_BTI_C

#define END(name)                       \
    .cfi_endproc;                       \
    .size name, . - name

/* hint #7 is xpaclri: takes the signature off x30. x16 keeps it signed. */
#define ENTRY(name, hook, pc, sp_to, fp) \
    BEGIN(name);                        \
    mov x16, x30;                       \
    hint #7;                            \
    mov pc, x30;                        \
    mov x30, x16;                       \
    mov sp_to, sp;                      \
    mov fp, x29;                        \
    b hook;                             \
    END(name)

#define ENTRY1(name) ENTRY(name, ol_hooks_##name, x1, x2, x3)
#define ENTRY2(name) ENTRY(name, ol_hooks_##name, x2, x3, x4)
#define ENTRY3(name) ENTRY(name, ol_hooks_##name, x3, x4, x5)

/* No stack is taken. */
#define JUMP(name, hook)                \
    BEGIN(name);                        \
    b hook;                             \
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

ENTRY(ol_entry_born, ol_annotate_born, x2, x3, x4)
ENTRY(ol_entry_ended, ol_annotate_ended, x2, x3, x4)
ENTRY(ol_entry_ref, ol_annotate_ref, x1, x2, x3)
ENTRY(ol_entry_unref, ol_annotate_unref, x1, x2, x3)

/* dlopen(file, flags): the flags may change; the caller stays the caller. */
BEGIN(dlopen)
    stp x0, x30, [sp, #-32]!
    .cfi_adjust_cfa_offset 32
    .cfi_rel_offset x30, 8
    str w1, [sp, #16]
    add x1, sp, #16
    bl ol_dynamic_open
    mov x16, x0
    ldr w1, [sp, #16]
    ldp x0, x30, [sp], #32
    .cfi_adjust_cfa_offset -32
    .cfi_restore x30
    br x16
END(dlopen)

/* dlmopen(namespace, file, flags) */
BEGIN(dlmopen)
    stp x0, x30, [sp, #-32]!
    .cfi_adjust_cfa_offset 32
    .cfi_rel_offset x30, 8
    stp x1, x2, [sp, #16]
    bl ol_dynamic_open_namespace
    mov x16, x0
    ldp x1, x2, [sp, #16]
    ldp x0, x30, [sp], #32
    .cfi_adjust_cfa_offset -32
    .cfi_restore x30
    br x16
END(dlmopen)

/* syscall(number, …): as the C library's, but for seccomp. */
#define SYS_SECCOMP 277

BEGIN(syscall)
    cmp x0, #SYS_SECCOMP
    b.ne ol_entry_syscall
    mov x0, x1
    mov x1, x2
    mov x2, x3
    b ol_filter_seccomp
END(syscall)

BEGIN(ol_entry_syscall)
    mov x8, x0
    mov x0, x1
    mov x1, x2
    mov x2, x3
    mov x3, x4
    mov x4, x5
    mov x5, x6
    svc #0
    cmn x0, #4095
    b.cs 1f
    ret
1:
    b ol_filter_fail
END(ol_entry_syscall)

    .section .note.GNU-stack, "", %progbits
