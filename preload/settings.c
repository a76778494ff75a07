/* settings.c - see settings.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/settings.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/decimal.h"

enum {
    DEFAULT_DEPTH = 256,
    MAX_DEPTH = 65536,
};

static bool is_on(const char *name)
{
    const char *const value = secure_getenv(name);
    return value != NULL && *value != 0 && strcmp(value, "0") != 0;
}

static uint64_t number(const char *name, uint64_t otherwise)
{
    const char *const value = secure_getenv(name);
    uint64_t got = 0;
    return value != NULL && ol_decimal_get(value, &got) ? got : otherwise;
}

static void read_follow(struct ol_settings *out)
{
    const char *const value = secure_getenv("OUTLIVE_FOLLOW");
    out->follows_fork = value == NULL || strstr(value, "fork") != NULL;
    out->follows_exec = value == NULL || strstr(value, "exec") != NULL;
}

/* The working directory and a slash, or nothing if it has no name. */
static size_t put_working_directory(char *out, size_t room)
{
    const long got = syscall(SYS_getcwd, out, room);
    if (got <= 1 || out[0] != '/') return 0;
    size_t length = (size_t)got - 1; /* counts its NUL */
    if (out[length - 1] != '/') out[length++] = '/';
    return length;
}

static void read_directory(struct ol_settings *out)
{
    char *const at = out->directory;
    const char *value = secure_getenv("OUTLIVE_OUTPUT");
    char made[64] = "outlive-";
    if (value == NULL || *value == 0) {
        char *const end =
            ol_decimal_put(made + strlen(made), (uint64_t)getpid());
        memcpy(end, ".olt", sizeof(".olt"));
        value = made;
    }
    size_t length = 0;
    if (value[0] != '/')
        length = put_working_directory(at, sizeof(out->directory));
    const size_t rest = strlen(value) + 1;
    if (rest > sizeof(out->directory) - length) length = 0;
    if (rest <= sizeof(out->directory)) memcpy(at + length, value, rest);
}

static void keep_all(struct ol_settings *out)
{
    static const char *const names[] = {"OUTLIVE_VERBOSE", "OUTLIVE_DEPTH",
        "OUTLIVE_MAX_SIZE", "OUTLIVE_FOLLOW", "OUTLIVE_REGIONS",
        "OUTLIVE_DEEPBIND"};
    char *at = out->kept_text;
    const char *const end = at + sizeof(out->kept_text);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *const value = secure_getenv(names[i]);
        if (value == NULL) continue;
        const size_t name_length = strlen(names[i]);
        const size_t value_length = strlen(value);
        if (name_length + value_length + 2 > (size_t)(end - at)) continue;
        out->kept[out->kept_count++] = at;
        memcpy(at, names[i], name_length);
        at[name_length] = '=';
        memcpy(at + name_length + 1, value, value_length + 1);
        at += name_length + value_length + 2;
    }
}

void ol_settings_read(struct ol_settings *out)
{
    *out = (struct ol_settings){0};
    out->is_verbose = is_on("OUTLIVE_VERBOSE");
    out->records_regions = is_on("OUTLIVE_REGIONS");
    const char *const deepbind = secure_getenv("OUTLIVE_DEEPBIND");
    out->keeps_deepbind = deepbind != NULL && strcmp(deepbind, "keep") == 0;
    const uint64_t depth = number("OUTLIVE_DEPTH", DEFAULT_DEPTH);
    out->depth = depth < MAX_DEPTH ? (uint32_t)depth : MAX_DEPTH;
    out->max_bytes = number("OUTLIVE_MAX_SIZE", 0);
    read_follow(out);
    const char *const parent = secure_getenv("OUTLIVE_PARENT");
    static const uint8_t nobody[sizeof(out->parent_id)];
    out->has_parent =
        parent != NULL &&
        ol_decimal_get_hex(parent, out->parent_id, sizeof(out->parent_id)) &&
        memcmp(out->parent_id, nobody, sizeof(nobody)) != 0;
    read_directory(out);
    keep_all(out);
}
