/* sink.c - see sink.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/decimal.h"
#include "preload/helper.h"
#include "trace/crc32c.h"

enum {
    FIRST_EXTENT = 256 * 1024,
    LAST_EXTENT = 8 * 1024 * 1024,
    MAX_IMAGES = 100000, /* of one process id in one directory */
    FILE_MODE = 0600,
    DIRECTORY_MODE = 0700,
    POPULATE_WRITE = 23, /* MADV_POPULATE_WRITE, Linux 5.14 */
};

/* What the helper is to do, and what came of it. */
struct job {
    struct ol_sink *sink;
    const char *directory; /* to create the file in it … */
    uint32_t pid;          /* … named for the process, not the helper */
    uint64_t offset;
    size_t bytes;
    void *mapped;
    int result;
};

/* ---- In the helper: system calls only ---- */

static long make_result(long got)
{
    return got == -1 ? -errno : got;
}

/* Zeroes where the file system cannot reserve. */
static int write_zeroes(int fd, uint64_t offset, size_t bytes)
{
    static const uint8_t zeroes[4096];
    while (bytes > 0) {
        const size_t part = bytes < sizeof(zeroes) ? bytes : sizeof(zeroes);
        const long got =
            make_result(syscall(SYS_pwrite64, fd, zeroes, part, offset));
        if (got < 0) return (int)got;
        offset += (uint64_t)got;
        bytes -= (size_t)got;
    }
    return 0;
}

static int reserve(int fd, uint64_t offset, size_t bytes)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    syscall(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, &limit);
    if (limit.rlim_cur != RLIM_INFINITY && offset + bytes > limit.rlim_cur)
        return -EFBIG;
    const long got = make_result(syscall(SYS_fallocate, fd, 0, offset, bytes));
    if (got == -EOPNOTSUPP) return write_zeroes(fd, offset, bytes);
    return (int)got;
}

static void map_range(struct job *job, int fd)
{
    job->result = reserve(fd, job->offset, job->bytes);
    if (job->result != 0) return;
    const long got = make_result(syscall(SYS_mmap, NULL, job->bytes,
        PROT_READ | PROT_WRITE, MAP_SHARED, fd, job->offset));
    if (got < 0 && got >= -4095) {
        job->result = (int)got;
        return;
    }
    job->mapped = (void *)got; // NOLINT(performance-no-int-to-ptr): mmap's
}

static bool is_same_file(const struct ol_sink *sink, int fd)
{
    struct stat now;
    return fstat(fd, &now) == 0 && now.st_dev == sink->device &&
           now.st_ino == sink->inode;
}

static void extend_file(void *argument)
{
    struct job *const job = argument;
    const long fd = make_result(syscall(SYS_openat, AT_FDCWD, job->sink->path,
        O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0));
    if (fd < 0) {
        job->result = (int)fd;
        return;
    }
    job->result = -ESTALE;
    if (is_same_file(job->sink, (int)fd)) map_range(job, (int)fd);
    syscall(SYS_close, fd);
}

