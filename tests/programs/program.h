/* program.h - what the traced programs share: a check and a small printf.
 *
 * Shape:     CHECK ends the program with status 99 and the line that was
 *            wrong; say prints without touching the heap, so that every
 *            allocation of a program is one that its text shows.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_PROGRAM_H
#define OL_TESTS_PROGRAM_H

#ifndef _GNU_SOURCE
#    define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((unused, format(printf, 1, 2))) static void say(
    const char *text, ...)
{
    char line[1000];
    va_list values;
    va_start(values, text);
    const int count = vsnprintf(line, sizeof line, text, values);
    va_end(values);
    if (write(1, line, (size_t)count) != count) _exit(98);
}

#define CHECK(condition)                                                  \
    do {                                                                  \
        if (!(condition)) {                                               \
            say("%s:%d: %s (errno %d)\n", __FILE__, __LINE__, #condition, \
                errno);                                                   \
            _exit(99);                                                    \
        }                                                                 \
    } while (0)

#endif
