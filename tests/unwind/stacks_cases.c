/* stacks_cases.c - captures as records: interning, modules, failures.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/attributes.h"
#include "preload/stacks.h"
#include "tests/support/check.h"
#include "tests/unwind/capture_here.h"
#include "tests/unwind/memory_stream.h"

enum {
    CHAIN_MAX = 512,
    STACK_BYTES = 1 << 16,
    PATH_BITS = 12,
};

/* One stream and its tables, as most cases need. */
struct fixture {
    struct memory_stream stream;
    struct ol_stacks stacks;
    uint32_t node; /* of the last capture */
    uint64_t chain[CHAIN_MAX];
    uint32_t count, root;
};

static struct fixture fixture;
static volatile unsigned sink;

static void begin(uint32_t depth_limit)
{
    ol_loaded_init();
    memory_stream_init(&fixture.stream);
    const struct ol_stacks_options options = {
        .put = memory_stream_put,
        .context = &fixture.stream,
        .state = &fixture.stream.state,
        .depth_limit = depth_limit,
    };
    OL_CHECK_EQ(ol_stacks_init(&fixture.stacks, &options), 0);
}

static void end(void)
{
    OL_CHECK(memory_stream_decode(&fixture.stream));
    ol_stacks_deinit(&fixture.stacks);
    memory_stream_deinit(&fixture.stream);
}

void capture_from(void *argument, const struct ol_regs *start)
{
    (void)argument;
    fixture.node = ol_stacks_capture(&fixture.stacks, start);
}

static void decode(void)
{
    OL_CHECK(memory_stream_decode(&fixture.stream));
    fixture.count = memory_stream_chain(
        &fixture.stream, fixture.node, fixture.chain, CHAIN_MAX, &fixture.root);
}

/* ---- Interning ---- */

// NOLINTBEGIN(misc-no-recursion): deep stacks are the point
static OL_NOINLINE void descend(unsigned bits, unsigned depth);

static OL_NOINLINE void turn_left(unsigned bits, unsigned depth)
{
    descend(bits >> 1, depth - 1);
    sink++;
}

static OL_NOINLINE void turn_right(unsigned bits, unsigned depth)
{
    descend(bits >> 1, depth - 1);
    sink += 2;
}

static OL_NOINLINE void descend(unsigned bits, unsigned depth)
{
    if (depth == 0) {
        capture_here(NULL);
    } else if (bits & 1) {
        turn_left(bits, depth);
    } else {
        turn_right(bits, depth);
    }
    sink++;
}

// NOLINTEND(misc-no-recursion)

static uint32_t node_of_path(unsigned bits, unsigned depth)
{
    descend(bits, depth);
    return fixture.node;
}

OL_CASE(the_same_stack_is_the_same_node)
{
    begin(256);
    uint32_t node[2];
    for (unsigned i = 0; i < 2; i++)
        node[i] = node_of_path(5, 6);
    OL_CHECK_EQ(node[0], node[1]);
    OL_CHECK(node_of_path(5, 6) != node[0]); /* called from another line */
    decode();
    OL_CHECK_EQ(fixture.root, OL_ROOT_COMPLETE);
    end();
}

OL_CASE(every_path_is_a_node_of_its_own_while_tables_grow)
{
    static uint32_t node[1 << PATH_BITS];
    begin(256);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 1 << PATH_BITS; i++) {
            const uint32_t got = node_of_path(i * 2654435761U, PATH_BITS);
            if (round == 0) node[i] = got;
            OL_CHECK_EQ(got, node[i]);
        }
    }
    decode();
    OL_CHECK(fixture.stream.node_count > 2 << PATH_BITS);
    /* Paths that differ in bit b share all that is before it, so every
     * chain is as deep and no two are equal. */
    static uint64_t chain[1 << PATH_BITS][64];
    for (unsigned i = 0; i < 1 << PATH_BITS; i++) {
        uint32_t root = 0;
        const uint32_t count =
            memory_stream_chain(&fixture.stream, node[i], chain[i], 64, &root);
        OL_CHECK_EQ(count, fixture.count);
        OL_CHECK_EQ(root, OL_ROOT_COMPLETE);
        for (unsigned j = 0; i > 0 && j < count; j++)
            OL_CHECK(memcmp(chain[i], chain[i - 1], sizeof *chain) != 0);
    }
    end();
}

