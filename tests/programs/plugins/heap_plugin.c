/* heap_plugin.c - a library that allocates for its caller.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

void *make(size_t bytes);
void drop(void *block);

void *make(size_t bytes)
{
    void *const block = malloc(bytes);
    if (block) memset(block, 3, bytes);
    return block;
}

void drop(void *block)
{
    free(block);
}
