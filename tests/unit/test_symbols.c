/* test_symbols.c - this program's own functions and lines, and files that
 * are not what was recorded.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/symbols.h"

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "tests/support/check.h"

/* ---- A module of this process, as a recording would name it ---- */

struct own_module {
    char path[4096];
    uint8_t build_id[64];
    size_t build_id_bytes;
    uint64_t bias;
};

static void read_notes(
    struct own_module *own, const uint8_t *at, const uint8_t *end)
{
    while (at + sizeof(ElfW(Nhdr)) <= end) {
        const ElfW(Nhdr) *note = (const void *)at;
        const uint8_t *name = at + sizeof *note;
        const uint8_t *data = name + ((note->n_namesz + 3) & ~3U);
        if (note->n_type == NT_GNU_BUILD_ID && memcmp(name, "GNU", 4) == 0) {
            own->build_id_bytes = note->n_descsz;
            memcpy(own->build_id, data, note->n_descsz);
        }
        at = data + ((note->n_descsz + 3) & ~3U);
    }
}

/* The first module is the executable. */
static int read_module(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    struct own_module *own = context;
    own->bias = info->dlpi_addr;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type != PT_NOTE) continue;
        /* NOLINTNEXTLINE(performance-no-int-to-ptr): it is an address */
        const uint8_t *at = (const void *)(info->dlpi_addr + header->p_vaddr);
        read_notes(own, at, at + header->p_memsz);
    }
    return 1;
}

static struct own_module read_own(void)
{
    struct own_module own = {0};
    const ssize_t length =
        readlink("/proc/self/exe", own.path, sizeof own.path - 1);
    OL_CHECK(length > 0);
    dl_iterate_phdr(read_module, &own);
    OL_CHECK(own.build_id_bytes > 0);
    return own;
}

static struct ol_symbols_module identify(const struct own_module *own)
{
    return (struct ol_symbols_module){
        .path = own->path,
        .build_id = own->build_id,
        .build_id_bytes = own->build_id_bytes,
    };
}

/* Resolves one place in one module, in a set of its own. */
static struct ol_symbols_frames resolve(struct ol_symbols *symbols,
    const struct ol_symbols_module *module, uint64_t address)
{
    uint32_t number = 0;
    struct ol_symbols_frames frames = {0};
    OL_CHECK_EQ(ol_symbols_add(symbols, module, &number), 0);
    OL_CHECK_EQ(ol_symbols_resolve(symbols, number, address, &frames), 0);
    OL_CHECK(frames.count > 0);
    return frames;
}

static struct ol_symbols *make_symbols(void)
{
    struct ol_symbols *symbols = NULL;
    OL_CHECK_EQ(ol_symbols_create(NULL, &symbols), 0);
    return symbols;
}

/* ---- Functions to be found ---- */

static int inner_line;
static int outer_line;

static inline __attribute__((always_inline)) uintptr_t here(void)
{
    uintptr_t pc = 0;
    inner_line = __LINE__ + 1;
    __asm__ volatile("1: lea 1b(%%rip), %0" : "=r"(pc));
    return pc;
}

static __attribute__((noinline)) uintptr_t outer(void)
{
    outer_line = __LINE__ + 1;
    return here();
}

OL_CASE(an_inlined_call_is_a_frame_before_its_function)
{
    struct own_module own = read_own();
    struct ol_symbols *symbols = make_symbols();
    const struct ol_symbols_module module = identify(&own);
    const struct ol_symbols_frames frames =
        resolve(symbols, &module, outer() - own.bias);

    OL_CHECK_EQ(frames.count, 2);
    OL_CHECK_TEXT(frames.at[0].function, "here");
    OL_CHECK(frames.at[0].inlined);
    OL_CHECK_EQ(frames.at[0].line, inner_line);
    OL_CHECK_TEXT(frames.at[1].function, "outer");
    OL_CHECK(!frames.at[1].inlined);
    OL_CHECK_EQ(frames.at[1].line, outer_line);
    for (int i = 0; i < 2; i++) {
        OL_CHECK(frames.at[i].named);
        OL_CHECK_TEXT(frames.at[i].module, own.path);
        OL_CHECK(strstr(frames.at[i].file, "/test_symbols.c") != NULL);
    }
    OL_CHECK_EQ(ol_symbols_state_of(symbols, 0), OL_SYMBOLS_DEBUG);
    ol_symbols_destroy(symbols);
}

OL_CASE(asking_twice_gives_the_same_frames)
{
    struct own_module own = read_own();
    struct ol_symbols *symbols = make_symbols();
    const struct ol_symbols_module module = identify(&own);
    const uint64_t address = outer() - own.bias;
    const struct ol_symbols_frame *first =
        resolve(symbols, &module, address).at;
    for (uint64_t other = 0; other < 5000; other++)
        resolve(symbols, &module, address + other);
    OL_CHECK(resolve(symbols, &module, address).at == first);
    OL_CHECK_EQ(ol_symbols_count(symbols), 1);
    ol_symbols_destroy(symbols);
}

