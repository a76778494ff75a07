/* stacks.c - the stacks of one stream; see stacks.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/stacks.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/cfi.h"
#include "preload/hard.h"
#include "preload/pages.h"

enum {
    MODULES_FIRST_BYTES = 4096,
    DEPTH_MAX = 1 << 16,
    PATH_BYTES = 4096,
    STAMP_NEVER = 0, /* no capture's: such a rule is checked at every use */
    STAMP_FIRST = 1,
};

/* A module that the stream has defined. */
struct ol_stacks_module {
    struct ol_loaded loaded;
    uint64_t fingerprint; /* of a dynamic one */
    uint32_t id;
    uint32_t stamp; /* when it was last known to be mapped */
};

/* The module of all code that belongs to none: the first of the list, which
 * contains no address and is defined when needed. */
enum {
    OUTSIDE = 0
};

#define NOT_DEFINED UINT32_MAX

static const struct ol_stacks_module outside = {
    .loaded.path = "", .id = NOT_DEFINED, .stamp = STAMP_NEVER};

/* ---- Making ---- */

static size_t chain_bytes(const struct ol_stacks *stacks)
{
    return 3 * sizeof(uint32_t) * stacks->options.depth_limit;
}

int ol_stacks_init(
    struct ol_stacks *stacks, const struct ol_stacks_options *options)
{
    *stacks = (struct ol_stacks){.options = *options, .stamp = STAMP_FIRST};
    uint32_t *const limit = &stacks->options.depth_limit;
    if (*limit == 0) *limit = 1;
    if (*limit > DEPTH_MAX) *limit = DEPTH_MAX;
    stacks->epoch = ol_loaded_epoch();

    stacks->module = ol_pages_map(MODULES_FIRST_BYTES);
    if (stacks->module == NULL) goto fail_module;
    stacks->module_capacity = MODULES_FIRST_BYTES / sizeof *stacks->module;
    stacks->module_count = 1;
    stacks->module[OUTSIDE] = outside;
    stacks->frames = ol_pages_map(chain_bytes(stacks));
    if (stacks->frames == NULL) goto fail_chain;
    stacks->last = stacks->frames + *limit;
    stacks->nodes = stacks->last + *limit;
    if (ol_rules_init(&stacks->rules) != 0) goto fail_rules;
    if (ol_trie_init(&stacks->trie) != 0) goto fail_trie;
    return 0;

fail_trie:
    ol_rules_deinit(&stacks->rules);
fail_rules:
    ol_pages_unmap(stacks->frames, chain_bytes(stacks));
fail_chain:
    ol_pages_unmap(stacks->module, MODULES_FIRST_BYTES);
fail_module:
    *stacks = (struct ol_stacks){0};
    return -ENOMEM;
}

static uint32_t *chain_begin(const struct ol_stacks *stacks)
{
    return stacks->frames < stacks->last ? stacks->frames : stacks->last;
}

void ol_stacks_deinit(struct ol_stacks *stacks)
{
    if (stacks->module == NULL) return;
    ol_trie_deinit(&stacks->trie);
    ol_rules_deinit(&stacks->rules);
    ol_pages_unmap(chain_begin(stacks), chain_bytes(stacks));
    ol_pages_unmap(
        stacks->module, stacks->module_capacity * sizeof *stacks->module);
    *stacks = (struct ol_stacks){0};
}

void ol_stacks_adopt(struct ol_stacks *stacks)
{
    stacks->stack = (struct ol_walk_stack){0};
}

/* ---- Writing ---- */

static int put(const struct ol_stacks *stacks, const struct ol_record *record)
{
    return stacks->options.put(stacks->options.context, record);
}

/* Writes a module whose path is absolute, empty, or stays as it is. */
static int put_module(const struct ol_stacks *stacks,
    const struct ol_loaded *module, const char *path)
{
    uint8_t segments[OL_LOADED_SEGMENTS_MAX_BYTES];
    const struct ol_record record = {
        .type = OL_RECORD_MODULE,
        .value_count = 4,
        .value = {module->start, module->end, module->bias, module->flags},
        .bytes =
            {
                {(const uint8_t *)path, strlen(path)},
                ol_loaded_build_id(module),
                {segments, ol_loaded_put_segments(module, segments)},
            },
    };
    return put(stacks, &record);
}

/* A path that dlopen was given relative to the working directory is made
 * absolute while that is likely still the same. */
