/* pairs.c - what one event costs: allocations and frees and nothing else.
 *
 * Shape:     `pairs THREADS COUNT DEPTH`: each thread makes COUNT pairs at
 *            DEPTH more frames, sixteen blocks alive; prints ns of
 *            processor time a pair.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long count;
static int depth;

static void churn(void)
{
    void *held[16] = {0};
    for (long i = 0; i < count; i++) {
        void **const slot = &held[i & 15];
        free(*slot);
        *slot = malloc((size_t)(i & 255) + 8);
    }
    for (int i = 0; i < 16; i++)
        free(held[i]);
}

__attribute__((noinline)) static int deeper(int level)
{
    if (level == 0)
        churn();
    else
        (void)deeper(level - 1);
    __asm__ volatile("" ::: "memory"); /* no tail call */
    return level;
}

static void *work(void *argument)
{
    (void)deeper(depth);
    return argument;
}

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc != 4) return 2;
    const int threads = atoi(argv[1]);
    pthread_t thread[64];
    if (threads < 1 || threads > 64) return 2;
    count = atol(argv[2]);
    depth = atoi(argv[3]);
    const double begin = now_ns();
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread[i], NULL, work, NULL) != 0) return 1;
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    printf("%.1f\n", (now_ns() - begin) / (double)count / threads);
    return 0;
}
