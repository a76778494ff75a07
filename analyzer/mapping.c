/* mapping.c - see mapping.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int map(int descriptor, struct ol_mapping *out)
{
    struct stat status;
    if (fstat(descriptor, &status)) return -errno;
    if (S_ISDIR(status.st_mode)) return -EISDIR;
    if (!S_ISREG(status.st_mode)) return -EINVAL;
    *out = (struct ol_mapping){NULL, (size_t)status.st_size};
    if (out->count == 0) return 0;
    void *bytes = mmap(NULL, out->count, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (bytes == MAP_FAILED) return -errno;
    out->bytes = bytes;
    return 0;
}

int ol_mapping_open(const char *path, struct ol_mapping *out)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return -errno;
    struct ol_mapping mapping = {0};
    const int error = map(descriptor, &mapping);
    (void)close(descriptor);
    if (!error) *out = mapping;
    return error;
}

/* The bytes as the system calls take them. */
static char *address_of(const struct ol_mapping *mapping)
{
    union {
        const void *read_only;
        char *any;
    } bytes = {mapping->bytes};
    return bytes.any;
}

void ol_mapping_cut(struct ol_mapping *mapping, size_t count)
{
    if (count == 0 || count >= mapping->count) return;
    (void)munmap(address_of(mapping) + count, mapping->count - count);
    mapping->count = count;
}

int ol_mapping_patch(const struct ol_mapping *mapping, size_t offset,
    const void *bytes, size_t count)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *at = address_of(mapping) + offset / page * page;
    if (mprotect(at, page, PROT_READ | PROT_WRITE)) return -errno;
    memcpy(at + offset % page, bytes, count);
    return mprotect(at, page, PROT_READ) ? -errno : 0;
}

void ol_mapping_close(struct ol_mapping *mapping)
{
    if (mapping->bytes) (void)munmap(address_of(mapping), mapping->count);
    *mapping = (struct ol_mapping){0};
}
