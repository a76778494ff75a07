/* reentrant_malloc.c - an allocator that signal handlers may call anywhere.
 *
 * Shape:     blocks are cut off one arena by an atomic addition and never
 *            reused; 16 bytes before each hold its size, then whether it is
 *            free. Counts what it did in the file `truth`: two words of 64
 *            bits, allocations and frees, shared, so true to the last.
 * Threads:   any, in signal handlers too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    LIVE = 0x600d,
    DEAD = 0xdead,
    HEAD = 16
};

struct head {
    size_t bytes;
    atomic_size_t state;
};

static char arena[(size_t)1 << 30] __attribute__((aligned(4096)));
static atomic_size_t used;

struct counts {
    atomic_ulong allocs;
    atomic_ulong frees;
};

static struct counts early;
static struct counts *counts = &early;

static void *cut(size_t alignment, size_t bytes)
{
    if (alignment < 16) alignment = 16;
    if (bytes > sizeof arena) return NULL;
    const size_t room = (bytes + HEAD + alignment + 15) / 16 * 16;
    const size_t at = atomic_fetch_add(&used, room);
    if (at + room > sizeof arena) return NULL;
    const uintptr_t first = (uintptr_t)arena + at + HEAD;
    const uintptr_t block = (first + alignment - 1) / alignment * alignment;
    struct head *const head = (struct head *)block - 1;
    head->bytes = bytes;
    atomic_store(&head->state, LIVE);
    atomic_fetch_add(&counts->allocs, 1);
    return head + 1;
}

static void release(void *block)
{
    struct head *const head = (struct head *)block - 1;
    if (atomic_exchange(&head->state, DEAD) != LIVE) abort();
    atomic_fetch_add(&counts->frees, 1);
}

void *malloc(size_t bytes)
{
    return cut(16, bytes);
}

void free(void *block)
{
    if (block) release(block);
}

void *calloc(size_t count, size_t bytes)
{
    return cut(16, count * bytes); /* never reused: still zero */
}

void *realloc(void *old, size_t bytes)
{
    if (!old) return cut(16, bytes);
    void *const block = bytes > 0 ? cut(16, bytes) : NULL;
    const size_t before = ((struct head *)old - 1)->bytes;
    if (block) memcpy(block, old, before < bytes ? before : bytes);
    if (block || bytes == 0) release(old);
    return block;
}

void *memalign(size_t alignment, size_t bytes)
{
    return cut(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    return cut(alignment, bytes);
}

int posix_memalign(void **out, size_t alignment, size_t bytes)
{
    void *const block = cut(alignment, bytes);
    if (!block) return ENOMEM;
    *out = block;
    return 0;
}

__attribute__((constructor(101))) static void begin(void)
{
    const int file = open("truth", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || ftruncate(file, sizeof *counts) != 0) abort();
    struct counts *const shared =
        mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED) abort();
    close(file);
    memcpy((void *)shared, (void *)&early, sizeof early);
    counts = shared;
}
