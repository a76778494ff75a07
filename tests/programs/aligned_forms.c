/* aligned_forms.c - every aligned allocation, and what it must refuse.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <malloc.h>
#include <stdint.h>

// expect: aligned 58
// expect: api posix_memalign 14
// expect: api aligned_alloc 14
// expect: api memalign 14
// expect: api valloc 8
// expect: api pvalloc 8
// expect: free 58

static void check_and_free(void *block, size_t alignment)
{
    CHECK(block != NULL);
    CHECK((uintptr_t)block % alignment == 0);
    memset(block, 0x55, 64);
    free(block);
}

int main(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t a = 8; a <= 65536; a *= 2) {
        void *block = NULL;
        errno = 77;
        CHECK(posix_memalign(&block, a, 100) == 0 && errno == 77);
        check_and_free(block, a);
        check_and_free(aligned_alloc(a, a * 8), a);
        check_and_free(memalign(a, 100), a);
    }
    for (size_t n = 64; n <= 8192; n *= 2) {
        check_and_free(valloc(n), page);
        check_and_free(pvalloc(n), page);
    }
    /* posix_memalign says it by its result alone. */
    void *const before = &errno;
    void *untouched = before;
    const size_t bad[] = {0, 1, 4, 12, 24, 100};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        errno = 77;
        CHECK(posix_memalign(&untouched, bad[i], 100) == EINVAL);
        CHECK(errno == 77 && untouched == before);
    }
    CHECK(posix_memalign(&untouched, 64, PTRDIFF_MAX) == ENOMEM);
    CHECK(untouched == before);
    errno = 0;
    CHECK(memalign(64, PTRDIFF_MAX) == NULL && errno == ENOMEM);
    errno = 0;
    CHECK(pvalloc(SIZE_MAX) == NULL && errno == ENOMEM);
    say("done\n");
    return 0;
}
