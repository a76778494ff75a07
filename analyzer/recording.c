/* recording.c - see recording.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/recording.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/room.h"
#include "trace/layout.h"

enum {
    CLAIMED_OFFSET =
        OL_CONTROL_OFFSET + offsetof(struct ol_file_control, claimed_bytes)
};

/* What is needed for the order. A file whose header is damaged comes last;
 * that it is, its reader says. */
static void read_head(struct ol_recording_file *file)
{
    struct ol_file_header header = {0};
    file->origin = UINT32_MAX;
    file->start_ns = UINT64_MAX;
    const int descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return;
    if (pread(descriptor, &header, sizeof header, 0) == sizeof header &&
        memcmp(header.magic, OL_TRACE_MAGIC, sizeof header.magic) == 0) {
        file->pid = header.pid;
        file->origin = header.origin;
        file->start_ns = header.start_mono_ns;
    }
    (void)close(descriptor);
}

/* Takes over `path`. */
static int add_file(struct ol_recording *recording, char *path)
{
    if (!path) return -ENOMEM;
    struct ol_recording_file *grown = ol_room_make(
        recording->file, &recording->room, recording->count, sizeof *grown);
    if (!grown) {
        free(path);
        return -ENOMEM;
    }
    recording->file = grown;
    grown[recording->count] = (struct ol_recording_file){.path = path};
    read_head(&grown[recording->count++]);
    return 0;
}

static bool is_trace_name(const char *name)
{
    static const char suffix[] = ".trace";
    const size_t length = strlen(name);
    return length >= sizeof suffix &&
           strcmp(name + length - (sizeof suffix - 1), suffix) == 0;
}

static char *join(const char *directory, const char *name)
{
    char *path = NULL;
    const size_t length = strlen(directory);
    const char *slash = length > 0 && directory[length - 1] == '/' ? "" : "/";
    if (asprintf(&path, "%s%s%s", directory, slash, name) < 0) return NULL;
    return path;
}

static int compare_files(const void *left, const void *right)
{
    const struct ol_recording_file *a = left;
    const struct ol_recording_file *b = right;
    const bool a_first = a->origin == OL_ORIGIN_START;
    const bool b_first = b->origin == OL_ORIGIN_START;
    if (a_first != b_first) return a_first ? -1 : 1;
    if (a->start_ns != b->start_ns) return a->start_ns < b->start_ns ? -1 : 1;
    return strcmp(a->path, b->path);
}

static int list(struct ol_recording *recording, const char *path)
{
    DIR *directory = opendir(path);
    if (!directory) return -errno;
    int error = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (!entry) {
            if (!error) error = -errno;
            break;
        }
        if (!is_trace_name(entry->d_name)) continue;
        error = add_file(recording, join(path, entry->d_name));
        if (error) break;
    }
    (void)closedir(directory);
    return error;
}

int ol_recording_open(struct ol_recording *recording, const char *path)
{
    struct stat status;
    *recording = (struct ol_recording){0};
    if (stat(path, &status)) return -errno;
    int error = S_ISDIR(status.st_mode) ? list(recording, path)
                                        : add_file(recording, strdup(path));
    if (!error && recording->count == 0) error = -ENODATA;
    if (error) {
        ol_recording_close(recording);
        return error;
    }
    qsort(recording->file, recording->count, sizeof *recording->file,
        compare_files);
    return 0;
}

/* How much is claimed, 0 if the file does not say. */
static uint64_t read_claimed(const char *path)
{
    uint64_t claimed = 0;
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return 0;
    if (pread(descriptor, &claimed, sizeof claimed, CLAIMED_OFFSET) !=
        sizeof claimed)
        claimed = 0;
    (void)close(descriptor);
    return claimed;
}

/* The order matters: what was claimed before the size was taken lies within
 * it, unless the file was cut off. */
int ol_recording_map(const char *path, struct ol_mapping *out)
{
    const uint64_t claimed = read_claimed(path);
    struct ol_mapping mapping;
    int error = ol_mapping_open(path, &mapping);
    if (error) return error;
    if (claimed >= OL_HEADER_BYTES && claimed <= mapping.count &&
        claimed % OL_CHUNK_ALIGN == 0) {
        ol_mapping_cut(&mapping, (size_t)claimed);
        error = ol_mapping_patch(
            &mapping, CLAIMED_OFFSET, &claimed, sizeof claimed);
    }
    if (error)
        ol_mapping_close(&mapping);
    else
        *out = mapping;
    return error;
}

void ol_recording_close(struct ol_recording *recording)
{
    for (size_t i = 0; i < recording->count; i++)
        free(recording->file[i].path);
    free(recording->file);
    *recording = (struct ol_recording){0};
}