/* ---- Files that are not what they were ---- */

static void check_refused(
    const struct ol_symbols_module *module, enum ol_symbols_state expected)
{
    struct ol_symbols *symbols = make_symbols();
    const struct ol_symbols_frames frames = resolve(symbols, module, 0x1234);
    const enum ol_symbols_state state = ol_symbols_state_of(symbols, 0);
    char text[64];
    snprintf(text, sizeof text, "%s", frames.at[0].function);
    const bool named = frames.at[0].named;
    const uint32_t count = frames.count;
    ol_symbols_destroy(symbols);

    OL_CHECK_EQ(state, expected);
    OL_CHECK(!named);
    OL_CHECK_EQ(count, 1);
    OL_CHECK(strstr(text, "+0x1234") != NULL);
}

OL_CASE(a_file_with_another_build_id_is_refused)
{
    struct own_module own = read_own();
    own.build_id[3] ^= 1;
    struct ol_symbols_module module = identify(&own);
    check_refused(&module, OL_SYMBOLS_CHANGED);
    module.build_id_bytes = 0;
    check_refused(&module, OL_SYMBOLS_CHANGED);
}

OL_CASE(what_is_no_file_or_no_elf_file_is_refused)
{
    struct ol_symbols_module module = {.path = "/nonexistent/libgone.so"};
    check_refused(&module, OL_SYMBOLS_MISSING);
    module.path = "/dev/zero";
    check_refused(&module, OL_SYMBOLS_MISSING);
    module.path = "/etc/passwd";
    check_refused(&module, OL_SYMBOLS_UNREADABLE);
    module.path = "";
    check_refused(&module, OL_SYMBOLS_MISSING);
}

OL_CASE(a_deleted_file_that_was_put_back_is_found)
{
    struct own_module own = read_own();
    const size_t length = strlen(own.path);
    snprintf(own.path + length, sizeof own.path - length, "%s", " (deleted)");
    struct ol_symbols *symbols = make_symbols();
    const struct ol_symbols_module module = identify(&own);
    const struct ol_symbols_frames frames =
        resolve(symbols, &module, outer() - own.bias);
    OL_CHECK_TEXT(frames.at[0].function, "here");
    ol_symbols_destroy(symbols);
}

OL_CASE(the_vdso_is_that_of_this_kernel)
{
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): it is an address */
    const ElfW(Ehdr) *header = (const void *)getauxval(AT_SYSINFO_EHDR);
    if (!header) return;
    const ElfW(Phdr) *headers =
        (const void *)((const uint8_t *)header + header->e_phoff);
    struct own_module vdso = {.path = "linux-vdso.so.1"};
    for (int i = 0; i < header->e_phnum; i++) {
        if (headers[i].p_type != PT_NOTE) continue;
        const uint8_t *at = (const uint8_t *)header + headers[i].p_offset;
        read_notes(&vdso, at, at + headers[i].p_filesz);
    }
    struct ol_symbols_module module = identify(&vdso);
    module.vdso = true;
    struct ol_symbols *symbols = make_symbols();
    int named = 0;
    for (uint64_t address = 0; address < 0x2000; address += 16)
        named += resolve(symbols, &module, address).at[0].named;
    OL_CHECK_EQ(ol_symbols_state_of(symbols, 0), OL_SYMBOLS_TABLE);
    OL_CHECK(named > 4);
    ol_symbols_destroy(symbols);
}

OL_CASE(more_modules_than_stay_open_are_still_named)
{
    struct own_module own = read_own();
    struct ol_symbols *symbols = make_symbols();
    struct ol_symbols_module module = identify(&own);
    const uint64_t address = outer() - own.bias;
    for (uint64_t round = 0; round < 2; round++) {
        char path[8192] = "";
        for (int i = 0; i < OL_SYMBOLS_OPEN_MAX + 3; i++) {
            /* Another name of the same file, again and again. */
            snprintf(path + i, sizeof path - (size_t)i, "/%s", own.path);
            module.path = path;
            const struct ol_symbols_frames frames =
                resolve(symbols, &module, address + round);
            OL_CHECK_TEXT(frames.at[frames.count - 1].function, "outer");
            path[i] = '/';
        }
    }
    OL_CHECK_EQ(ol_symbols_count(symbols), OL_SYMBOLS_OPEN_MAX + 3);
    ol_symbols_destroy(symbols);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(an_inlined_call_is_a_frame_before_its_function)
OL_CASES_ENTRY(asking_twice_gives_the_same_frames)
OL_CASES_ENTRY(a_file_with_another_build_id_is_refused)
OL_CASES_ENTRY(what_is_no_file_or_no_elf_file_is_refused)
OL_CASES_ENTRY(a_deleted_file_that_was_put_back_is_found)
OL_CASES_ENTRY(the_vdso_is_that_of_this_kernel)
OL_CASES_ENTRY(more_modules_than_stay_open_are_still_named)
OL_CASES_END
