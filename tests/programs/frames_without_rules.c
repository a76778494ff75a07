/* frames_without_rules.c - code that a program wrote itself calls malloc.
 *
 * Shape:     the code is in a page of the program's own: no module, no
 *            unwind rules, and rbp holds whatever it likes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>

// build: -pthread
// expect: counts same
// expect: malloc_at_least 80000

typedef void *made_fn(size_t bytes, void *(*call)(size_t), uintptr_t rbp);

/* push rbp; mov rbp, rdx; call rsi; pop rbp; ret: rbp is a wild value. */
static const unsigned char wild[] = {
    0x55, 0x48, 0x89, 0xd5, 0xff, 0xd6, 0x5d, 0xc3};
/* push rbp; mov rbp, rsp; call rsi; pop rbp; ret: a chain of frames. */
static const unsigned char chained[] = {
    0x55, 0x48, 0x89, 0xe5, 0xff, 0xd6, 0x5d, 0xc3};

static made_fn *make_code(const void *code, size_t bytes)
{
    void *const page = mmap(
        NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(page != MAP_FAILED);
    memcpy(page, code, bytes);
    CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
    return (made_fn *)page;
}

static void *work(void *argument)
{
    made_fn *const one = make_code(wild, sizeof wild);
    made_fn *const two = make_code(chained, sizeof chained);
    char *const hole =
        mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    /* Null, odd, unreadable, text, above and below this stack, itself. */
    const uintptr_t values[] = {0, 1, (uintptr_t)-8, (uintptr_t)hole + 4096,
        (uintptr_t)one, here, here + 8, here - 64, here + (1 << 30),
        here - (1 << 26), here | 7, (uintptr_t)&work, here + 100000};
    for (int i = 0; i < 2000; i++) {
        for (size_t v = 0; v < sizeof values / sizeof values[0]; v++)
            free(one((size_t)i % 100, malloc, values[v]));
        free(two((size_t)i % 100, malloc, 0));
    }
    return argument;
}

int main(void)
{
    pthread_t thread;
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
        pthread_join(thread, NULL);
    }
    work(NULL);
    say("done\n");
    return 0;
}
