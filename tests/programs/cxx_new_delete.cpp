/* cxx_new_delete.cpp - all forms of new and delete reach the recorder.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <cstdint>
#include <new>

// expect: counts same
// expect: malloc_at_least 400
// expect: aligned 400

struct alignas(128) wide {
    char bytes[128];
};

static void must(void *block, std::size_t alignment)
{
    CHECK(block != nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(block) % alignment == 0);
}

int main()
{
    const std::align_val_t align{256};
    for (int i = 0; i < 100; i++) {
        char *a = new char;
        char *b = new char[100];
        char *c = new (std::nothrow) char;
        char *d = new (std::nothrow) char[100];
        must(a, 1), must(b, 16), must(c, 1), must(d, 16);
        ::operator delete(a, sizeof *a);
        ::operator delete[](b, std::size_t{100});
        ::operator delete(c, std::nothrow);
        ::operator delete[](d, std::nothrow);
        wide *e = new wide;
        wide *f = new wide[3];
        void *g = ::operator new(64, align, std::nothrow);
        void *h = ::operator new[](64, align, std::nothrow);
        must(e, 128), must(f, 128), must(g, 256), must(h, 256);
        delete e;
        delete[] f;
        ::operator delete (g, std::size_t{64}, align);
        ::operator delete[](h, align, std::nothrow);
    }
    volatile std::size_t huge = PTRDIFF_MAX - 1;
    bool refused = false;
    try {
        delete[] new char[huge];
    } catch (const std::bad_alloc &) {
        refused = true;
    }
    CHECK(refused);
    CHECK(new (std::nothrow) char[huge] == nullptr);
    int handled = 0;
    static int *const counter = &handled;
    std::set_new_handler([] {
        (*counter)++;
        std::set_new_handler(nullptr);
    });
    CHECK(new (std::nothrow) char[huge] == nullptr);
    CHECK(handled == 1);
    say("done\n");
    return 0;
}
