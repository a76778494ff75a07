/* annotate_plugin.c - annotations from a library that is opened late.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <dlfcn.h>

// needs: verbs_plugin
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

typedef int verbs_fn(void);

int main(void)
{
    void *const library = dlopen("./verbs_plugin.so", RTLD_NOW);
    CHECK(library != NULL);
    verbs_fn *const verbs = (verbs_fn *)dlsym(library, "say_verbs_of_library");
    CHECK(verbs && verbs());
    CHECK(dlclose(library) == 0);
    say("done\n");
    return 0;
}
