/* filter.h - seccomp, as it is asked for by prctl or by syscall.
 *
 * Threads:   any.
 * Errors:    as the system call's.
 * Source:    seccomp(2), prctl(2).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_FILTER_H
#define OL_PRELOAD_FILTER_H

/* syscall(SYS_seccomp, …), which the entry of syscall sends here. */
long ol_filter_seccomp(unsigned operation, unsigned flags, void *argument);

/* For the entry of syscall: sets errno. Returns -1. */
long ol_filter_fail(long code);

/* The system call itself (entry_*.S). */
long ol_entry_syscall(long number, ...);

#endif
