/* annotate_long_names.c - names of any length, many, null or odd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <outlive/outlive.h>

// expect: ended exit 0
// expect: verbs_at_least 3000

int main(void)
{
    static char name[300000];
    char *const block = malloc(10);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "kind number %d", i);
        ol_state(block, name);
    }
    memset(name, 'n', sizeof name - 1);
    ol_mark(name);
    ol_born(NULL, "nothing");
    ol_born(block, NULL);
    ol_mark("");
    ol_mark("quote \" backslash \\ newline \n byte \xff end");
    ol_leave(block); /* never entered */
    for (int i = 0; i < 10000; i++)
        ol_enter(block);
    free(malloc(1));
    ol_ended((void *)-1, "x");
    ol_adopt((void *)1, (void *)~0UL);
    free(block);
    say("done\n");
    return 0;
}
