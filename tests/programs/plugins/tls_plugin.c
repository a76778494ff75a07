/* tls_plugin.c - a library with a thread-local array and a little heap.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

int touch(int);

static __thread int scratch[700];
static void *kept;

__attribute__((constructor)) static void begin(void)
{
    kept = malloc(100);
}

__attribute__((destructor)) static void end(void)
{
    free(kept);
    free(malloc(33));
}

int touch(int value)
{
    for (int i = 0; i < 700; i += 100)
        scratch[i] = value;
    free(malloc(64));
    return scratch[600];
}
