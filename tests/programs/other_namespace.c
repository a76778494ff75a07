/* other_namespace.c - dlmopen: a second C library, which we do not see.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <dlfcn.h>

// needs: heap_plugin
// expect: malloc_at_least 1000
// expect: ended exit 0

typedef void *make_fn(size_t);
typedef void drop_fn(void *);

int main(void)
{
    void *const library = dlmopen(LM_ID_NEWLM, "./heap_plugin.so", RTLD_NOW);
    CHECK(library != NULL);
    make_fn *const make = (make_fn *)dlsym(library, "make");
    drop_fn *const drop = (drop_fn *)dlsym(library, "drop");
    CHECK(make && drop);
    for (int i = 0; i < 1000; i++) {
        char *const theirs = make((size_t)i + 1);
        CHECK(theirs && theirs[i] == 3);
        free(malloc((size_t)i));
        drop(theirs);
    }
    say("done\n");
    return 0;
}
