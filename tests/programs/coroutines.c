/* coroutines.c - stacks of the program's own, which come and go.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <sys/mman.h>
#include <ucontext.h>

// expect: counts same
// expect: malloc 126000
// expect: stacks_none 0

enum {
    COROUTINES = 20,
    STACK = 16384
};

static ucontext_t home, routine[COROUTINES];

static int deep(int level)
{
    free(malloc((size_t)level));
    return level == 0 ? 0 : deep(level - 1) + 1;
}

static void run(void)
{
    static int self;
    const int mine = self++ % COROUTINES;
    for (int i = 0; i < 50; i++) {
        CHECK(deep(i % 12) == i % 12);
        CHECK(swapcontext(&routine[mine], &home) == 0);
    }
}

static char *make_stack(void)
{
    char *const stack =
        mmap(NULL, STACK + 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(stack != MAP_FAILED);
    CHECK(mprotect(stack + 4096, STACK, PROT_READ | PROT_WRITE) == 0);
    return stack;
}

int main(void)
{
    static char *stack[COROUTINES];
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < COROUTINES; i++) {
            stack[i] = make_stack();
            CHECK(getcontext(&routine[i]) == 0);
            routine[i].uc_stack.ss_sp = stack[i] + 4096;
            routine[i].uc_stack.ss_size = STACK;
            routine[i].uc_link = &home;
            makecontext(&routine[i], run, 0);
        }
        for (int step = 0; step < 51; step++)
            for (int i = 0; i < COROUTINES; i++)
                CHECK(swapcontext(&home, &routine[i]) == 0);
        for (int i = 0; i < COROUTINES; i++)
            CHECK(munmap(stack[i], STACK + 8192) == 0);
    }
    say("done\n");
    return 0;
}
