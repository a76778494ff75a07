/* pages.c - whole pages from the kernel; see pages.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/pages.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/sandbox.h"

/* Only a sum for the evidence line: no order with anything else. */
static _Atomic uint64_t mapped_bytes;

static void count_mapped(size_t bytes)
{
    atomic_fetch_add_explicit(&mapped_bytes, bytes, memory_order_relaxed);
}

static void count_unmapped(size_t bytes)
{
    atomic_fetch_sub_explicit(&mapped_bytes, bytes, memory_order_relaxed);
}

static void *map(size_t bytes, int flags)
{
    if (ol_sandbox_is_closed()) return NULL;
    const int saved_errno = errno;
    const long got = syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0L);
    errno = saved_errno;
    if (got == -1) return NULL;
    count_mapped(bytes);
    return (void *)got; // NOLINT(performance-no-int-to-ptr): what mmap is
}

void *ol_pages_map(size_t bytes)
{
    return map(bytes, 0);
}

void *ol_pages_map_sparse(size_t bytes)
{
    void *const at = map(bytes, MAP_NORESERVE);
    /* A kernel without huge pages refuses this, and then needs it not. */
    if (at != NULL) (void)ol_pages_advise(at, bytes, MADV_NOHUGEPAGE);
    return at;
}

void ol_pages_unmap(void *at, size_t bytes)
{
    if (at == NULL || ol_sandbox_is_closed()) return;
    const int saved_errno = errno;
    syscall(SYS_munmap, at, bytes);
    errno = saved_errno;
    count_unmapped(bytes);
}

void *ol_pages_grow(void *at, size_t bytes, size_t new_bytes)
{
    if (ol_sandbox_is_closed()) return NULL;
    const int saved_errno = errno;
    const long got =
        syscall(SYS_mremap, at, bytes, new_bytes, MREMAP_MAYMOVE, NULL);
    errno = saved_errno;
    if (got == -1) return NULL;
    count_mapped(new_bytes);
    count_unmapped(bytes);
    return (void *)got; // NOLINT(performance-no-int-to-ptr): what mremap is
}

int ol_pages_advise(void *at, size_t bytes, int advice)
{
    if (ol_sandbox_is_closed()) return -EPERM;
    const int saved_errno = errno;
    const long got = syscall(SYS_madvise, at, bytes, advice);
    const int code = got == -1 ? -errno : 0;
    errno = saved_errno;
    return code;
}

uint64_t ol_pages_mapped_bytes(void)
{
    return atomic_load_explicit(&mapped_bytes, memory_order_relaxed);
}
