/* counting-preload.c - counts the calls that outlive must record.
 *
 * Shape:     one file a process image, $COUNTING_OUTPUT.PID.N, of one page
 *            that starts with the counts below as 64-bit words. The page is
 *            shared with the file, so nothing has to run at the end.
 * Units:     successful calls: a realloc that moves counts as one
 *            allocation and one free, one that frees as a free.
 * Threads:   any; a child made by any kind of fork starts its own file, as
 *            its `alive` page is zero; a vfork child counts for its parent.
 * Source:    own. Shares no code with the recorder, whose truth it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

struct counts {
    uint64_t allocs;
    uint64_t frees;
    uint64_t mallocs;
    uint64_t callocs;
    uint64_t reallocs;
    uint64_t aligned;
};

/* What is counted, by the name that the next library knows it by. */
struct real {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
    void *(*memalign)(size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*valloc)(size_t);
    void *(*pvalloc)(size_t);
};

EXPORT void free_sized(void *block, size_t bytes);
EXPORT void free_aligned_sized(void *block, size_t alignment, size_t bytes);
EXPORT void cfree(void *block);

static struct real real;
static struct counts early;   /* before the file is there */
static struct counts *shared; /* the file's page */
static uint32_t *alive;       /* zero in a process that has no file */
static char prefix[3072];
static int quiet; /* getting ready: not the program's calls */

static long call(long number, long a, long b, long c, long d, long e)
{
    const int saved = errno;
    const long result = syscall(number, a, b, c, d, e, 0L);
    const long value = result < 0 ? -errno : result;
    errno = saved;
    return value;
}

static char *put_text(char *at, const char *text)
{
    while (*text != 0)
        *at++ = *text++;
    *at = 0;
    return at;
}

static char *put_number(char *at, unsigned long number)
{
    char digits[24];
    char *first = digits + sizeof digits;
    *--first = 0;
    do
        *--first = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return put_text(at, first);
}

static int create_file(void)
{
    char path[4096];
    char *const end = put_number(
        put_text(path, prefix), (unsigned long)call(SYS_getpid, 0, 0, 0, 0, 0));
    for (unsigned long n = 1;; n++) {
        *end = '.';
        put_number(end + 1, n);
        const long file = call(SYS_openat, AT_FDCWD, (long)path,
            O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, 0);
        if (file != -EEXIST) return (int)file;
    }
}

static void *map(int prot, int flags, int file)
{
    const int saved = errno;
    void *const at = mmap(NULL, 4096, prot, flags, file, 0);
    errno = saved;
    return at == MAP_FAILED ? NULL : at;
}

/* Begins this process's file. Returns NULL while there is no name for it. */
static struct counts *begin(void)
{
    const int saved = errno;
    if (prefix[0] == 0) {
        const char *const name = environ ? getenv("COUNTING_OUTPUT") : NULL;
        errno = saved;
        if (!name || strlen(name) > sizeof prefix - 64) return NULL;
        put_text(put_text(prefix, name), ".");
    }
    if (!alive) {
        alive = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
        if (!alive) return NULL;
        call(SYS_madvise, (long)alive, 4096, MADV_WIPEONFORK, 0, 0);
    }
    const int file = create_file();
    if (file < 0) return NULL;
    call(SYS_ftruncate, file, 4096, 0, 0, 0);
    struct counts *const page = map(PROT_READ | PROT_WRITE, MAP_SHARED, file);
    call(SYS_close, file, 0, 0, 0, 0);
    if (!page) return NULL;
    *page = early;
    memset(&early, 0, sizeof early);
    shared = page;
    *alive = 1;
    return page;
}

static struct counts *counts(void)
{
    if (alive && *alive != 0) return shared;
    struct counts *const page = begin();
    return page ? page : &early;
}

static void add(size_t field)
{
    if (quiet) return;
    char *const base = (char *)counts();
    __atomic_fetch_add((uint64_t *)(void *)(base + field), 1, __ATOMIC_RELAXED);
}

#define ADD(name) add(offsetof(struct counts, name))

static void *allocated(void *block, size_t field)
{
    if (!block) return NULL;
    ADD(allocs);
    add(field);
    return block;
}

#define ALLOCATED(block, name) allocated(block, offsetof(struct counts, name))

/* dlsym allocates nothing when it finds the name. */
static void find_real(void)
{
    const int saved = errno;
    real = (struct real){
        .malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc"),
        .calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc"),
        .realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc"),
        .free = (void (*)(void *))dlsym(RTLD_NEXT, "free"),
        .memalign = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "memalign"),
        .aligned_alloc =
            (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "aligned_alloc"),
        .posix_memalign = (int (*)(void **, size_t, size_t))dlsym(
            RTLD_NEXT, "posix_memalign"),
        .valloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "valloc"),
        .pvalloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "pvalloc"),
    };
    errno = saved;
}

static const struct real *next(void)
{
    if (!real.malloc) find_real();
    return &real;
}

EXPORT void *malloc(size_t bytes)
{
    return ALLOCATED(next()->malloc(bytes), mallocs);
}

EXPORT void *calloc(size_t count, size_t bytes)
{
    return ALLOCATED(next()->calloc(count, bytes), callocs);
}

EXPORT void *realloc(void *old, size_t bytes)
{
    void *const block = next()->realloc(old, bytes);
    if (old && (block || bytes == 0)) ADD(frees);
    return ALLOCATED(block, reallocs);
}

EXPORT void free(void *block)
{
    if (block) ADD(frees);
    next()->free(block);
}

EXPORT void free_sized(void *block, size_t bytes)
{
    (void)bytes;
    free(block);
}

EXPORT void free_aligned_sized(void *block, size_t alignment, size_t bytes)
{
    (void)alignment, (void)bytes;
    free(block);
}

EXPORT void cfree(void *block)
{
    free(block);
}

EXPORT void *memalign(size_t alignment, size_t bytes)
{
    return ALLOCATED(next()->memalign(alignment, bytes), aligned);
}

EXPORT void *aligned_alloc(size_t alignment, size_t bytes)
{
    return ALLOCATED(next()->aligned_alloc(alignment, bytes), aligned);
}

EXPORT int posix_memalign(void **out, size_t alignment, size_t bytes)
{
    const int result = next()->posix_memalign(out, alignment, bytes);
    if (result == 0) ALLOCATED(*out, aligned);
    return result;
}

EXPORT void *valloc(size_t bytes)
{
    return ALLOCATED(next()->valloc(bytes), aligned);
}

EXPORT void *pvalloc(size_t bytes)
{
    return ALLOCATED(next()->pvalloc(bytes), aligned);
}
