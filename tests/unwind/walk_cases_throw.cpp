// walk_cases_throw.cpp - stacks while exceptions are thrown and caught.
// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>

#include "tests/unwind/walk_cases.h"

namespace
{

struct on_leave {
    ~on_leave()
    {
        take_here();
    }
};

// NOLINTNEXTLINE(misc-no-recursion): a deep stack is the point
__attribute__((noinline)) void descend(unsigned depth)
{
    on_leave guard;
    if (depth == 0) throw std::runtime_error(std::string(40, 'x'));
    descend(depth - 1);
}

} // namespace

extern "C" void walk_throw(void)
{
    for (unsigned i = 0; i < 3; i++) {
        try {
            descend(i);
        } catch (const std::exception &) {
            take_here();
        }
        take_here();
    }
}
