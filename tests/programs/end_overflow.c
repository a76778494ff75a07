/* end_overflow.c - the stack runs out; a handler on a stack of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <signal.h>
#include <sys/resource.h>

// expect: malloc_at_least 100
// expect: counts same
// expect: ended _exit 8

static char other_stack[16384];

static void on_segv(int number)
{
    (void)number;
    void *const block = malloc(77);
    free(block);
    say("overflow\n");
    _exit(8);
}

/* Allocates at every level, so that the recorder too meets the end of the
 * stack; a program must not allocate when it may die within malloc, so the
 * last levels do not. */
static int deeper(int level)
{
    volatile char frame[1024];
    frame[0] = (char)level;
    if (level < 100) free(malloc(10));
    return level < 0 ? 0 : deeper(level + 1) + frame[0];
}

int main(void)
{
    const stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};
    CHECK(sigaltstack(&stack, NULL) == 0);
    const struct sigaction action = {
        .sa_handler = on_segv, .sa_flags = SA_ONSTACK};
    CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
    struct rlimit limit = {1 << 20, 1 << 20};
    CHECK(setrlimit(RLIMIT_STACK, &limit) == 0);
    return deeper(0);
}