OL_CASE(a_deep_stack_keeps_its_innermost_frames)
{
    begin(256);
    node_of_path(0x2d, 9);
    decode();
    static uint64_t whole[CHAIN_MAX];
    memcpy(whole, fixture.chain, sizeof whole);
    const uint32_t depth = fixture.count;
    end();
    begin(7);
    node_of_path(0x2d, 9);
    decode();
    OL_CHECK_EQ(fixture.root, OL_ROOT_TRUNCATED);
    OL_CHECK_EQ(fixture.count, 7);
    OL_CHECK(depth > 7);
    /* All but the outermost one of the line that called us. */
    OL_CHECK(memcmp(whole, fixture.chain, 7 * sizeof *whole) == 0);
    end();
}

/* ---- Failures ---- */

OL_CASE(a_writer_that_fails_loses_that_stack_only)
{
    int puts_failed = 0;
    for (int limit = 0; limit < 1000; limit++) {
        begin(256);
        fixture.stream.fail_after = limit;
        const uint32_t first = node_of_path(3, 4);
        fixture.stream.fail_after = -1;
        const uint32_t second = node_of_path(3, 4);
        if (first == OL_ROOT_NONE) puts_failed++;
        OL_CHECK(second >= OL_ROOT_COUNT);
        decode();
        OL_CHECK_EQ(fixture.root, OL_ROOT_COMPLETE);
        OL_CHECK(fixture.count > 10);
        end();
        if (first != OL_ROOT_NONE) break;
    }
    OL_CHECK(puts_failed > 20);
}

static void limit_memory(rlim_t bytes)
{
    struct rlimit limit;
    OL_CHECK_EQ(getrlimit(RLIMIT_AS, &limit), 0);
    limit.rlim_cur = bytes;
    OL_CHECK_EQ(setrlimit(RLIMIT_AS, &limit), 0);
}

OL_CASE(without_memory_nothing_is_made)
{
    struct ol_stacks stacks;
    const struct ol_stacks_options options = {.depth_limit = 256};
    limit_memory(1);
    const int code = ol_stacks_init(&stacks, &options);
    limit_memory(RLIM_INFINITY);
    OL_CHECK_EQ(code, -ENOMEM);
    ol_stacks_deinit(&stacks);
}

OL_CASE(tables_that_cannot_grow_still_give_right_stacks)
{
    begin(256);
    limit_memory(1);
    uint32_t none = 0;
    for (unsigned i = 0; i < 2000; i++)
        none += node_of_path(i, PATH_BITS) == OL_ROOT_NONE;
    limit_memory(RLIM_INFINITY);
    OL_CHECK_EQ(none, 0);
    decode();
    OL_CHECK_EQ(fixture.root, OL_ROOT_COMPLETE);
    OL_CHECK(fixture.count > 2 * PATH_BITS);
    end();
}

/* ---- Modules ---- */

static bool is_module_path(uint32_t module, const char *path)
{
    const struct ol_bytes bytes = fixture.stream.module[module].path;
    return bytes.count == strlen(path) &&
           memcmp(bytes.at, path, bytes.count) == 0;
}

static uint32_t module_of(uint32_t node)
{
    const struct memory_node *const at = &fixture.stream.node[node];
    return fixture.stream.frame[at->frame].module;
}

/* The module of the frame that called the innermost one. */
static uint32_t calling_module(void)
{
    return module_of(fixture.stream.node[fixture.node].parent);
}

typedef int (*plugin_fn)(void (*)(void *), void *);

static void callback(void *argument)
{
    capture_here(argument);
    sink++;
}

/* Opens a plugin, takes a stack through it, and closes it as the recorder
 * does. Returns where it was. */
static uintptr_t visit_plugin(const char *path)
{
    void *const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    OL_CHECK(library != NULL);
    plugin_fn call = NULL;
    void *const symbol = dlsym(library, "plugin_call");
    memcpy(&call, &symbol, sizeof call);
    OL_CHECK(call != NULL);
    (void)call(callback, NULL);
    ol_loaded_closing();
    OL_CHECK_EQ(dlclose(library), 0);
    ol_loaded_closed();
    decode();
    return (uintptr_t)symbol;
}

