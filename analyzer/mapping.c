/* mapping.c - see mapping.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/mapping.h"

#include <errno.h>
#include <fcntl.h>
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
    void *bytes = mmap(NULL, out->count, PROT_READ, MAP_SHARED, descriptor, 0);
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

void ol_mapping_close(struct ol_mapping *mapping)
{
    if (mapping->bytes) {
        union {
            const void *read_only;
            void *any;
        } bytes = {mapping->bytes};
        (void)munmap(bytes.any, mapping->count);
    }
    *mapping = (struct ol_mapping){0};
}
