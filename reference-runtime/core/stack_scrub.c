/* stack_scrub.c - forgets what finished calls left on the stack.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/stack_scrub.h"

#include <string.h>

#include "base/attributes.h"

/* Deeper than the calls of one step go; signal frames aside. */
enum {
    SCRUBBED_BYTES = 4096
};

OL_NOINLINE void rt_stack_scrub(void)
{
    char below[SCRUBBED_BYTES];
    explicit_bzero(below, sizeof below);
}
