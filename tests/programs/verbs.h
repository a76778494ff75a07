/* verbs.h - every annotation once, in one order, for all kinds of binary.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_VERBS_H
#define OL_TESTS_VERBS_H

#include <errno.h>
#include <outlive/outlive.h>
#include <stdlib.h>

static int say_all_verbs(void)
{
    static int outside;
    char *const task = (char *)malloc(100);
    char *const waker = (char *)malloc(50);
    errno = 42;
    ol_layout("task", "waker", 24, OL_FIELD_STRONG);
    ol_layout("task", "refs", 8, OL_FIELD_REFCOUNT);
    ol_born(task, "task");
    ol_enter(task);
    char *const inner = (char *)malloc(30);
    ol_enter(&outside);
    ol_leave(&outside);
    ol_leave(task);
    ol_adopt(task, inner);
    ol_born(waker + 16, "waker");
    ol_state(task, "polled");
    ol_ref(waker);
    ol_waits(task, waker);
    ol_woken(task);
    ol_unref(waker);
    ol_counter(task, "wakers", -5);
    ol_counter(task, "wakers", INT64_MAX);
    ol_ended(task, "completed");
    ol_mark("iteration");
    ol_snapshot("here");
    const int kept = errno == 42;
    free(inner);
    free(waker);
    free(task);
    return kept;
}

#endif
