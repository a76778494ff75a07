/* elffile.c - the file of a recorded module, found again and opened.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/elffile.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUILD_ID_MAX_BYTES = 64
};

static const char default_roots[] = "/usr/lib/debug";

/* ---- Candidates ---- */

static int open_regular(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -1;

    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) return fd;
    close(fd);
    return -1;
}

/* The file at the recorded path, also if it was deleted and replaced. */
static int open_recorded(const char *path)
{
    static const char mark[] = " (deleted)";
    const size_t length = strlen(path);
    const size_t mark_length = sizeof mark - 1;
    char trimmed[PATH_MAX];
    if (length < mark_length || length >= sizeof trimmed ||
        strcmp(path + length - mark_length, mark) != 0)
        return open_regular(path);

    memcpy(trimmed, path, length - mark_length);
    trimmed[length - mark_length] = '\0';
    return open_regular(trimmed);
}

static size_t put_hex(char *out, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * count] = '\0';
    return 2 * count;
}

/* The separate debug file of a build-id below one directory. */
static int open_below(const char *root, size_t root_length, const char *hex)
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path,
        "%.*s/.build-id/%.2s/%s.debug", (int)root_length, root, hex, hex + 2);
    if (length < 0 || (size_t)length >= sizeof path) return -1;
    return open_regular(path);
}

/* Tries the absolute directories of a search path as libdwfl writes it. */
static int open_debug_file(
    const struct ol_symbols_module *module, const char *roots)
{
    char hex[2 * BUILD_ID_MAX_BYTES + 1];
    if (module->build_id_bytes < 2 ||
        module->build_id_bytes > BUILD_ID_MAX_BYTES)
        return -1;
    put_hex(hex, module->build_id, module->build_id_bytes);

    for (const char *at = roots ? roots : default_roots; *at;) {
        const size_t length = strcspn(at, ":");
        const size_t sign = *at == '+' || *at == '-';
        int fd = -1;
        if (at[sign] == '/') fd = open_below(at + sign, length - sign, hex);
        if (fd >= 0) return fd;
        at += length;
        at += *at == ':';
    }
    return -1;
}

/* A copy of the vDSO of this process: that of the recorded one if both ran
 * on the same kernel. */
static int open_vdso(void)
{
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): it is an address */
    const ElfW(Ehdr) *header = (const void *)getauxval(AT_SYSINFO_EHDR);
    if (!header) return -1;
    const size_t bytes =
        header->e_shoff + (size_t)header->e_shentsize * header->e_shnum;

    const int fd = memfd_create("vdso", MFD_CLOEXEC);
    if (fd < 0) return -1;
    if (write(fd, header, bytes) == (ssize_t)bytes) return fd;
    close(fd);
    return -1;
}

/* ---- Opening ---- */

static bool has_build_id(
    Dwfl_Module *found, const struct ol_symbols_module *wanted)
{
    const unsigned char *bits = NULL;
    GElf_Addr address = 0;
    const int count = dwfl_module_build_id(found, &bits, &address);
    if (count <= 0) return wanted->build_id_bytes == 0;
    return (size_t)count == wanted->build_id_bytes &&
           memcmp(bits, wanted->build_id, wanted->build_id_bytes) == 0;
}

static void drop(struct ol_elffile *file)
{
    dwfl_end(file->dwfl);
    file->dwfl = NULL;
    file->module = NULL;
}

/* Takes a descriptor over and makes it the file's module if it fits. */
static bool use(struct ol_elffile *file, int fd,
    const struct ol_symbols_module *wanted, const Dwfl_Callbacks *callbacks)
{
    file->dwfl = dwfl_begin(callbacks);
    if (!file->dwfl) {
        close(fd);
        return false;
    }
    file->module =
        dwfl_report_elf(file->dwfl, wanted->path, wanted->path, fd, 0, true);
    if (!file->module) {
        close(fd);
        file->state = OL_SYMBOLS_UNREADABLE;
    } else if (!has_build_id(file->module, wanted)) {
        file->state = OL_SYMBOLS_CHANGED;
    } else {
        dwfl_report_end(file->dwfl, NULL, NULL);
        return true;
    }
    drop(file);
    return false;
}

static bool find(struct ol_elffile *file,
    const struct ol_symbols_module *wanted, const Dwfl_Callbacks *callbacks)
{
    int fd = wanted->vdso ? open_vdso() : open_recorded(wanted->path);
    if (fd >= 0 && use(file, fd, wanted, callbacks)) return true;

    const char *roots =
        callbacks->debuginfo_path ? *callbacks->debuginfo_path : NULL;
    fd = open_debug_file(wanted, roots);
    if (fd < 0) return false;
    const enum ol_symbols_state state = file->state;
    if (use(file, fd, wanted, callbacks)) return true;
    file->state = state;
    return false;
}

int ol_elffile_open(const struct ol_symbols_module *module,
    const Dwfl_Callbacks *callbacks, struct ol_elffile *out)
{
    struct ol_elffile file = {.state = OL_SYMBOLS_MISSING};
    if (!find(&file, module, callbacks)) {
        *out = file;
        return 0;
    }
    int error = 0;
    Dwarf *dwarf = dwfl_module_getdwarf(file.module, &file.dwarf_bias);
    if (dwarf) error = ol_inlines_create(dwarf, &file.inlines);
    if (!error) error = ol_symtab_init(&file.symtab, file.module);
    if (error) {
        ol_elffile_close(&file);
        return error;
    }
    file.state = OL_SYMBOLS_BARE;
    if (file.symtab.count > 0) file.state = OL_SYMBOLS_TABLE;
    if (file.inlines) file.state = OL_SYMBOLS_DEBUG;
    *out = file;
    return 0;
}

void ol_elffile_close(struct ol_elffile *file)
{
    ol_inlines_destroy(file->inlines);
    ol_symtab_deinit(&file->symtab);
    if (file->dwfl) dwfl_end(file->dwfl);
    *file = (struct ol_elffile){0};
}
