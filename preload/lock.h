/* lock.h - a lock for the recorder's slow paths.
 *
 * Shape:     one futex word. All signals are blocked while it is held, so
 *            that no handler of the same thread can want it too; under it
 *            only system calls are made, never a function of the program or
 *            of the dynamic linker.
 * Threads:   any. Not recursive. After a fork the child re-initialises it.
 * Errors:    none; errno is unchanged.
 * Source:    U. Drepper, "Futexes are tricky", mutex 2.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_LOCK_H
#define OL_PRELOAD_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

struct ol_lock {
    _Atomic uint32_t word; /* 0 free, 1 held, 2 held and waited for */
};

/* The kernel's signal mask before all signals were blocked. */
struct ol_signals {
    uint64_t mask;
};

/* Blocks every signal of this thread. Returns what was blocked before. */
struct ol_signals ol_lock_block_signals(void);
void ol_lock_restore_signals(struct ol_signals saved);

struct ol_signals ol_lock_acquire(struct ol_lock *lock);
void ol_lock_release(struct ol_lock *lock, struct ol_signals saved);

#endif
