/* consumer.c - leaves a task behind in each of 32 iterations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <outlive/outlive.h>
#include <stdlib.h>

static void *kept[32];

int main(void)
{
    for (int i = 0; i < 32; i++) {
        kept[i] = malloc(100);
        ol_born(kept[i], "task");
        ol_mark("turn");
    }
    return kept[31] ? 0 : 1;
}
