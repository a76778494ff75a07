/* quiet.c - what an annotation costs: in a loop, with and without.
 *
 * Shape:     prints ns an iteration of the bare loop, then of the loop with
 *            one annotation; both do the same work otherwise.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <outlive/outlive.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

__attribute__((noinline)) static double bare(long count)
{
    const double begin = now_ns();
    for (long i = 0; i < count; i++)
        __asm__ volatile("" ::: "memory");
    return (now_ns() - begin) / (double)count;
}

__attribute__((noinline)) static double annotated(long count, void *entity)
{
    const double begin = now_ns();
    for (long i = 0; i < count; i++) {
        ol_ref(entity);
        __asm__ volatile("" ::: "memory");
    }
    return (now_ns() - begin) / (double)count;
}

int main(int argc, char **argv)
{
    const long count = argc > 1 ? atol(argv[1]) : 200000000;
    void *const entity = malloc(64);
    double least[2] = {1e9, 1e9};
    for (int i = 0; i < 5; i++) {
        const double one = bare(count);
        const double two = annotated(count, entity);
        if (one < least[0]) least[0] = one;
        if (two < least[1]) least[1] = two;
    }
    free(entity);
    printf("%.2f %.2f\n", least[0], least[1]);
    return 0;
}
