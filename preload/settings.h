/* settings.h - what the environment asks for, read once.
 *
 * Shape:     OUTLIVE_OUTPUT     directory of the recording; default
 *                               outlive-PID.olt in the working directory
 *            OUTLIVE_VERBOSE    say on stderr, in one line, what is done
 *            OUTLIVE_DEPTH      frames kept of a stack, default 256
 *            OUTLIVE_MAX_SIZE   bytes of a trace file, with K, M or G
 *            OUTLIVE_FOLLOW     fork,exec (default), fork, exec or none
 *            OUTLIVE_REGIONS    1: also record mmap, munmap and mremap
 *            OUTLIVE_DEEPBIND   keep: leave RTLD_DEEPBIND to dlopen
 *            OUTLIVE_PARENT     id of the recording that ran this image,
 *                               zeroes for none
 * Threads:   read before there are threads.
 * Errors:    a value that makes no sense counts as not given.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_SETTINGS_H
#define OL_PRELOAD_SETTINGS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    OL_SETTINGS_KEPT_MAX = 8,
    OL_SETTINGS_KEPT_BYTES = 512,
};

struct ol_settings {
    bool is_verbose;
    bool follows_fork;
    bool follows_exec;
    bool records_regions;
    bool keeps_deepbind;
    bool has_parent;
    uint32_t depth;
    uint64_t max_bytes;
    uint8_t parent_id[16];
    char directory[PATH_MAX]; /* absolute */
    /* NAME=VALUE of those that were given, for images that we run. */
    const char *kept[OL_SETTINGS_KEPT_MAX];
    uint32_t kept_count;
    char kept_text[OL_SETTINGS_KEPT_BYTES];
};

/* Reads the environment. Nothing of it is used in secure mode. */
void ol_settings_read(struct ol_settings *out);

#endif
