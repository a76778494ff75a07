/* set_user_id.c - a program with more rights than its user is left alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// setup: setuid
// expect: processes 0

int main(void)
{
    say("effective %d\n", (int)geteuid());
    for (int i = 0; i < 1000; i++)
        free(malloc((size_t)i));
    return 0;
}
