/* end_late_frees.cpp - atexit handlers, static and library destructors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <string>
#include <vector>

// expect: counts same
// expect: ended exit 0
// expect: stdout destructor

struct keeper {
    std::vector<std::string> all;
    ~keeper()
    {
        all.clear();
        delete new int;
    }
};

static keeper kept;

__attribute__((destructor(101))) static void at_the_very_end()
{
    for (int i = 0; i < 500; i++)
        free(malloc(70));
    say("destructor\n");
}

__attribute__((constructor(101))) static void before_everything()
{
    for (int i = 0; i < 500; i++)
        free(malloc(70));
}

int main()
{
    atexit([] { free(malloc(7)); });
    for (int i = 0; i < 1000; i++)
        kept.all.push_back(std::string(100, 'x'));
    return 0;
}
