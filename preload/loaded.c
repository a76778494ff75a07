/* loaded.c - the modules that are mapped into the process; see loaded.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/loaded.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/pages.h"
#include "trace/varint.h"

enum {
    PATH_BYTES = 4096,
    HEAD_BYTES = 4096, /* of an object, surely mapped */
    SEGMENTS_MAX = OL_LOADED_SEGMENTS_MAX_BYTES / (4 * OL_VARINT_MAX_BYTES),
    NOTE_ALIGN = 4,
    ONE_CLOSING = 1,
};

#define ONE_CHANGE ((uint64_t)1 << 32)

/* Written by ol_loaded_init before there is another thread. */
static struct ol_loaded *initial;
static size_t initial_count;
static const char *main_path = "";

/* Stored with release around dlclose; loaded with acquire by captures. */
static _Atomic uint64_t epoch;

/* ---- Program headers ---- */

static const uint8_t *at_address(uintptr_t address)
{
    return (const uint8_t *)address; // NOLINT(performance-no-int-to-ptr)
}

/* The readable segment around an address becomes the bounds of its CFI. */
static void bound_ehframe(struct ol_loaded *module)
{
    const uintptr_t header = (uintptr_t)module->ehframe.header;
    for (uint32_t i = 0; i < module->header_count; i++) {
        const ElfW(Phdr) *const ph = &module->headers[i];
        const uintptr_t begin = module->bias + ph->p_vaddr;
        if (ph->p_type != PT_LOAD || (ph->p_flags & PF_R) == 0) continue;
        if (header - begin >= ph->p_memsz) continue;
        module->ehframe.low = at_address(begin);
        module->ehframe.high = at_address(begin + ph->p_memsz);
        return;
    }
    module->ehframe = (struct ol_ehframe){0};
}

static void find_ehframe(struct ol_loaded *module)
{
    for (uint32_t i = 0; i < module->header_count; i++) {
        const ElfW(Phdr) *const ph = &module->headers[i];
        if (ph->p_type == PT_GNU_EH_FRAME)
            module->ehframe.header = at_address(module->bias + ph->p_vaddr);
    }
    bound_ehframe(module);
}

/* ---- Modules at start ---- */

static void find_extent(struct ol_loaded *module)
{
    uintptr_t low = UINTPTR_MAX;
    uintptr_t high = 0;
    for (uint32_t i = 0; i < module->header_count; i++) {
        const ElfW(Phdr) *const ph = &module->headers[i];
        if (ph->p_type != PT_LOAD) continue;
        if (ph->p_vaddr < low) low = ph->p_vaddr;
        if (ph->p_vaddr + ph->p_memsz > high) high = ph->p_vaddr + ph->p_memsz;
    }
    module->start = module->bias + (low == UINTPTR_MAX ? 0 : low);
    module->end = module->bias + high;
}

static int count_module(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)info;
    (void)size;
    ++*(size_t *)data;
    return 0;
}

static int add_module(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    const size_t capacity = *(const size_t *)data;
    if (initial_count == capacity) return 1;
    struct ol_loaded module = {
        .bias = info->dlpi_addr,
        .path = info->dlpi_name != NULL ? info->dlpi_name : "",
        .headers = info->dlpi_phdr,
        .header_count = info->dlpi_phnum,
        .flags = OL_MODULE_AT_START,
    };
    find_extent(&module);
    find_ehframe(&module);
    if (initial_count == 0) {
        module.flags |= OL_MODULE_MAIN;
        module.path = main_path;
    }
    if (module.start == getauxval(AT_SYSINFO_EHDR))
        module.flags |= OL_MODULE_VDSO;
    size_t place = initial_count++;
    for (; place > 0 && initial[place - 1].start > module.start; place--)
        initial[place] = initial[place - 1];
    initial[place] = module;
    return 0;
}

static void read_main_path(void)
{
    char *const path = ol_pages_map(PATH_BYTES);
    if (path == NULL) return;
    const long got =
        syscall(SYS_readlink, "/proc/self/exe", path, (long)PATH_BYTES - 1);
    if (got > 0) {
        main_path = path;
        return;
    }
    ol_pages_unmap(path, PATH_BYTES);
    const uintptr_t given = getauxval(AT_EXECFN);
    if (given != 0) main_path = (const char *)at_address(given);
}

void ol_loaded_init(void)
{
    if (initial != NULL) return;
    size_t capacity = 0;
    dl_iterate_phdr(count_module, &capacity);
    initial = ol_pages_map(capacity * sizeof *initial);
    if (initial == NULL) return;
    read_main_path();
    dl_iterate_phdr(add_module, &capacity);
}

static const struct ol_loaded *find_initial(uintptr_t address)
{
    size_t low = 0;
    size_t high = initial_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (initial[middle].start <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) return NULL;
    const struct ol_loaded *const module = &initial[low - 1];
    return address < module->end ? module : NULL;
}

/* ---- Dynamic modules ---- */

/* An object begins with its ELF header, and the program headers follow in
 * the same page, unless a tool has moved them: then they are not used. */
