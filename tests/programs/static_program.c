/* static_program.c - nothing can be preloaded: the launcher says so, and
 * does not run it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// build: -static
// run: launcher 126
// expect: launcher_says is linked statically
// expect: processes 0

int main(void)
{
    for (int i = 0; i < 100; i++)
        free(malloc(100));
    say("done\n");
    return 3;
}
