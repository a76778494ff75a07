/* thread_local_dtors.cpp - C++ thread_local objects that free as threads end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <map>
#include <string>
#include <thread>
#include <vector>

// build: -pthread
// expect: counts same
// expect: malloc_at_least 19000

struct holder {
    std::map<int, std::string> names;
    ~holder()
    {
        names.clear();
        delete new std::string(100, 'x');
    }
};

static thread_local holder held;
static thread_local std::vector<int> numbers;

static void work()
{
    for (int i = 0; i < 20; i++) {
        held.names[i] = std::string(50, 'a');
        numbers.push_back(i);
    }
}

int main()
{
    for (int round = 0; round < 100; round++) {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; i++)
            threads.emplace_back(work);
        for (std::thread &thread : threads)
            thread.join();
    }
    work();
    say("done\n");
    return 0;
}
