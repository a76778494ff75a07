/* facts.c - see facts.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/facts.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/helper.h"
#include "preload/lock.h"
#include "preload/real.h"

struct ol_facts ol_facts;

/* ---- In the helper: it has our memory, so /proc/self tells of us ---- */

static size_t read_file(const char *path, char *out, size_t room)
{
    const long fd =
        syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return 0;
    const long got = syscall(SYS_read, fd, out, room);
    syscall(SYS_close, fd);
    return got < 0 ? 0 : (size_t)got;
}

static void read_files(void *argument)
{
    struct ol_facts *const facts = argument;
    facts->argv_bytes =
        read_file("/proc/self/cmdline", facts->argv, sizeof(facts->argv));
    char source[32] = {0};
    read_file("/sys/devices/system/clocksource/clocksource0/"
              "current_clocksource",
        source, sizeof(source) - 1);
    facts->kernel_trusts_cycles = strcmp(source, "tsc\n") == 0 ||
                                  strcmp(source, "arch_sys_counter\n") == 0;
}

/* ---- In the process ---- */

/* The path of the module that holds an address; empty for the executable,
 * whose name the dynamic linker does not keep. */
static const char *module_of(const void *address)
{
    struct dl_find_object found;
    void *const at = (void *)(uintptr_t)address; // NOLINT: only looked up
    if (_dl_find_object(at, &found) != 0) return "";
    return found.dlfo_link_map->l_name;
}

static void copy_text(char *out, const char *text)
{
    const size_t bytes = strnlen(text, PATH_MAX - 1);
    memcpy(out, text, bytes);
    out[bytes] = 0;
}

static const void *address_of_real_malloc(void)
{
    const void *at = NULL;
    memcpy(&at, &ol_real.malloc, sizeof(at));
    return at;
}

/* A malloc that comes before ours in the program's order of symbols is what
 * the program calls: nothing of it will be seen. */
static void find_own_malloc(struct ol_facts *facts)
{
    const void *const first = dlsym(RTLD_DEFAULT, "malloc");
    const char *const owner = module_of(first);
    if (first == NULL || strcmp(owner, module_of(&ol_facts)) == 0) return;
    /* In an executable that is not position independent the address may be
     * that of a jump to ours: then its symbol is not defined there. */
    Dl_info info;
    void *symbol_at = NULL;
    if (dladdr1(first, &info, &symbol_at, RTLD_DL_SYMENT) == 0) return;
    const ElfW(Sym) *const symbol = symbol_at;
    if (symbol == NULL || symbol->st_shndx == SHN_UNDEF) return;
    copy_text(facts->own_malloc, owner[0] != 0 ? owner : facts->exe);
}

/* A relative path was relative to where the program began. */
static void find_library(struct ol_facts *facts)
{
    const char *const path = module_of(facts);
    const size_t cwd = strlen(facts->cwd);
    if (path[0] == '/' || cwd + 1 + strlen(path) >= PATH_MAX) {
        copy_text(facts->library, path);
        return;
    }
    copy_text(facts->library, facts->cwd);
    facts->library[cwd] = '/';
    memcpy(facts->library + cwd + 1, path, strlen(path) + 1);
}

void ol_facts_read(void)
{
    struct ol_facts *const facts = &ol_facts;
    const struct ol_signals saved = ol_lock_block_signals();
    ol_helper_run(read_files, facts);
    ol_lock_restore_signals(saved);
    syscall(SYS_readlink, "/proc/self/exe", facts->exe, PATH_MAX - 1);
    syscall(SYS_getcwd, facts->cwd, PATH_MAX);
    find_library(facts);
    if (ol_real_resolve())
        copy_text(facts->allocator, module_of(address_of_real_malloc()));
    const char *const name = strrchr(facts->allocator, '/');
    facts->allocator_is_glibc =
        name != NULL && strncmp(name, "/libc.so", strlen("/libc.so")) == 0;
    find_own_malloc(facts);
}
