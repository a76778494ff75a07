/* rt_no_memory.h - programs whose allocations fail, one after the other.
 *
 * For tests that are linked with --wrap for malloc, calloc and realloc, by
 * which the runtime allocates.
 *
 * Threads:   one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_RT_NO_MEMORY_H
#define OL_TESTS_RT_NO_MEMORY_H

/* Runs the program with its n-th allocation failing, n = 0, 1, … until none
 * does, and checks each time that nothing is left over. Whatever fails, the
 * program has to go on to its end. Returns how many times one failed. */
long rt_no_memory_each(void (*program)(void *env), void *env);

#endif