static int put_relative_module(
    const struct ol_stacks *stacks, const struct ol_loaded *module)
{
    char *const path = ol_pages_map(2 * (size_t)PATH_BYTES);
    const size_t length = strlen(module->path);
    if (path == NULL || length >= PATH_BYTES) {
        ol_pages_unmap(path, 2 * (size_t)PATH_BYTES);
        return put_module(stacks, module, module->path);
    }
    const int saved_errno = errno;
    long used = syscall(SYS_getcwd, path, (long)PATH_BYTES);
    errno = saved_errno;
    if (used > 1 && path[0] == '/') {
        path[used - 1] = '/'; /* was the terminating zero */
    } else {
        used = 0;
    }
    memcpy(path + used, module->path, length + 1);
    const int code = put_module(stacks, module, path);
    ol_pages_unmap(path, 2 * (size_t)PATH_BYTES);
    return code;
}

static int define_module(
    const struct ol_stacks *stacks, const struct ol_loaded *module)
{
    const bool is_file = (module->flags & OL_MODULE_VDSO) == 0;
    const bool is_relative = module->path[0] != '/' && module->path[0] != 0;
    if (is_file && is_relative) return put_relative_module(stacks, module);
    return put_module(stacks, module, module->path);
}

/* ---- Modules ---- */

static struct ol_stacks_module *find_module(
    const struct ol_stacks *stacks, uintptr_t pc)
{
    for (uint32_t i = 0; i < stacks->module_count; i++) {
        struct ol_stacks_module *const module = &stacks->module[i];
        if (pc - module->loaded.start <
            module->loaded.end - module->loaded.start)
            return module;
    }
    return NULL;
}

static int reserve_module(struct ol_stacks *stacks)
{
    if (stacks->module_count < stacks->module_capacity) return 0;
    const size_t bytes = stacks->module_capacity * sizeof *stacks->module;
    void *const larger = ol_pages_grow(stacks->module, bytes, 2 * bytes);
    if (larger == NULL) return -ENOMEM;
    stacks->module = larger;
    stacks->module_capacity *= 2;
    return 0;
}

static int add_module(struct ol_stacks *stacks, const struct ol_loaded *loaded,
    struct ol_stacks_module **out)
{
    int code = reserve_module(stacks);
    if (code != 0) return code;
    const uint32_t id = stacks->options.state->module;
    code = define_module(stacks, loaded);
    if (code != 0) return code;
    struct ol_stacks_module *const module =
        &stacks->module[stacks->module_count++];
    *module = (struct ol_stacks_module){
        .loaded = *loaded,
        .fingerprint = ol_loaded_fingerprint(loaded),
        .id = id,
        .stamp = stacks->stamp,
    };
    *out = module;
    return 0;
}

static bool is_dynamic(const struct ol_stacks_module *module)
{
    return (module->loaded.flags & OL_MODULE_AT_START) == 0;
}

/* The module is gone: so are its rules. Its frames stay defined. */
static void drop_module(
    struct ol_stacks *stacks, struct ol_stacks_module *module)
{
    const struct ol_record record = {.type = OL_RECORD_UNLOAD,
        .value_count = 1,
        .value = {module->loaded.start}};
    (void)put(stacks, &record);
    ol_rules_remove(&stacks->rules, module->loaded.start, module->loaded.end);
    *module = stacks->module[--stacks->module_count];
}

static int define_outside(
    const struct ol_stacks *stacks, struct ol_stacks_module *module)
{
    if (module->id != NOT_DEFINED) return 0;
    const uint32_t id = stacks->options.state->module;
    const int code = define_module(stacks, &module->loaded);
    if (code == 0) module->id = id;
    return code;
}

/* Whether a module that the stream knows is what is mapped there now. */
static bool is_current(const struct ol_stacks *stacks,
    struct ol_stacks_module *module, const struct ol_loaded *now)
{
    if (!is_dynamic(module) || module->stamp == stacks->stamp) return true;
    if (module->loaded.start != now->start || module->loaded.end != now->end)
        return false;
    if (module->fingerprint == 0) return false;
    if (module->fingerprint != ol_loaded_fingerprint(now)) return false;
    module->loaded = *now;
    module->stamp = stacks->stamp;
    return true;
}