OL_CASE(another_library_at_the_same_address_is_another_module)
{
    begin(256);
    const uintptr_t first = visit_plugin(PLUGIN_SMALL);
    OL_CHECK(is_module_path(calling_module(), PLUGIN_SMALL));
    OL_CHECK_EQ(fixture.root, OL_ROOT_COMPLETE);
    const uint32_t depth = fixture.count;
    const uint32_t frame =
        fixture.stream.node[fixture.stream.node[fixture.node].parent].frame;

    const uintptr_t second = visit_plugin(PLUGIN_LARGE);
    OL_CHECK_EQ(first, second); /* or the case shows nothing */
    OL_CHECK(is_module_path(calling_module(), PLUGIN_LARGE));
    OL_CHECK_EQ(fixture.root, OL_ROOT_COMPLETE);
    OL_CHECK_EQ(fixture.count, depth);
    const uint32_t parent = fixture.stream.node[fixture.node].parent;
    OL_CHECK(fixture.stream.node[parent].frame != frame);
    OL_CHECK_EQ(fixture.stream.unload_count, 1);
    end();
}

OL_CASE(a_library_without_build_id_is_never_taken_for_the_same)
{
    begin(256);
    const uintptr_t first = visit_plugin(PLUGIN_NAMELESS);
    const uint32_t modules = fixture.stream.module_count;
    const uintptr_t second = visit_plugin(PLUGIN_NAMELESS);
    OL_CHECK_EQ(first, second);
    OL_CHECK_EQ(fixture.stream.module_count, modules + 1);
    OL_CHECK_EQ(fixture.stream.module[calling_module()].build_id.count, 0);
    end();
}

OL_CASE(the_same_library_opened_again_keeps_its_frames)
{
    begin(256);
    const uintptr_t first = visit_plugin(PLUGIN_SMALL);
    const uint32_t frames = fixture.stream.frame_count;
    OL_CHECK_EQ(visit_plugin(PLUGIN_SMALL), first);
    /* All but the lines of this case that called. */
    OL_CHECK_EQ(fixture.stream.frame_count, frames + 1);
    OL_CHECK_EQ(fixture.stream.unload_count, 0);
    end();
}

OL_CASE(a_relative_path_is_made_absolute)
{
    char folder[PATH_MAX];
    char name[PATH_MAX];
    OL_CHECK(getcwd(folder, sizeof folder) != NULL);
    const char *const slash = strrchr(PLUGIN_SMALL, '/');
    snprintf(
        name, sizeof name, "%.*s", (int)(slash - PLUGIN_SMALL), PLUGIN_SMALL);
    OL_CHECK_EQ(chdir(name), 0);
    snprintf(name, sizeof name, ".%s", slash);
    begin(256);
    visit_plugin(name);
    OL_CHECK_EQ(chdir(folder), 0);
    const struct ol_bytes path = fixture.stream.module[calling_module()].path;
    OL_CHECK(path.count > strlen(slash) && path.at[0] == '/');
    OL_CHECK(memcmp(path.at + path.count - strlen(slash), slash,
                 strlen(slash)) == 0);
    end();
}

static int compare_module(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    const struct memory_module *const module = data;
    if (info->dlpi_addr != module->bias) return 0;
    const uint8_t *at = module->segments.at;
    const uint8_t *const end_of_segments = at + module->segments.count;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *const ph = &info->dlpi_phdr[i];
        if (ph->p_type != PT_LOAD) continue;
        uint64_t value[4] = {0};
        for (unsigned j = 0; j < 4; j++)
            at = ol_varint_get(at, end_of_segments, &value[j]);
        if (value[0] != ph->p_vaddr || value[1] != ph->p_memsz) return -1;
        if (value[2] != ph->p_offset || value[3] != ph->p_flags) return -1;
    }
    return at == end_of_segments ? 1 : -1;
}

