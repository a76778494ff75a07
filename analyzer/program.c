/* program.c - find an executable and read its first bytes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
    SCRIPT_DEPTH_MAX = 4,  /* as the kernel's */
    SCRIPT_LINE_MAX = 256, /* likewise */
};

#if defined(__x86_64__)
static const unsigned this_machine = EM_X86_64;
#elif defined(__aarch64__)
static const unsigned this_machine = EM_AARCH64;
#endif

/* ---- Finding ---- */

static enum ol_program_problem look_at(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == EACCES ? OL_PROGRAM_DENIED : OL_PROGRAM_MISSING;
    if (S_ISDIR(status.st_mode)) return OL_PROGRAM_DIRECTORY;
    if (access(path, X_OK) != 0) return OL_PROGRAM_DENIED;
    return OL_PROGRAM_NONE;
}

static bool join(char *out, size_t out_bytes, const char *folder,
    size_t folder_bytes, const char *name)
{
    const int need = folder_bytes == 0 ? snprintf(out, out_bytes, "./%s", name)
                                       : snprintf(out, out_bytes, "%.*s/%s",
                                             (int)folder_bytes, folder, name);
    return need > 0 && (size_t)need < out_bytes;
}

static enum ol_program_problem search_path(
    const char *name, char *out, size_t out_bytes)
{
    /* A file that may not be run hides nothing, but is the better answer
     * when no other is found. */
    enum ol_program_problem best = OL_PROGRAM_MISSING;
    const char *at = getenv("PATH");
    if (at == NULL) at = "/usr/local/bin:/usr/bin:/bin";
    for (;;) {
        const size_t length = strcspn(at, ":");
        if (join(out, out_bytes, at, length, name)) {
            const enum ol_program_problem problem = look_at(out);
            if (problem == OL_PROGRAM_NONE) return problem;
            if (problem == OL_PROGRAM_DENIED) best = problem;
        }
        if (at[length] == 0) return best;
        at += length + 1;
    }
}

enum ol_program_problem ol_program_find(
    const char *name, char *out, size_t out_bytes)
{
    if (*name == 0) return OL_PROGRAM_MISSING;
    if (strchr(name, '/') == NULL) return search_path(name, out, out_bytes);
    const int need = snprintf(out, out_bytes, "%s", name);
    if (need < 0 || (size_t)need >= out_bytes) return OL_PROGRAM_MISSING;
    return look_at(out);
}

/* ---- Inspecting ---- */

static bool gains_privileges(const char *path, int file)
{
    struct stat status;
    if (fstat(file, &status) != 0) return false;
    if ((status.st_mode & S_ISUID) != 0 && status.st_uid != getuid())
        return true;
    if ((status.st_mode & S_ISGID) != 0 && status.st_gid != getgid())
        return true;
    return getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0;
}

static enum ol_program_problem inspect_elf(int file)
{
    Elf64_Ehdr head;
    if (pread(file, &head, sizeof(head), 0) != (ssize_t)sizeof(head))
        return OL_PROGRAM_FOREIGN;
    if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_machine != this_machine)
        return OL_PROGRAM_FOREIGN;
    for (unsigned i = 0; i < head.e_phnum; i++) {
        Elf64_Phdr segment;
        const off_t at =
            (off_t)head.e_phoff + (off_t)i * (off_t)sizeof(segment);
        if (pread(file, &segment, sizeof(segment), at) !=
            (ssize_t)sizeof(segment))
            return OL_PROGRAM_FOREIGN;
        if (segment.p_type == PT_INTERP) return OL_PROGRAM_NONE;
    }
    return OL_PROGRAM_STATIC;
}

/* Cuts the interpreter's path out of a script's first line. */
static bool read_interpreter(char *line, char *out, size_t out_bytes)
{
    char *const begin = line + 2 + strspn(line + 2, " \t");
    const size_t length = strcspn(begin, " \t\n");
    if (length == 0 || length >= out_bytes) return false;
    memcpy(out, begin, length);
    out[length] = 0;
    return true;
}

/* One file. For a script NONE, with its interpreter in `next`. */
static enum ol_program_problem inspect_file(
    const char *path, char *next, size_t next_bytes)
{
    char line[SCRIPT_LINE_MAX + 1] = {0};
    enum ol_program_problem problem = OL_PROGRAM_NONE;
    *next = 0;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return OL_PROGRAM_UNREADABLE;
    const ssize_t got = pread(file, line, SCRIPT_LINE_MAX, 0);
    if (got < 0) {
        problem = OL_PROGRAM_UNREADABLE;
    } else if (gains_privileges(path, file)) {
        problem = OL_PROGRAM_SECURE;
    } else if (memcmp(line, ELFMAG, SELFMAG) == 0) {
        problem = inspect_elf(file);
    } else if (line[0] == '#' && line[1] == '!' &&
               !read_interpreter(line, next, next_bytes)) {
        problem = OL_PROGRAM_FOREIGN;
    }
    /* Other text is run by execvp through the shell: nothing to object. */
    close(file);
    return problem;
}

enum ol_program_problem ol_program_inspect(const char *path)
{
    char current[PATH_MAX];
    char next[PATH_MAX];
    if (snprintf(current, sizeof(current), "%s", path) >= PATH_MAX)
        return OL_PROGRAM_MISSING;
    for (unsigned depth = 0; depth <= SCRIPT_DEPTH_MAX; depth++) {
        const enum ol_program_problem problem =
            inspect_file(current, next, sizeof(next));
        if (problem != OL_PROGRAM_NONE || *next == 0) return problem;
        memcpy(current, next, sizeof(current));
    }
    return OL_PROGRAM_SCRIPT_DEPTH;
}

const char *ol_program_problem_text(enum ol_program_problem problem)
{
    static const char *const text[] = {
#define X(name, words) words,
        OL_PROGRAM_PROBLEM_LIST(X)
#undef X
    };
    return text[problem];
}
