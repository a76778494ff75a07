/* real.c - look-up of the real functions, and what serves until then.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/real.h"

#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

enum {
    ARENA_BYTES = 65536,
    ARENA_HEAD = 16, /* keeps blocks aligned; holds the size */
};

enum {
    UNRESOLVED,
    RESOLVING,
    RESOLVED
};

static atomic_int state; /* RESOLVED is stored with release, after ol_real */
static _Thread_local OL_INITIAL_EXEC bool resolving_here;

static _Alignas(ARENA_HEAD) uint8_t arena[ARENA_BYTES];
static atomic_size_t arena_used;

/* ---- The arena ---- */

static void *arena_take(size_t alignment, size_t bytes)
{
    if (alignment < ARENA_HEAD) alignment = ARENA_HEAD;
    if (bytes > ARENA_BYTES || alignment > ARENA_BYTES) goto fail;
    const size_t span = ARENA_HEAD + alignment + bytes + ARENA_HEAD;
    const size_t begin =
        atomic_fetch_add(&arena_used, span & ~(size_t)(ARENA_HEAD - 1));
    if (begin > ARENA_BYTES || span > ARENA_BYTES - begin) goto fail;
    const uintptr_t first = (uintptr_t)(arena + begin + ARENA_HEAD);
    uint8_t *const block =
        arena + begin + ARENA_HEAD +
        (((first + alignment - 1) & ~(alignment - 1)) - first);
    memcpy(block - ARENA_HEAD, &bytes, sizeof(bytes));
    return block;
fail:
    errno = ENOMEM;
    return NULL;
}

bool ol_real_is_arena(const void *block)
{
    return (uintptr_t)block - (uintptr_t)arena < ARENA_BYTES;
}

size_t ol_real_arena_size(const void *block)
{
    size_t bytes = 0;
    memcpy(&bytes, (const uint8_t *)block - ARENA_HEAD, sizeof(bytes));
    return bytes;
}

/* ---- What the table holds at first ---- */

static void *first_malloc(size_t bytes)
{
    return ol_real_resolve() ? ol_real.malloc(bytes) : arena_take(0, bytes);
}

static void *first_calloc(size_t count, size_t bytes)
{
    if (ol_real_resolve()) return ol_real.calloc(count, bytes);
    size_t total = 0;
    if (__builtin_mul_overflow(count, bytes, &total)) total = SIZE_MAX;
    return arena_take(0, total); /* never reused, so it is zero */
}

static void *first_realloc(void *block, size_t bytes)
{
    if (ol_real_resolve()) return ol_real.realloc(block, bytes);
    void *const moved = arena_take(0, bytes);
    if (moved == NULL || block == NULL) return moved;
    const size_t old = ol_real_arena_size(block);
    memcpy(moved, block, old < bytes ? old : bytes);
    return moved;
}

static void first_free(void *block)
{
    if (ol_real_resolve()) ol_real.free(block);
}

static int first_posix_memalign(void **out, size_t alignment, size_t bytes)
{
    if (ol_real_resolve()) return ol_real.posix_memalign(out, alignment, bytes);
    void *const block = arena_take(alignment, bytes);
    if (block == NULL) return ENOMEM;
    *out = block;
    return 0;
}

static void *first_aligned_alloc(size_t alignment, size_t bytes)
{
    return ol_real_resolve() ? ol_real.aligned_alloc(alignment, bytes)
                             : arena_take(alignment, bytes);
}

static void *first_memalign(size_t alignment, size_t bytes)
{
    return ol_real_resolve() ? ol_real.memalign(alignment, bytes)
                             : arena_take(alignment, bytes);
}

static void *first_valloc(size_t bytes)
{
    return ol_real_resolve() ? ol_real.valloc(bytes) : arena_take(4096, bytes);
}

static void *first_pvalloc(size_t bytes)
{
    return ol_real_resolve() ? ol_real.pvalloc(bytes) : arena_take(4096, bytes);
}

static size_t first_malloc_usable_size(void *block)
{
    return ol_real_resolve() ? ol_real.malloc_usable_size(block)
                             : ol_real_arena_size(block);
}

struct ol_real ol_real = {
#define X(result, name, parameters) .name = first_##name,
    OL_REAL_LIST(X)
#undef X
};

/* ---- The look-up ---- */

static void look_up(void)
{
    struct ol_real found;
    /* POSIX wants a function's address to survive the way through void *. */
#define X(result, name, parameters)                   \
    {                                                 \
        void *const at = dlsym(RTLD_NEXT, #name);     \
        memcpy(&found.name, &at, sizeof(found.name)); \
    }
    OL_REAL_LIST(X)
    OL_REAL_OTHER_LIST(X)
#undef X
    ol_real = found;
}

bool ol_real_resolve(void)
{
    if (atomic_load_explicit(&state, memory_order_acquire) == RESOLVED)
        return true;
    if (resolving_here) return false;
    int expected = UNRESOLVED;
    if (!atomic_compare_exchange_strong(&state, &expected, RESOLVING)) {
        while (atomic_load_explicit(&state, memory_order_acquire) != RESOLVED)
            sched_yield();
        return true;
    }
    const int saved_errno = errno;
    resolving_here = true;
    look_up();
    resolving_here = false;
    errno = saved_errno;
    atomic_store_explicit(&state, RESOLVED, memory_order_release);
    return true;
}