static void find_headers(struct ol_loaded *module)
{
    const uint8_t *const head = at_address(module->start);
    ElfW(Ehdr) elf;
    if (module->end - module->start < HEAD_BYTES) return;
    memcpy(&elf, head, sizeof elf);
    if (memcmp(elf.e_ident, ELFMAG, SELFMAG) != 0) return;
    const uint64_t bytes = (uint64_t)elf.e_phnum * sizeof(ElfW(Phdr));
    if (elf.e_phentsize != sizeof(ElfW(Phdr)) || elf.e_phnum == 0) return;
    if (elf.e_phoff > HEAD_BYTES || bytes > HEAD_BYTES - elf.e_phoff) return;
    if (elf.e_phoff % _Alignof(ElfW(Phdr)) != 0) return;
    module->headers = (const void *)(head + elf.e_phoff);
    module->header_count = elf.e_phnum;
}

static bool find_dynamic(uintptr_t address, struct ol_loaded *out)
{
    struct dl_find_object found;
    void *const place = (void *)address; // NOLINT(performance-no-int-to-ptr)
    if (_dl_find_object(place, &found) != 0) return false;
    *out = (struct ol_loaded){
        .start = (uintptr_t)found.dlfo_map_start,
        .end = (uintptr_t)found.dlfo_map_end,
        .bias = found.dlfo_link_map->l_addr,
        .path = found.dlfo_link_map->l_name,
    };
    if (out->path == NULL) out->path = "";
    find_headers(out);
    out->ehframe.header = found.dlfo_eh_frame;
    bound_ehframe(out);
    return true;
}

bool ol_loaded_find(uintptr_t address, struct ol_loaded *out)
{
    const struct ol_loaded *const module = find_initial(address);
    if (module == NULL) return find_dynamic(address, out);
    *out = *module;
    return true;
}

/* ---- Identity ---- */

static size_t round_note(uint32_t bytes)
{
    return ((size_t)bytes + NOTE_ALIGN - 1) & ~(size_t)(NOTE_ALIGN - 1);
}

/* Looks for the build-id in one segment of notes. */
static struct ol_bytes find_build_id(const uint8_t *at, size_t bytes)
{
    struct ol_bytes none = {NULL, 0};
    ElfW(Nhdr) note;
    while (bytes >= sizeof note) {
        memcpy(&note, at, sizeof note);
        const size_t name = round_note(note.n_namesz);
        const size_t text = round_note(note.n_descsz);
        if (name > bytes - sizeof note) return none;
        if (text > bytes - sizeof note - name) return none;
        const uint8_t *const owner = at + sizeof note;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
            memcmp(owner, "GNU", 4) == 0)
            return (struct ol_bytes){owner + name, note.n_descsz};
        at += sizeof note + name + text;
        bytes -= sizeof note + name + text;
    }
    return none;
}

struct ol_bytes ol_loaded_build_id(const struct ol_loaded *module)
{
    struct ol_bytes id = {NULL, 0};
    for (uint32_t i = 0; i < module->header_count; i++) {
        const ElfW(Phdr) *const ph = &module->headers[i];
        if (ph->p_type != PT_NOTE) continue;
        const uintptr_t begin = module->bias + ph->p_vaddr;
        if (begin < module->start || begin > module->end) continue;
        if (ph->p_memsz > module->end - begin) continue;
        id = find_build_id(at_address(begin), ph->p_memsz);
        if (id.count > 0) break;
    }
    return id;
}

size_t ol_loaded_put_segments(const struct ol_loaded *module, uint8_t *out)
{
    uint8_t *at = out;
    unsigned count = 0;
    for (uint32_t i = 0; i < module->header_count; i++) {
        const ElfW(Phdr) *const ph = &module->headers[i];
        if (ph->p_type != PT_LOAD) continue;
        if (count++ >= SEGMENTS_MAX) break;
        at = ol_varint_put(at, ph->p_vaddr);
        at = ol_varint_put(at, ph->p_memsz);
        at = ol_varint_put(at, ph->p_offset);
        at = ol_varint_put(at, ph->p_flags);
    }
    return (size_t)(at - out);
}

/* FNV-1a. */
static uint64_t hash(uint64_t seed, const void *bytes, size_t count)
{
    const uint8_t *const at = bytes;
    for (size_t i = 0; i < count; i++)
        seed = (seed ^ at[i]) * 0x100000001b3U;
    return seed;
}

uint64_t ol_loaded_fingerprint(const struct ol_loaded *module)
{
    const struct ol_bytes id = ol_loaded_build_id(module);
    if (id.count == 0) return 0;
    const uint64_t seed = hash(0xcbf29ce484222325U, id.at, id.count);
    return hash(seed, module->path, strlen(module->path)) | 1;
}

/* ---- Unloading ---- */

void ol_loaded_closing(void)
{
    atomic_fetch_add_explicit(
        &epoch, ONE_CHANGE | ONE_CLOSING, memory_order_acq_rel);
}

void ol_loaded_closed(void)
{
    atomic_fetch_add_explicit(
        &epoch, ONE_CHANGE - ONE_CLOSING, memory_order_acq_rel);
}

uint64_t ol_loaded_epoch(void)
{
    return atomic_load_explicit(&epoch, memory_order_acquire);
}