OL_CASE(modules_say_what_the_loader_knows)
{
    begin(256);
    node_of_path(1, 1);
    decode();
    char path[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    OL_CHECK(length > 0);
    path[length] = 0;
    const struct memory_module *const module = fixture.stream.module;
    OL_CHECK(is_module_path(0, path));
    OL_CHECK_EQ(module[0].flags, OL_MODULE_AT_START | OL_MODULE_MAIN);
    OL_CHECK_EQ(module[1].flags, OL_MODULE_AT_START);
    for (unsigned i = 0; i < fixture.stream.module_count; i++) {
        struct memory_module copy = module[i];
        OL_CHECK_EQ(dl_iterate_phdr(compare_module, &copy), 1);
        OL_CHECK_EQ(copy.build_id.count, 20);
    }
    end();
}

/* ---- Code of no module ---- */

/* push %rbp; mov %rsp,%rbp; mov %rdi,%rax; mov %rsi,%rdi; call *%rax;
 * pop %rbp; ret */
static const uint8_t jit_code[] = {0x55, 0x48, 0x89, 0xe5, 0x48, 0x89, 0xf8,
    0x48, 0x89, 0xf7, 0xff, 0xd0, 0x5d, 0xc3};

/* The same, but with `fp` in %rbp when it calls:
 * push %rbp; mov %rdi,%rax; mov %rsi,%rdi; mov %rdx,%rbp; call *%rax;
 * pop %rbp; ret */
static const uint8_t jit_liar[] = {0x55, 0x48, 0x89, 0xf8, 0x48, 0x89, 0xf7,
    0x48, 0x89, 0xd5, 0xff, 0xd0, 0x5d, 0xc3};

typedef void (*jit_fn)(void (*)(void *), void *, uintptr_t);

static jit_fn make_code(const void *code, size_t bytes)
{
    void *const at = mmap(
        NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    OL_CHECK(at != MAP_FAILED);
    memcpy(at, code, bytes);
    OL_CHECK_EQ(mprotect(at, 4096, PROT_READ | PROT_EXEC), 0);
    jit_fn function = NULL;
    memcpy(&function, &at, sizeof function);
    return function;
}

static void free_code(jit_fn function)
{
    void *at = NULL;
    memcpy(&at, &function, sizeof at);
    munmap(at, 4096);
}

OL_CASE(code_without_description_is_walked_by_frame_pointers)
{
    begin(256);
    const jit_fn code = make_code(jit_code, sizeof jit_code);
    for (unsigned i = 0; i < 3; i++)
        code(callback, NULL, 0);
    decode();
    OL_CHECK_EQ(fixture.root, OL_ROOT_GUESSED);
    OL_CHECK(is_module_path(calling_module(), ""));
    OL_CHECK_EQ(fixture.stream.module[calling_module()].bias, 0);
    OL_CHECK(fixture.count >= 5); /* callback, code, case, harness, main */
    end();
    free_code(code);
}

OL_CASE(a_frame_pointer_that_lies_ends_the_walk)
{
    begin(256);
    const jit_fn code = make_code(jit_liar, sizeof jit_liar);
    const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    const uintptr_t lies[] = {8, 1, here + 1, here - (1 << 20),
        here + (1 << 20), UINTPTR_MAX - 7, (uintptr_t)&sink & ~(uintptr_t)7,
        0x7fffffffeff8, 0xdeadbeefdeadbee8};
    for (unsigned i = 0; i < sizeof lies / sizeof *lies; i++) {
        code(callback, NULL, lies[i]);
        decode();
        OL_CHECK_EQ(fixture.root, OL_ROOT_TRUNCATED);
        OL_CHECK_EQ(fixture.count, 2);
    }
    code(callback, NULL, 0); /* the ABI's mark of the outermost frame */
    decode();
    OL_CHECK_EQ(fixture.root, OL_ROOT_COMPLETE);
    OL_CHECK_EQ(fixture.count, 2);
    end();
    free_code(code);
}

static ucontext_t outside;
static ucontext_t inside;
static jit_fn coroutine_code;

static void run_coroutine(void)
{
    coroutine_code(callback, NULL, 0);
}

OL_CASE(on_a_stack_that_is_not_the_threads_nothing_is_guessed)
{
    begin(256);
    coroutine_code = make_code(jit_code, sizeof jit_code);
    uint8_t *const stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    OL_CHECK_EQ(getcontext(&inside), 0);
    inside.uc_stack.ss_sp = stack;
    inside.uc_stack.ss_size = STACK_BYTES;
    inside.uc_link = &outside;
    makecontext(&inside, run_coroutine, 0);
    OL_CHECK_EQ(swapcontext(&outside, &inside), 0);
    decode();
    OL_CHECK_EQ(fixture.root, OL_ROOT_TRUNCATED);
    OL_CHECK_EQ(fixture.count, 2);
    munmap(stack, STACK_BYTES);
    end();
    free_code(coroutine_code);
}

/* Puts code of no module where a library was, so that it calls from the same
 * address, and takes a stack in it. */
static void visit_code_at(uint64_t calling_address)
{
    enum {
        CALL_END = 12 /* in jit_code */
    };
    const uintptr_t begin_of_code = calling_address + 1 - CALL_END;
    const uintptr_t page = begin_of_code & ~(uintptr_t)4095;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): where the plugin was
    uint8_t *const at = mmap((void *)page, 4096, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    OL_CHECK((uintptr_t)at == page);
    uint8_t *const code = at + (begin_of_code - page);
    memcpy(code, jit_code, sizeof jit_code);
    OL_CHECK_EQ(mprotect(at, 4096, PROT_READ | PROT_EXEC), 0);
    jit_fn function = NULL;
    memcpy(&function, &code, sizeof function);
    function(callback, NULL, 0);
    munmap(at, 4096);
    decode();
    OL_CHECK_EQ(fixture.root, OL_ROOT_GUESSED);
    OL_CHECK_EQ(fixture.chain[1], calling_address);
    OL_CHECK(is_module_path(calling_module(), ""));
}

OL_CASE(a_library_where_code_was_made_before_is_seen)
{
    begin(256);
    visit_plugin(PLUGIN_LARGE);
    const uint64_t place = fixture.chain[1];
    uint64_t again = place;
    /* The tables move too, so the loader may first choose another place. */
    for (unsigned i = 0; i < 8; i++) {
        visit_code_at(again);
        visit_plugin(PLUGIN_LARGE);
        again = fixture.chain[1];
        if (again == place) break;
    }
    OL_CHECK_EQ(again, place);
    OL_CHECK_EQ(fixture.root, OL_ROOT_COMPLETE);
    OL_CHECK(is_module_path(calling_module(), PLUGIN_LARGE));
    end();
}

/* ---- Threads ---- */

static void *run_in_thread(void *argument)
{
    jit_fn code = NULL;
    memcpy(&code, &argument, sizeof code);
    ol_stacks_adopt(&fixture.stacks);
    code(callback, NULL, 0);
    return NULL;
}

OL_CASE(a_stream_that_goes_to_another_thread_learns_its_stack_anew)
{
    begin(256);
    const jit_fn code = make_code(jit_code, sizeof jit_code);
    code(callback, NULL, 0);
    decode();
    OL_CHECK_EQ(fixture.root, OL_ROOT_GUESSED);
    for (unsigned i = 0; i < 2; i++) {
        pthread_t thread;
        void *argument = NULL;
        memcpy(&argument, &code, sizeof argument);
        OL_CHECK_EQ(pthread_create(&thread, NULL, run_in_thread, argument), 0);
        OL_CHECK_EQ(pthread_join(thread, NULL), 0);
        decode();
        OL_CHECK_EQ(fixture.root, OL_ROOT_GUESSED);
        OL_CHECK_EQ(fixture.count, 5); /* … start_thread and clone */
    }
    ol_stacks_adopt(&fixture.stacks);
    code(callback, NULL, 0);
    decode();
    OL_CHECK_EQ(fixture.root, OL_ROOT_GUESSED);
    end();
    free_code(code);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(the_same_stack_is_the_same_node)
OL_CASES_ENTRY(every_path_is_a_node_of_its_own_while_tables_grow)
OL_CASES_ENTRY(a_deep_stack_keeps_its_innermost_frames)
OL_CASES_ENTRY(a_writer_that_fails_loses_that_stack_only)
OL_CASES_ENTRY(without_memory_nothing_is_made)
OL_CASES_ENTRY(tables_that_cannot_grow_still_give_right_stacks)
OL_CASES_ENTRY(another_library_at_the_same_address_is_another_module)
OL_CASES_ENTRY(a_library_without_build_id_is_never_taken_for_the_same)
OL_CASES_ENTRY(the_same_library_opened_again_keeps_its_frames)
OL_CASES_ENTRY(a_relative_path_is_made_absolute)
OL_CASES_ENTRY(modules_say_what_the_loader_knows)
OL_CASES_ENTRY(code_without_description_is_walked_by_frame_pointers)
OL_CASES_ENTRY(a_frame_pointer_that_lies_ends_the_walk)
OL_CASES_ENTRY(on_a_stack_that_is_not_the_threads_nothing_is_guessed)
OL_CASES_ENTRY(a_library_where_code_was_made_before_is_seen)
OL_CASES_ENTRY(a_stream_that_goes_to_another_thread_learns_its_stack_anew)
OL_CASES_END
