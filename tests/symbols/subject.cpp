/* subject.cpp - templates, closures, and functions of no linkage.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace pool
{
namespace
{

struct Lease {
    std::string name;
    std::vector<int> slots;
};

struct Keeper {
    std::map<int, std::unique_ptr<Lease>> leases;

    __attribute__((noinline)) Lease *take(int key)
    {
        auto lease = std::make_unique<Lease>();
        lease->name = "lease " + std::to_string(key);
        for (int i = 0; i < key; i++)
            lease->slots.push_back(i);
        return (leases[key] = std::move(lease)).get();
    }
};

} // namespace

static __attribute__((noinline)) size_t use(Keeper &keeper, int keys)
{
    size_t total = 0;
    for (int key = 0; key < keys; key++)
        total += keeper.take(key)->name.size();
    return total;
}

} // namespace pool

template <typename Function>
__attribute__((noinline)) size_t twice(Function function)
{
    return function(1) + function(2);
}

int main(int argc, char **argv)
{
    (void)argv;
    pool::Keeper keeper;
    std::vector<std::function<size_t()>> later;
    const size_t now = twice([&](int keys) {
        later.push_back(
            [&keeper, keys] { return pool::use(keeper, keys * 3); });
        return pool::use(keeper, keys + argc);
    });
    size_t total = now;
    for (const auto &call : later)
        total += call();
    std::printf("%zu\n", total);
    return 0;
}
