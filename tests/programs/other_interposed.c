/* other_interposed.c - the calls that we watch besides malloc do as ever.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

// expect: counts same

static void check_maps(void)
{
    const int prot = PROT_READ | PROT_WRITE;
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    char *at = mmap(NULL, 8192, prot, flags, -1, 0);
    CHECK(at != MAP_FAILED);
    at[8191] = 5;
    at = mremap(at, 8192, 1 << 20, MREMAP_MAYMOVE);
    CHECK(at != MAP_FAILED && at[8191] == 5);
    char *const place = mmap(NULL, 1 << 20, PROT_NONE, flags, -1, 0);
    at = mremap(at, 1 << 20, 1 << 20, MREMAP_MAYMOVE | MREMAP_FIXED, place);
    CHECK(at == place && at[8191] == 5);
    CHECK(munmap(at, 1 << 20) == 0);
    errno = 0;
    CHECK(mmap(NULL, 0, prot, flags, -1, 0) == MAP_FAILED && errno == EINVAL);
    errno = 0;
    CHECK(munmap((char *)1, 1) == -1 && errno == EINVAL);
    errno = 0;
    CHECK(mmap(NULL, 4096, prot, MAP_SHARED, 999, 0) == MAP_FAILED);
    CHECK(errno == EBADF);
}

static void check_calls(void)
{
    char name[17] = "";
    CHECK(prctl(PR_SET_NAME, "a name") == 0);
    CHECK(prctl(PR_GET_NAME, name) == 0 && strcmp(name, "a name") == 0);
    errno = 0;
    CHECK(prctl(-1, 1, 2, 3, 4) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_getpid) == getpid());
    errno = 0;
    CHECK(syscall(99999L) == -1 && errno == ENOSYS);
    /* Six arguments, the last two on other registers than a function's. */
    void *const at = (void *)syscall(SYS_mmap, NULL, 4096L, (long)PROT_READ,
        (long)(MAP_PRIVATE | MAP_ANONYMOUS), -1L, 0L);
    CHECK((intptr_t)at != -1 && *(char *)at == 0);
    CHECK(syscall(SYS_munmap, at, 4096L) == 0);
    CHECK(getauxval(AT_PAGESZ) == 4096);
    errno = 0;
    CHECK(getauxval(0x12345678) == 0 && errno == ENOENT);
}

int main(void)
{
    for (int i = 0; i < 1000; i++) {
        check_maps();
        check_calls();
        free(malloc(100));
    }
    say("done\n");
    return 0;
}