/* The module of a pc, defined if need be. */
static int settle_module(
    struct ol_stacks *stacks, uintptr_t pc, struct ol_stacks_module **out)
{
    struct ol_loaded now;
    const bool is_mapped = ol_loaded_find(pc, &now);
    for (;;) {
        struct ol_stacks_module *const known = find_module(stacks, pc);
        if (known == NULL) break;
        if (is_mapped && is_current(stacks, known, &now)) {
            *out = known;
            return 0;
        }
        drop_module(stacks, known);
    }
    if (is_mapped) return add_module(stacks, &now, out);
    *out = &stacks->module[OUTSIDE];
    return define_outside(stacks, *out);
}

/* ---- Frames ---- */

/* A return address at the first byte of a function was left by no call: it
 * was put there to begin a stack, as makecontext does. */
static bool is_stack_begin(const struct ol_ehframe *object, uintptr_t pc)
{
    struct ol_cfi_range range;
    const struct ol_cfi_rule rule = ol_cfi_find(object, pc + 1, &range);
    return rule.kind != OL_CFI_GUESS && range.begin == pc + 1;
}

static struct ol_cfi_rule find_cfi(
    const struct ol_ehframe *object, uintptr_t pc)
{
    struct ol_cfi_rule rule = ol_cfi_find(object, pc, NULL);
    if (rule.kind == OL_CFI_GUESS && is_stack_begin(object, pc))
        rule.kind = OL_CFI_END;
    return rule;
}

static int64_t add_rule(struct ol_stacks *stacks,
    const struct ol_stacks_module *module, uintptr_t pc)
{
    const uint32_t frame = stacks->options.state->frame;
    const struct ol_record record = {.type = OL_RECORD_FRAME,
        .value_count = 2,
        .value = {module->id, pc - module->loaded.bias}};
    const int code = put(stacks, &record);
    if (code != 0) return code;
    struct ol_rules_entry entry = {pc, find_cfi(&module->loaded.ehframe, pc)};
    entry.rule.dynamic = is_dynamic(module);
    return ol_rules_add(
        &stacks->rules, &entry, (struct ol_rules_note){frame, module->stamp});
}

/* Finds the rule of a pc that is new, or checks one that may be stale.
 * Returns its place or a negative errno. */
static OL_NOINLINE int64_t settle_rule(struct ol_stacks *stacks, uintptr_t pc)
{
    struct ol_stacks_module *module = NULL;
    const int code = settle_module(stacks, pc, &module);
    if (code != 0) return code;
    const size_t place = ol_rules_find(&stacks->rules, pc);
    if (stacks->rules.entry[place].rule.kind == OL_CFI_NONE)
        return add_rule(stacks, module, pc);
    struct ol_rules_note *const note = &stacks->rules.note[place];
    const bool was_outside = note->stamp == STAMP_NEVER;
    if (was_outside == (module == &stacks->module[OUTSIDE])) {
        note->stamp = module->stamp;
        return (int64_t)place;
    }
    ol_rules_remove(&stacks->rules, pc, pc + 1);
    return add_rule(stacks, module, pc);
}

static inline int64_t find_rule(struct ol_stacks *stacks, uintptr_t pc)
{
    const size_t place = ol_rules_find(&stacks->rules, pc);
    const struct ol_cfi_rule rule = stacks->rules.entry[place].rule;
    const bool is_settled =
        rule.kind != OL_CFI_NONE &&
        (!rule.dynamic || stacks->rules.note[place].stamp == stacks->stamp);
    return OL_LIKELY(is_settled) ? (int64_t)place : settle_rule(stacks, pc);
}

/* ---- Chains ---- */

static enum ol_walk_step step(struct ol_walk *walk, struct ol_cfi_rule rule)
{
    if (OL_LIKELY(rule.kind != OL_CFI_HARD)) return ol_walk_step(walk, rule);
    return ol_hard_step(walk) ? OL_WALK_ON : OL_WALK_FAILED;
}

/* Lists the frame that the walk is at and goes to its caller. */
static int list_frame(struct ol_stacks *stacks, struct ol_walk *walk,
    struct ol_walk_frames *frames, enum ol_walk_step *out)
{
    const int64_t place = find_rule(stacks, ol_walk_pc(walk));
    if (OL_UNLIKELY(place < 0)) return (int)place;
    frames->at[frames->count++] = stacks->rules.note[place].frame;
    *out = step(walk, stacks->rules.entry[place].rule);
    return 0;
}

/* Walks outwards and lists the frames, innermost first. Returns how many, or
 * a negative errno. */
