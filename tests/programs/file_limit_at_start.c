/* file_limit_at_start.c - the limit is there before the program is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// setup: limit FSIZE 4096
// expect: processes 0

int main(void)
{
    for (int i = 0; i < 300000; i++)
        free(malloc((size_t)(i % 200)));
    say("done\n");
    return 0;
}
