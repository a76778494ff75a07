/* lying_rules.c - the stack pointer was moved behind the compiler's back:
 * unwind rules lead beyond the end of a mapped page.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <stdint.h>
#include <sys/mman.h>

// build: -O2 -fomit-frame-pointer
// expect: counts same
// expect: malloc_at_least 1000

/* Calls malloc(64) with rsp at `top`, whatever the rules say of this frame:
 * they find the return address some way above rsp. */
__attribute__((noinline)) static void *malloc_on(char *top)
{
    void *result;
    __asm__ volatile("mov %%rsp, %%rbx\n\t"
                     "mov %1, %%rsp\n\t"
                     "mov $64, %%edi\n\t"
                     "call *%2\n\t"
                     "mov %%rbx, %%rsp\n\t"
                     : "=&a"(result)
                     : "r"(top), "r"(malloc)
                     : "rbx", "rdi", "rsi", "rdx", "rcx", "r8", "r9", "r10",
                     "r11", "memory", "cc");
    return result;
}

int main(void)
{
    char *const stack =
        mmap(NULL, 65536 + 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(stack != MAP_FAILED);
    CHECK(mprotect(stack, 65536, PROT_READ | PROT_WRITE) == 0);
    for (int i = 0; i < 1000; i++) {
        void *const block = malloc_on(stack + 65536 - 16 * (i % 20));
        CHECK(block != NULL);
        free(block);
    }
    say("done\n");
    return 0;
}
