/* lock.c - see lock.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/sandbox.h"

enum {
    FREE,
    HELD,
    WAITED_FOR
};

struct ol_signals ol_lock_block_signals(void)
{
    struct ol_signals saved = {0};
    if (ol_sandbox_is_closed()) return saved;
    const int saved_errno = errno;
    const uint64_t all = ~(uint64_t)0;
    syscall(
        SYS_rt_sigprocmask, SIG_SETMASK, &all, &saved.mask, sizeof(saved.mask));
    errno = saved_errno;
    return saved;
}

void ol_lock_restore_signals(struct ol_signals saved)
{
    if (ol_sandbox_is_closed()) return;
    const int saved_errno = errno;
    syscall(
        SYS_rt_sigprocmask, SIG_SETMASK, &saved.mask, NULL, sizeof(saved.mask));
    errno = saved_errno;
}

struct ol_signals ol_lock_acquire(struct ol_lock *lock)
{
    const struct ol_signals saved = ol_lock_block_signals();
    const int saved_errno = errno;
    uint32_t seen = FREE;
    if (!atomic_compare_exchange_strong_explicit(&lock->word, &seen, HELD,
            memory_order_acquire, memory_order_relaxed)) {
        while (atomic_exchange_explicit(
                   &lock->word, WAITED_FOR, memory_order_acquire) != FREE)
            syscall(SYS_futex, &lock->word, FUTEX_WAIT_PRIVATE, WAITED_FOR,
                NULL, NULL, 0);
    }
    errno = saved_errno;
    return saved;
}

void ol_lock_release(struct ol_lock *lock, struct ol_signals saved)
{
    const int saved_errno = errno;
    /* Pairs with the acquire of whoever takes it next. */
    if (atomic_exchange_explicit(&lock->word, FREE, memory_order_release) ==
        WAITED_FOR)
        syscall(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    errno = saved_errno;
    ol_lock_restore_signals(saved);
}
