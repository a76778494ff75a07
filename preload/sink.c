/* sink.c - see sink.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/decimal.h"
#include "preload/helper.h"
#include "preload/sandbox.h"
#include "trace/crc32c.h"

enum {
    FIRST_EXTENT = 256 * 1024,
    LAST_EXTENT = 8 * 1024 * 1024,
    MAX_IMAGES = 100000, /* of one process id in one directory */
    NAME_MAX_BYTES = 40,
    FILE_MODE = 0600,
    DIRECTORY_MODE = 0700,
    HEADROOM = 1 << 30,
    POPULATE_WRITE = 23, /* MADV_POPULATE_WRITE, Linux 5.14 */
};

/* What the helper is to do, and what came of it. */
struct job {
    struct ol_sink *sink;
    const char *directory;               /* to create the file in it … */
    const struct ol_file_header *header; /* … that begins with this */
    uint64_t offset;
    size_t bytes;
    void *mapped;
    bool is_blind; /* mapped without having been reserved */
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

static uint64_t size_limit(void)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    syscall(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, &limit);
    return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
}

static int reserve(int fd, uint64_t offset, size_t bytes)
{
    if (offset + bytes > size_limit()) return -EFBIG;
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

/* Who begins as root may become another user, or move to another root, and
 * then cannot open the file any more. A hole at its end lets it grow even so
 * (see grow_blindly). */
static void add_headroom(struct ol_sink *sink, int fd)
{
    if (geteuid() != 0) return;
    uint64_t end = HEADROOM;
    const uint64_t limit = size_limit();
    if (end > limit) end = limit;
    if (sink->max_bytes != 0 && end > sink->max_bytes) end = sink->max_bytes;
    if (end <= OL_HEADER_BYTES) return;
    if (syscall(SYS_ftruncate, fd, end) == 0) sink->headroom_end = end;
}

static void fill_header(void *page, const struct ol_file_header *header)
{
    struct ol_file_header *const to = page;
    struct ol_file_control *const control =
        (void *)((uint8_t *)page + OL_CONTROL_OFFSET);
    *to = *header;
    to->crc = ol_crc32c_extend(0, to, offsetof(struct ol_file_header, crc));
    atomic_store_explicit(
        &control->claimed_bytes, OL_HEADER_BYTES, memory_order_relaxed);
}

/* ".PID.new" */
static void name_new_file(char *at, uint32_t pid)
{
    *at++ = '.';
    at = ol_decimal_put(at, pid);
    memcpy(at, ".new", sizeof(".new"));
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

/* Gives a whole file the first name that is free. */
static int publish_file(struct job *job, int directory, const char *name)
{
    struct ol_sink *const sink = job->sink;
    const size_t length = strlen(job->directory);
    if (length + NAME_MAX_BYTES > sizeof(sink->path)) return -ENAMETOOLONG;
    memcpy(sink->path, job->directory, length);
    sink->path[length] = '/';
    char *const to = sink->path + length + 1;
    for (unsigned image = 1; image < MAX_IMAGES; image++) {
        name_file(to, job->header->pid, image);
        long got =
            make_result(syscall(SYS_linkat, directory, name, directory, to, 0));
        if (got == -EPERM || got == -EOPNOTSUPP) /* no links there */
            got = make_result(syscall(SYS_renameat2, directory, name, directory,
                to, RENAME_NOREPLACE));
        if (got != -EEXIST) return (int)got;
    }
    return -EEXIST;
}

static void fill_file(struct job *job, int directory, int fd, const char *name)
{
    struct stat made = {0};
    (void)fstat(fd, &made);
    job->sink->device = made.st_dev;
    job->sink->inode = made.st_ino;
    map_range(job, fd);
    if (job->result != 0) return;
    fill_header(job->mapped, job->header);
    add_headroom(job->sink, fd);
    job->result = publish_file(job, directory, name);
    if (job->result != 0) syscall(SYS_munmap, job->mapped, job->bytes);
}

/* The file appears under its name when its header is there. */
static void create_file(void *argument)
{
    struct job *const job = argument;
    const int directory = open_directory(job->directory);
    job->result = directory;
    if (directory < 0) return;
    char name[NAME_MAX_BYTES];
    name_new_file(name, job->header->pid);
    syscall(SYS_unlinkat, directory, name, 0); /* of one that was killed */
    const long fd = make_result(syscall(SYS_openat, directory, name,
        O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE));
    job->result = (int)fd;
    if (fd >= 0) {
        fill_file(job, directory, (int)fd, name);
        syscall(SYS_unlinkat, directory, name, 0);
        syscall(SYS_close, fd);
    }
    syscall(SYS_close, directory);
}

static void trim_file(void *argument)
{
    struct job *const job = argument;
    const long fd = make_result(syscall(SYS_openat, AT_FDCWD, job->sink->path,
        O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0));
    if (fd < 0) return;
    if (is_same_file(job->sink, (int)fd))
        syscall(SYS_ftruncate, fd, job->sink->file_bytes);
    syscall(SYS_close, fd);
}

/* ---- In the process ---- */

int ol_sink_create(struct ol_sink *sink, const char *directory,
    const struct ol_file_header *header)
{
    struct job job = {.sink = sink,
        .directory = directory,
        .header = header,
        .bytes = OL_HEADER_BYTES};
    const struct ol_signals saved = ol_lock_acquire(&sink->lock);
    ol_helper_run(create_file, &job);
    ol_lock_release(&sink->lock, saved);
    if (job.result < 0) return job.result;
    sink->header = job.mapped;
    sink->control = (void *)((uint8_t *)job.mapped + OL_CONTROL_OFFSET);
    sink->file_bytes = OL_HEADER_BYTES;
    sink->next_extent = FIRST_EXTENT;
    return 0;
}

/* Maps more of the file without opening it: a second mapping of its first
 * page is made, as long as need be, and cut off before what is new. Nothing
 * is reserved on disk; populate() does that, chunk by chunk. */
static int grow_blindly(struct job *job)
{
    const struct ol_sink *const sink = job->sink;
    const uint64_t end = job->offset + job->bytes;
    if (end > sink->headroom_end) return -ENOSPC;
    const long got = make_result(
        syscall(SYS_mremap, sink->header, 0UL, end, MREMAP_MAYMOVE, NULL));
    if (got < 0 && got >= -4095) return (int)got;
    syscall(SYS_munmap, got, job->offset);
    const uintptr_t mapped = (uintptr_t)got + job->offset;
    job->mapped = (void *)mapped; // NOLINT(performance-no-int-to-ptr): mmap's
    job->is_blind = true;
    return 0;
}

static bool is_refusal(int code)
{
    return code == -ENOSPC || code == -EFBIG || code == -EDQUOT ||
           code == -ENOMEM;
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
        if (job.result != 0 && !is_refusal(job.result))
            job.result = grow_blindly(&job);
        if (!is_refusal(job.result)) break;
    }
    if (job.result != 0) return job.result;
    sink->is_blind = job.is_blind;
    sink->extent = job.mapped;
    sink->extent_left = job.bytes;
    sink->file_bytes += job.bytes;
    if (sink->next_extent < LAST_EXTENT) sink->next_extent *= 2;
    return 0;
}

/* Touches the pages now, so that a file system that reserves nothing says so
 * here. Old kernels know no such call; there the reservation must do. */
static int populate(const struct ol_sink *sink, size_t bytes)
{
    const long got =
        make_result(syscall(SYS_madvise, sink->extent, bytes, POPULATE_WRITE));
    if (got == -EAGAIN) return 0;
    if (got == -EINVAL && !sink->is_blind) return 0;
    return got == -EFAULT ? -ENOSPC : (int)got;
}

static int claim(
    struct ol_sink *sink, size_t bytes, void **out, size_t *out_bytes)
{
    /* A rest that is much too small is left as a gap, if there is more. */
    if (sink->extent_left <= bytes / 16) {
        const size_t wanted =
            bytes > sink->next_extent ? bytes : sink->next_extent;
        const int got = extend(sink, wanted);
        if (got != 0 && sink->extent_left == 0) return got;
    }
    if (bytes > sink->extent_left) bytes = sink->extent_left;
    const int got = populate(sink, bytes);
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
    if (ol_sandbox_is_closed()) return -EPERM;
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

void ol_sink_trim(struct ol_sink *sink)
{
    if (ol_sandbox_is_closed()) return;
    const struct ol_signals saved = ol_lock_acquire(&sink->lock);
    struct job job = {.sink = sink};
    if (sink->headroom_end > sink->file_bytes) ol_helper_run(trim_file, &job);
    sink->headroom_end = 0;
    ol_lock_release(&sink->lock, saved);
}
