/* disk_full.c - the recording's disk is full; the program does not care.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// setup: tmpfs 3M
// expect: lost some
// expect: lost_reason disk_full
// expect: events_at_least 10000

int main(void)
{
    unsigned long sum = 0;
    for (int i = 0; i < 3000000; i++) {
        unsigned char *const block = malloc((size_t)(i % 200) + 1);
        CHECK(block != NULL);
        block[0] = (unsigned char)i;
        sum += block[0];
        free(block);
    }
    say("sum %lu\n", sum);
    return 0;
}