static int64_t list_frames(
    struct ol_stacks *stacks, struct ol_walk *walk, uint32_t *out_root)
{
    struct ol_walk_frames frames = {
        .at = stacks->frames, .limit = stacks->options.depth_limit};
    enum ol_walk_step got = OL_WALK_ON;
    for (;;) {
        ol_walk_run(walk, &stacks->rules, stacks->stamp, &frames);
        if (frames.count == frames.limit) break;
        const int code = list_frame(stacks, walk, &frames, &got);
        if (OL_UNLIKELY(code != 0)) return code;
        if (got != OL_WALK_ON || frames.count == frames.limit) break;
    }
    *out_root = OL_ROOT_TRUNCATED;
    if (got == OL_WALK_END)
        *out_root = walk->is_guessed ? OL_ROOT_GUESSED : OL_ROOT_COMPLETE;
    return frames.count;
}

/* How many frames, from the root on, are those of the last chain. */
static uint32_t count_common(
    const struct ol_stacks *stacks, uint32_t depth, uint32_t root)
{
    if (root != stacks->root) return 0;
    const uint32_t most = depth < stacks->depth ? depth : stacks->depth;
    const uint32_t *const here = stacks->frames + depth - most;
    const uint32_t *const there = stacks->last + stacks->depth - most;
    uint32_t common = 0;
    while (common < most && here[most - 1 - common] == there[most - 1 - common])
        common++;
    return common;
}

/* The node of a frame called from `parent`, defined if need be. Returns it
 * or a negative errno. */
static int64_t intern_node(
    struct ol_stacks *stacks, uint32_t parent, uint32_t frame)
{
    const uint32_t known = ol_trie_find(&stacks->trie, parent, frame)->node;
    if (OL_LIKELY(known != 0)) return known;
    const struct ol_trie_entry entry = {
        parent, frame, stacks->options.state->node};
    const struct ol_record record = {.type = OL_RECORD_NODE,
        .value_count = 2,
        .value = {[OL_VALUE_PARENT] = parent, [OL_VALUE_FRAME] = frame}};
    const int code = put(stacks, &record);
    if (code != 0) return code;
    /* Without memory for it the node is defined again the next time. */
    (void)!ol_trie_add(&stacks->trie, &entry);
    return entry.node;
}

/* Turns the listed frames into a node; they become the last chain. */
static uint32_t intern_chain(
    struct ol_stacks *stacks, uint32_t depth, uint32_t root)
{
    const uint32_t common = count_common(stacks, depth, root);
    uint32_t node = common > 0 ? stacks->nodes[common - 1] : root;
    stacks->depth = 0;
    for (uint32_t i = common; i < depth; i++) {
        const int64_t got =
            intern_node(stacks, node, stacks->frames[depth - 1 - i]);
        if (OL_UNLIKELY(got < 0)) return OL_ROOT_NONE;
        node = (uint32_t)got;
        stacks->nodes[i] = node;
    }
    uint32_t *const frames = stacks->frames;
    stacks->frames = stacks->last;
    stacks->last = frames;
    stacks->depth = depth;
    stacks->root = root;
    return node;
}

/* ---- Captures ---- */

/* A dlclose, over or going on, makes dynamic rules doubtful. */
static void check_epoch(struct ol_stacks *stacks)
{
    const uint64_t epoch = ol_loaded_epoch();
    if (epoch == stacks->epoch && !ol_loaded_epoch_is_open(epoch)) return;
    stacks->epoch = epoch;
    if (++stacks->stamp == STAMP_NEVER) stacks->stamp = STAMP_FIRST;
}

static uint32_t capture(
    struct ol_stacks *stacks, const struct ol_regs *start, bool is_exact)
{
    if (OL_UNLIKELY(stacks->module == NULL)) return OL_ROOT_NONE;
    check_epoch(stacks);
    struct ol_walk walk = {
        .regs = *start, .is_exact = is_exact, .stack = &stacks->stack};
    uint32_t root = OL_ROOT_NONE;
    const int64_t depth = list_frames(stacks, &walk, &root);
    if (OL_UNLIKELY(depth < 0)) return OL_ROOT_NONE;
    return intern_chain(stacks, (uint32_t)depth, root);
}

uint32_t ol_stacks_capture(
    struct ol_stacks *stacks, const struct ol_regs *start)
{
    return capture(stacks, start, false);
}

uint32_t ol_stacks_capture_interrupted(
    struct ol_stacks *stacks, const struct ol_regs *start)
{
    return capture(stacks, start, true);
}
