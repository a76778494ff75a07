/* watch.c - stacks taken by ours and by libunwind; see watch.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unwind/watch.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define UNW_LOCAL_ONLY
#include <libunwind.h>

#define TEXT(x)   #x
#define SYMBOL(x) TEXT(x)

enum {
    ADDRESSES_MAX = 1 << 25,
    TAKEN_MAX = 1 << 20,
    DEPTH_MAX = 4096,
    SHOWN_MAX = 5,
    SWITCH_BYTES = 512,
};

static struct {
    int (*getcontext)(unw_context_t *);
    int (*init)(unw_cursor_t *, unw_context_t *);
    int (*step)(unw_cursor_t *);
    int (*get)(unw_cursor_t *, unw_regnum_t, unw_word_t *);
    int (*is_signal)(unw_cursor_t *);
} oracle;

static void find(void *library, const char *name, void *out)
{
    void *const found = dlsym(library, name);
    if (found == NULL) abort();
    memcpy(out, &found, sizeof found);
}

void watch_open_libunwind(void)
{
    void *const library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) abort();
    find(library, SYMBOL(unw_tdep_getcontext), (void *)&oracle.getcontext);
    find(library, SYMBOL(unw_init_local), (void *)&oracle.init);
    find(library, SYMBOL(unw_step), (void *)&oracle.step);
    find(library, SYMBOL(unw_get_reg), (void *)&oracle.get);
    find(library, SYMBOL(unw_is_signal_frame), (void *)&oracle.is_signal);
}

static void *map(size_t bytes)
{
    void *const at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) abort();
    return at;
}

void watch_init(struct watch *watch, uint32_t depth_limit)
{
    *watch = (struct watch){.depth_limit = depth_limit};
    memory_stream_init(&watch->stream);
    const struct ol_stacks_options options = {
        .put = memory_stream_put,
        .context = &watch->stream,
        .state = &watch->stream.state,
        .depth_limit = depth_limit,
    };
    if (ol_stacks_init(&watch->stacks, &options) != 0) abort();
    watch->address = map(ADDRESSES_MAX * sizeof *watch->address);
    watch->taken = map(TAKEN_MAX * sizeof *watch->taken);
}

void watch_deinit(struct watch *watch)
{
    ol_stacks_deinit(&watch->stacks);
    memory_stream_deinit(&watch->stream);
    munmap(watch->address, ADDRESSES_MAX * sizeof *watch->address);
    munmap(watch->taken, TAKEN_MAX * sizeof *watch->taken);
}

static bool is_at(unw_cursor_t *cursor, const struct ol_regs *regs)
{
    unw_word_t pc = 0;
    unw_word_t sp = 0;
    (void)oracle.get(cursor, UNW_REG_IP, &pc);
    (void)oracle.get(cursor, UNW_REG_SP, &sp);
    return pc == regs->pc && sp == regs->sp;
}

/* Whether an address is in the text of a module, as all of the cases is. */
static bool is_text(uintptr_t address)
{
    struct ol_loaded module;
    if (!ol_loaded_find(address, &module)) return false;
    for (uint32_t i = 0; i < module.header_count; i++) {
        const ElfW(Phdr) *const ph = &module.headers[i];
        const uintptr_t begin = module.bias + ph->p_vaddr;
        if (ph->p_type == PT_LOAD && (ph->p_flags & PF_X) != 0 &&
            address - begin < ph->p_memsz)
            return true;
    }
    return false;
}

/* Lists the addresses from the frame `start` on, at most `most`. Returns how
 * many; `out_root` is where they end. */
static uint32_t list(struct watch *watch, const struct ol_regs *start,
    bool is_exact, uint32_t *out_root)
{
    unw_context_t context;
    unw_cursor_t cursor;
    (void)oracle.getcontext(&context);
    if (oracle.init(&cursor, &context) != 0) return 0;
    while (!is_at(&cursor, start))
        if (oracle.step(&cursor) <= 0) return 0;
    uint64_t *const out = watch->address + watch->address_count;
    uint32_t count = 0;
    int got = 1;
    while (got > 0 && count < watch->depth_limit) {
        unw_word_t pc = 0;
        (void)oracle.get(&cursor, UNW_REG_IP, &pc);
        if (pc == 0) break;
        if (!is_text(pc)) {
            *out_root = OL_ROOT_NONE;
            return count;
        }
        out[count++] = is_exact ? pc : pc - 1;
        /* Versions differ in which of two frames they say it of: the
         * trampoline, or the one that was interrupted. */
        const bool is_trampoline = oracle.is_signal(&cursor) > 0 && !is_exact;
        got = oracle.step(&cursor);
        is_exact = is_trampoline || oracle.is_signal(&cursor) > 0;
    }
    *out_root = got == 0 ? OL_ROOT_COMPLETE : OL_ROOT_TRUNCATED;
    return count;
}

