/* own_allocator.c - an executable with a malloc of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// expect: says own allocator
// expect: lost 0

static char arena[1 << 24] __attribute__((aligned(16)));
static size_t used;

void *malloc(size_t bytes)
{
    char *const block = arena + used + 16;
    if (bytes > sizeof arena - used - 32) return NULL;
    memcpy(block - 16, &bytes, sizeof bytes);
    used += (bytes + 31) / 16 * 16;
    return block;
}

void free(void *block)
{
    (void)block;
}

void *calloc(size_t count, size_t bytes)
{
    return malloc(count * bytes);
}

void *realloc(void *old, size_t bytes)
{
    char *const block = malloc(bytes);
    size_t before = 0;
    if (!old || !block) return block;
    memcpy(&before, (char *)old - 16, sizeof before);
    return memcpy(block, old, before < bytes ? before : bytes);
}

int main(void)
{
    for (int i = 0; i < 10000; i++)
        free(malloc(100));
    char *copy = strdup("mine");
    CHECK(copy >= arena && copy < arena + sizeof arena);
    say("%s\n", copy);
    return 0;
}
