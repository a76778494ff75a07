/* throwing_plugin.cpp - C++ exceptions inside what a C program opens.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <stdexcept>
#include <string>
#include <unwind.h>

extern "C" int catch_some(int count);
extern "C" const char *who_raises();

static int thrower(int depth)
{
    std::string alive(100, 'x');
    if (depth == 0) throw std::runtime_error("thrown");
    return thrower(depth - 1) + static_cast<int>(alive.size());
}

extern "C" int catch_some(int count)
{
    int caught = 0;
    for (int i = 0; i < count; i++) {
        try {
            thrower(i % 10);
        } catch (const std::runtime_error &) {
            caught++;
        }
    }
    return caught;
}

extern "C" const char *who_raises()
{
    Dl_info info;
    if (dladdr(reinterpret_cast<void *>(&_Unwind_RaiseException), &info) == 0)
        return "nobody";
    return info.dli_fname;
}