/* A switch of contexts has given up one stack before it is on the other. */
static bool is_in_switch(uintptr_t pc)
{
    const uintptr_t set = (uintptr_t)setcontext;
    const uintptr_t swap = (uintptr_t)swapcontext;
    return pc - set < SWITCH_BYTES || pc - swap < SWITCH_BYTES;
}

static bool is_undescribed(uintptr_t pc)
{
    if (is_in_switch(pc)) return true;
    struct ol_loaded module;
    if (!ol_loaded_find(pc, &module)) return false;
    const struct ol_cfi_rule rule = ol_cfi_find(&module.ehframe, pc, NULL);
    if (rule.kind == OL_CFI_HARD) return true;
    return !rule.base_fp && rule.fp == OL_CFI_FP_AT_FP;
}

static void take(
    struct watch *watch, const struct ol_regs *start, bool is_interrupted)
{
    const uint32_t node =
        is_interrupted ? ol_stacks_capture_interrupted(&watch->stacks, start)
                       : ol_stacks_capture(&watch->stacks, start);
    uint32_t count = 1;
    uint32_t root = OL_ROOT_NONE;
    if (is_interrupted && is_undescribed(start->pc)) {
        watch->address[watch->address_count] = start->pc;
    } else {
        count = list(watch, start, is_interrupted, &root);
    }
    if (root == OL_ROOT_NONE) watch->undescribed++;
    if (count == 0) {
        watch->lost++;
        return;
    }
    watch->taken[watch->taken_count++] =
        (struct watch_taken){node, root, (uint32_t)watch->address_count, count};
    watch->address_count += count;
}

void watch_take(
    struct watch *watch, const struct ol_regs *start, bool is_interrupted)
{
    /* A signal may come while a stack is being taken. */
    if (watch->is_taking || watch->taken_count == TAKEN_MAX) return;
    if (watch->address_count + DEPTH_MAX > ADDRESSES_MAX) return;
    watch->is_taking = true;
    take(watch, start, is_interrupted);
    watch->is_taking = false;
}

static bool agree(const struct watch_taken *taken, const uint64_t *theirs,
    const uint64_t *ours, uint32_t count, uint32_t root)
{
    const bool is_whole = count == taken->count && root == taken->root;
    const bool is_part = taken->root == OL_ROOT_NONE && count >= taken->count;
    return (is_whole || is_part) &&
           memcmp(ours, theirs, taken->count * sizeof *ours) == 0;
}

static void show_address(const char *whose, uint64_t address)
{
    Dl_info info;
    memset(&info, 0, sizeof info);
    (void)dladdr((void *)address, &info); // NOLINT(performance-no-int-to-ptr)
    printf("    %s %#jx %s+%#jx %s\n", whose, (uintmax_t)address,
        info.dli_fname != NULL ? info.dli_fname : "?",
        (uintmax_t)(address - (uintptr_t)info.dli_fbase),
        info.dli_sname != NULL ? info.dli_sname : "");
}

static void show(const uint64_t *ours, uint32_t our_count,
    const uint64_t *theirs, uint32_t their_count, uint32_t root)
{
    const uint32_t both = our_count < their_count ? our_count : their_count;
    uint32_t same = 0;
    while (same < both && ours[same] == theirs[same])
        same++;
    printf("  differ after %u frames of %u (root %u) and %u\n", same, our_count,
        root, their_count);
    if (same > 0) show_address("both  ", ours[same - 1]);
    if (same < our_count) show_address("ours  ", ours[same]);
    if (same < their_count) show_address("theirs", theirs[same]);
}

size_t watch_compare(struct watch *watch, const char *name)
{
    static uint64_t ours[DEPTH_MAX];
    size_t wrong = watch->lost;
    if (!memory_stream_decode(&watch->stream)) {
        printf("  records: %s\n", watch->stream.error);
        wrong++;
    }
    for (size_t i = 0; i < watch->taken_count; i++) {
        const struct watch_taken *const taken = &watch->taken[i];
        const uint64_t *const theirs = watch->address + taken->begin;
        uint32_t root = 0;
        const uint32_t count = memory_stream_chain(
            &watch->stream, taken->node, ours, DEPTH_MAX, &root);
        if (agree(taken, theirs, ours, count, root)) continue;
        if (wrong++ < SHOWN_MAX) show(ours, count, theirs, taken->count, root);
    }
    printf("%-40s %7zu stacks, %6u nodes, %5u frames, %zu undescribed, "
           "%zu differ\n",
        name, watch->taken_count, watch->stream.node_count,
        watch->stream.frame_count, watch->undescribed, wrong);
    fflush(stdout);
    watch->taken_count = 0;
    watch->address_count = 0;
    watch->lost = 0;
    watch->undescribed = 0;
    return wrong;
}
