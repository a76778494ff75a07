/* annotate_cxx.cpp - annotations from C++.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"
#include "verbs.h"

// expect: verbs layout layout born enter enter leave leave adopt born state ref waits woken unref counter counter ended mark snapshot
// expect: verb layout kind=task field=waker offset=24 flags=0
// expect: verb layout kind=task field=refs offset=8 flags=2
// expect: verb born kind=task
// expect: verb born kind=waker
// expect: verb state state=polled
// expect: verb counter name=wakers value=-5
// expect: verb counter name=wakers value=9223372036854775807
// expect: verb ended how=completed
// expect: verb mark name=iteration
// expect: verb snapshot name=here

int main(void)
{
    CHECK(say_all_verbs());
    say("done\n");
    return 0;
}
