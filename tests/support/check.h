/* check.h - the smallest test harness: cases named as sentences.
 *
 * Shape:     a test file defines cases with OL_CASE(name) { … } and ends
 *            with OL_CASES(name, name, …), which makes main. A failed check
 *            prints file, line and both values, and ends its case.
 * Threads:   checks on the main thread only.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_CHECK_H
#define OL_TESTS_CHECK_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef void (*ol_case_fn)(void);

struct ol_case {
    const char *name;
    ol_case_fn run;
};

static jmp_buf ol_check_abort;

static inline void ol_check_fail(void)
{
    longjmp(ol_check_abort, 1);
}

static inline void ol_check_true(
    int holds, const char *text, const char *file, int line)
{
    if (holds) return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, text);
    ol_check_fail();
}

static inline void ol_check_equal(intmax_t got, intmax_t expected,
    const char *text, const char *file, int line)
{
    if (got == expected) return;
    fprintf(stderr, "%s:%d: %s: got %jd, expected %jd\n", file, line, text, got,
        expected);
    ol_check_fail();
}

static inline void ol_check_text(const char *got, const char *expected,
    const char *text, const char *file, int line)
{
    if (got != NULL && strcmp(got, expected) == 0) return;
    fprintf(stderr, "%s:%d: %s: got \"%s\", expected \"%s\"\n", file, line,
        text, got != NULL ? got : "(null)", expected);
    ol_check_fail();
}

static inline int ol_check_main(const struct ol_case *cases, size_t count)
{
    volatile size_t failed = 0;
    for (volatile size_t i = 0; i < count; i++) {
        if (setjmp(ol_check_abort) == 0) {
            cases[i].run();
            printf("ok      %s\n", cases[i].name);
        } else {
            printf("FAILED  %s\n", cases[i].name);
            failed++;
        }
        fflush(stdout);
    }
    printf("%zu passed, %zu failed\n", count - failed, failed);
    return failed != 0;
}

#define OL_CASE(name) static void name(void)

#define OL_CHECK(x) ol_check_true(!!(x), #x, __FILE__, __LINE__)
#define OL_CHECK_EQ(got, expected) \
    ol_check_equal(                \
        (intmax_t)(got), (intmax_t)(expected), #got, __FILE__, __LINE__)
#define OL_CHECK_TEXT(got, expected) \
    ol_check_text((got), (expected), #got, __FILE__, __LINE__)

/* One entry of the list that OL_CASES_END closes. */
#define OL_CASES_BEGIN     static const struct ol_case ol_cases[] = {
#define OL_CASES_ENTRY(fn) {#fn, fn},
#define OL_CASES_END                                           \
    }                                                          \
    ;                                                          \
    int main(void)                                             \
    {                                                          \
        return ol_check_main(                                  \
            ol_cases, sizeof(ol_cases) / sizeof(ol_cases[0])); \
    }

#endif