/* The directory may not be one that others could plant files in. */
static int open_directory(const char *path)
{
    const long made =
        make_result(syscall(SYS_mkdirat, AT_FDCWD, path, DIRECTORY_MODE));
    if (made < 0 && made != -EEXIST) return (int)made;
    const long fd = make_result(syscall(SYS_openat, AT_FDCWD, path,
        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0));
    if (fd < 0) return (int)fd;
    struct stat seen;
    if (fstat((int)fd, &seen) == 0 && seen.st_uid == geteuid() &&
        (seen.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        return (int)fd;
    syscall(SYS_close, fd);
    return -EPERM;
}

/* "PID.trace" or "PID-IMAGE.trace". */
static void name_file(char *at, uint32_t pid, unsigned image)
{
    at = ol_decimal_put(at, pid);
    if (image > 1) {
        *at++ = '-';
        at = ol_decimal_put(at, image);
    }
    memcpy(at, ".trace", sizeof(".trace"));
}

static int open_new_file(struct job *job, int directory)
{
    struct ol_sink *const sink = job->sink;
    const size_t length = strlen(job->directory);
    if (length + 40 > sizeof(sink->path)) return -ENAMETOOLONG;
    memcpy(sink->path, job->directory, length);
    sink->path[length] = '/';
    char *const name = sink->path + length + 1;
    for (unsigned image = 1; image < MAX_IMAGES; image++) {
        name_file(name, job->pid, image);
        const long fd = make_result(syscall(SYS_openat, directory, name,
            O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE));
        if (fd != -EEXIST) return (int)fd;
    }
    return -EEXIST;
}

static void create_in(struct job *job, int directory)
{
    const int fd = open_new_file(job, directory);
    job->result = fd;
    if (fd < 0) return;
    struct stat made = {0};
    (void)fstat(fd, &made);
    job->sink->device = made.st_dev;
    job->sink->inode = made.st_ino;
    map_range(job, fd);
    if (job->result != 0) syscall(SYS_unlinkat, AT_FDCWD, job->sink->path, 0);
    syscall(SYS_close, fd);
}

static void create_file(void *argument)
{
    struct job *const job = argument;
    /* The helper's own mask: the file must open again whatever the program
     * keeps from its files. */
    const mode_t mask = (mode_t)syscall(SYS_umask, 0);
    const int directory = open_directory(job->directory);
    job->result = directory;
    if (directory >= 0) {
        create_in(job, directory);
        syscall(SYS_close, directory);
    }
    syscall(SYS_umask, mask);
}

/* ---- In the process ---- */

int ol_sink_create(struct ol_sink *sink, const char *directory,
    const struct ol_file_header *header)
{
    struct job job = {.sink = sink,
        .directory = directory,
        .pid = header->pid,
        .bytes = OL_HEADER_BYTES};
    const struct ol_signals saved = ol_lock_acquire(&sink->lock);
    ol_helper_run(create_file, &job);
    ol_lock_release(&sink->lock, saved);
    if (job.result < 0) return job.result;
    sink->header = job.mapped;
    sink->control = (void *)((uint8_t *)job.mapped + OL_CONTROL_OFFSET);
    *sink->header = *header;
    sink->header->crc =
        ol_crc32c_extend(0, sink->header, offsetof(struct ol_file_header, crc));
    sink->file_bytes = OL_HEADER_BYTES;
    sink->next_extent = FIRST_EXTENT;
    atomic_store_explicit(
        &sink->control->claimed_bytes, OL_HEADER_BYTES, memory_order_relaxed);
    return 0;
}

/* Makes an extent of at most `bytes`, smaller where that does not fit. */
static int extend(struct ol_sink *sink, size_t bytes)
{
    struct job job = {.sink = sink, .offset = sink->file_bytes};
    job.result = -EFBIG;
    for (; bytes >= OL_CHUNK_ALIGN; bytes /= 2) {
        job.bytes = bytes & ~(size_t)(OL_CHUNK_ALIGN - 1);
        if (sink->max_bytes != 0 && job.offset + job.bytes > sink->max_bytes)
            continue;
        ol_helper_run(extend_file, &job);
        const bool too_big = job.result == -ENOSPC || job.result == -EFBIG ||
                             job.result == -EDQUOT || job.result == -ENOMEM;
        if (!too_big) break;
    }
    if (job.result != 0) return job.result;
    sink->extent = job.mapped;
    sink->extent_left = job.bytes;
    sink->file_bytes += job.bytes;
    if (sink->next_extent < LAST_EXTENT) sink->next_extent *= 2;
    return 0;
}

/* Touches the pages now, so that a file system that reserves nothing says so
 * here. Old kernels know no such call; there the reservation must do. */
static int populate(void *at, size_t bytes)
{
    const long got =
        make_result(syscall(SYS_madvise, at, bytes, POPULATE_WRITE));
    if (got == -EINVAL || got == -EAGAIN) return 0;
    return got == -EFAULT ? -ENOSPC : (int)got;
}

static int claim(
    struct ol_sink *sink, size_t bytes, void **out, size_t *out_bytes)
{
    if (sink->extent_left == 0) {
        const size_t wanted =
            bytes > sink->next_extent ? bytes : sink->next_extent;
        const int got = extend(sink, wanted);
        if (got != 0) return got;
    }
    if (bytes > sink->extent_left) bytes = sink->extent_left;
    const int got = populate(sink->extent, bytes);
    if (got != 0) return got;
    *out = sink->extent;
    *out_bytes = bytes;
    sink->extent += bytes;
    sink->extent_left -= bytes;
    /* Only a hint to readers; the chunk's own header is what they check. */
    atomic_store_explicit(&sink->control->claimed_bytes,
        sink->file_bytes - sink->extent_left, memory_order_relaxed);
    return 0;
}

int ol_sink_claim(
    struct ol_sink *sink, size_t bytes, void **out, size_t *out_bytes)
{
    const int saved_errno = errno;
    const struct ol_signals saved = ol_lock_acquire(&sink->lock);
    const int got = claim(sink, bytes, out, out_bytes);
    ol_lock_release(&sink->lock, saved);
    errno = saved_errno;
    return got;
}

void ol_sink_return(void *chunk, size_t bytes)
{
    const int saved_errno = errno;
    syscall(SYS_munmap, chunk, bytes);
    errno = saved_errno;
}

void ol_sink_lose(struct ol_sink *sink, enum ol_lost reason, uint64_t count)
{
    if (sink->control == NULL) return;
    atomic_fetch_add_explicit(
        &sink->control->lost[reason], count, memory_order_relaxed);
}
