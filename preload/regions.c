/* regions.c - mmap, munmap and mremap, recorded only where that was asked.
 *
 * Only the program's own calls come here, not those of the C library. The
 * system calls are made directly: they may be needed before anything has
 * been looked up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/clock.h"
#include "preload/threads.h"

struct region {
    enum ol_region_operation operation;
    uintptr_t address;
    size_t bytes;
    uintptr_t from;
};

static void note(const struct region *region, const struct ol_regs *caller)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL && ol_process.settings.records_regions) {
        const uint32_t node = ol_stream_capture(stream, caller);
        (void)!ol_stream_put(
            stream, &(struct ol_record){.type = OL_RECORD_REGION,
                        .tick = ol_clock_late(),
                        .value = {region->operation, region->address,
                            region->bytes, region->from, node}});
    }
    ol_threads_leave();
}

/* The registers of whoever called the function that this stands in. */
#define CALLER()                                              \
    ((struct ol_regs){(uintptr_t)__builtin_return_address(0), \
        (uintptr_t)__builtin_dwarf_cfa(),                     \
        *(const uintptr_t *)__builtin_frame_address(0)})

static bool is_recorded(long result)
{
    return result != -1 && ol_process.settings.records_regions;
}

OL_EXPORT void *mmap(
    void *at, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    const long got =
        syscall(SYS_mmap, at, bytes, protection, flags, fd, offset);
    const struct ol_regs caller = CALLER();
    if (is_recorded(got))
        note(
            &(struct region){OL_REGION_MAP, (uintptr_t)got, bytes, 0}, &caller);
    return (void *)got; // NOLINT(performance-no-int-to-ptr): what mmap is
}

OL_EXPORT void *mmap64(void *at, size_t bytes, int protection, int flags,
    int fd, off64_t offset) __attribute__((alias("mmap")));

OL_EXPORT int munmap(void *at, size_t bytes)
{
    const struct ol_regs caller = CALLER();
    /* Before: the addresses may be another thread's right after. */
    if (ol_process.settings.records_regions)
        note(&(struct region){OL_REGION_UNMAP, (uintptr_t)at, bytes, 0},
            &caller);
    return (int)syscall(SYS_munmap, at, bytes);
}

OL_EXPORT void *mremap(void *at, size_t bytes, size_t new_bytes, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    void *const target =
        (flags & MREMAP_FIXED) != 0 ? va_arg(rest, void *) : NULL;
    va_end(rest);
    const long got = syscall(SYS_mremap, at, bytes, new_bytes, flags, target);
    const struct ol_regs caller = CALLER();
    if (is_recorded(got)) {
        note(&(struct region){OL_REGION_REMAP, (uintptr_t)got, new_bytes,
                 (uintptr_t)at},
            &caller);
    }
    return (void *)got; // NOLINT(performance-no-int-to-ptr): what mremap is
}
