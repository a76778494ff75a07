/* rt_threads.h - how long the tests on threads go on.
 *
 * Long where somebody watches the threads, short elsewhere.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_RT_THREADS_H
#define OL_TESTS_RT_THREADS_H

/* One case of them, in milliseconds; and how many threads a case may start
 * one after the other, which costs a watcher a millisecond each. */
#ifdef __SANITIZE_THREAD__
#    define RT_THREADS_CASE_MS 1200
#    define RT_THREADS_STARTS  5000
#else
#    define RT_THREADS_CASE_MS 150
#    define RT_THREADS_STARTS  100000
#endif

#endif
