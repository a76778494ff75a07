/* cfi_hostile.c - unwind descriptions of ill will are never a fault.
 *
 * The .eh_frame of a library is copied to the end of a mapping, with nothing
 * readable before and after it, and damaged: bytes changed at random, the
 * end cut off, whole instruction streams invented. Reading one byte too many
 * ends the test. Any rule may come out.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "preload/cfi.h"
#include "preload/loaded.h"
#include "tests/support/check.h"

enum {
    PAGE = 4096,
    ROUNDS = 3000,
    LOOKUPS = 40, /* of a round */
};

/* A copy between two pages that cannot be read, and its original. */
struct copy {
    uint8_t *low;
    size_t bytes;
    struct ol_ehframe ehframe;
    uintptr_t moved; /* address in the copy minus address of the original */
    const uint8_t *original;
    size_t code_bytes; /* that the description is about, before the header */
};

static uint64_t random_state = 20220203;

static uint64_t draw(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static size_t round_up(size_t bytes)
{
    return (bytes + PAGE - 1) & ~(size_t)(PAGE - 1);
}

/* Copies the unwind segment of a library so that it ends with a page. */
static struct copy make_copy(const char *name)
{
    struct ol_loaded module;
    void *const library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    OL_CHECK(library != NULL);
    void *const symbol = dlsym(library, "deflate");
    OL_CHECK(symbol != NULL);
    OL_CHECK(ol_loaded_find((uintptr_t)symbol, &module));

    struct copy copy = {.original = module.ehframe.low};
    copy.bytes = (size_t)(module.ehframe.high - module.ehframe.low);
    const size_t pages = round_up(copy.bytes);
    uint8_t *const at = mmap(NULL, pages + (size_t)2 * PAGE, PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    OL_CHECK(at != MAP_FAILED);
    OL_CHECK_EQ(mprotect(at + PAGE, pages, PROT_READ | PROT_WRITE), 0);
    copy.low = at + PAGE + (pages - copy.bytes);
    memcpy(copy.low, copy.original, copy.bytes);
    copy.moved = (uintptr_t)copy.low - (uintptr_t)copy.original;
    copy.ehframe.low = copy.low;
    copy.ehframe.high = copy.low + copy.bytes;
    copy.ehframe.header = module.ehframe.header + copy.moved;
    copy.code_bytes = (uintptr_t)module.ehframe.header - module.start;
    return copy;
}

/* An address that the intact table knows, as far as it is relative. */
static uintptr_t draw_pc(const struct copy *copy)
{
    return (uintptr_t)copy->ehframe.header - draw() % copy->code_bytes;
}

static void look_up(const struct copy *copy)
{
    for (unsigned i = 0; i < LOOKUPS; i++) {
        struct ol_cfi_range range;
        const uintptr_t pc = draw_pc(copy);
        const struct ol_cfi_rule rule = ol_cfi_find(&copy->ehframe, pc, &range);
        OL_CHECK(rule.kind >= OL_CFI_STD && rule.kind <= OL_CFI_HARD);
    }
}

OL_CASE(the_copy_yields_the_rules_of_the_original)
{
    const struct copy copy = make_copy("libz.so.1");
    unsigned described = 0;
    for (unsigned i = 0; i < 10000; i++) {
        const struct ol_ehframe original = {copy.ehframe.header - copy.moved,
            copy.original, copy.original + copy.bytes};
        const uintptr_t pc = draw_pc(&copy);
        const struct ol_cfi_rule there =
            ol_cfi_find(&original, pc - copy.moved, NULL);
        struct ol_cfi_range range;
        const struct ol_cfi_rule here = ol_cfi_find(&copy.ehframe, pc, &range);
        if (range.end - range.begin == 1) continue; /* the place counts */
        OL_CHECK_EQ(here.kind, there.kind);
        OL_CHECK_EQ(here.cfa_offset, there.cfa_offset);
        described += here.kind == OL_CFI_STD;
    }
    OL_CHECK(described > 5000);
}

OL_CASE(changed_bytes_are_no_fault)
{
    const struct copy copy = make_copy("libz.so.1");
    for (unsigned round = 0; round < ROUNDS; round++) {
        const unsigned changes = 1 + (unsigned)(draw() % 64);
        const size_t area = draw() % 4 == 0 ? 64 : copy.bytes;
        const size_t begin =
            area == copy.bytes ? 0 : (size_t)(copy.ehframe.header - copy.low);
        for (unsigned i = 0; i < changes; i++) {
            copy.low[begin + draw() % (copy.bytes - begin) % area] =
                (uint8_t)draw();
        }
        look_up(&copy);
        memcpy(copy.low, copy.original, copy.bytes);
    }
}

OL_CASE(invented_instructions_are_no_fault)
{
    const struct copy copy = make_copy("libz.so.1");
    const size_t header = (size_t)(copy.ehframe.header - copy.low);
    for (unsigned round = 0; round < ROUNDS; round++) {
        /* Behind the table are the descriptions. */
        for (unsigned i = 0; i < 2000; i++) {
            const size_t at = header + draw() % (copy.bytes - header);
            copy.low[at] =
                draw() % 2 ? (uint8_t)draw() : (uint8_t)(draw() % 48);
        }
        /* … of which the header stays as it is. */
        memcpy(copy.low + header, copy.original + header, 16);
        look_up(&copy);
        memcpy(copy.low, copy.original, copy.bytes);
    }
}

OL_CASE(a_segment_that_ends_early_is_no_fault)
{
    const struct copy whole = make_copy("libz.so.1");
    for (unsigned round = 0; round < ROUNDS; round++) {
        /* The tail is moved to the guard page, so the end is a fault. */
        struct copy cut = whole;
        const size_t header = (size_t)(whole.ehframe.header - whole.low);
        const size_t kept = 1 + draw() % whole.bytes;
        cut.low = whole.low + (whole.bytes - kept);
        memmove(cut.low, whole.original, kept);
        cut.bytes = kept;
        cut.ehframe.low = cut.low;
        cut.ehframe.header = cut.low + header;
        look_up(&cut);
        memcpy(whole.low, whole.original, whole.bytes);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(the_copy_yields_the_rules_of_the_original)
OL_CASES_ENTRY(changed_bytes_are_no_fault)
OL_CASES_ENTRY(invented_instructions_are_no_fault)
OL_CASES_ENTRY(a_segment_that_ends_early_is_no_fault)
OL_CASES_END
