/* address_limit.c - little address space: the program comes first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// setup: limit AS 67108864
// expect: lost any
// expect: processes any

int main(void)
{
    static char *block[2000];
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 2000; i++) {
            block[i] = malloc(1000);
            CHECK(block[i] != NULL);
        }
        for (int i = 0; i < 2000; i++)
            free(block[i]);
    }
    say("done\n");
    return 0;
}
