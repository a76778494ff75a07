/* deep_bind.c - RTLD_DEEPBIND: the plugin may bind past us, and its blocks
 * still pass between it and the program.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <dlfcn.h>

// needs: heap_plugin
// expect: malloc_at_least 100
// expect: ended exit 0

typedef void *make_fn(size_t);
typedef void drop_fn(void *);

int main(void)
{
    void *const library = dlopen("./heap_plugin.so", RTLD_NOW | RTLD_DEEPBIND);
    CHECK(library != NULL);
    make_fn *const make = (make_fn *)dlsym(library, "make");
    drop_fn *const drop = (drop_fn *)dlsym(library, "drop");
    CHECK(make && drop);
    for (int i = 0; i < 100; i++) {
        char *const theirs = make(100);
        char *const ours = malloc(100);
        CHECK(theirs && theirs[99] == 3 && ours);
        drop(ours);
        free(theirs);
    }
    /* The same addresses again: no stale entry may be taken for a block. */
    for (int i = 0; i < 1000; i++) {
        drop(make((size_t)i));
        free(malloc((size_t)i));
        drop(malloc((size_t)i));
        free(make((size_t)i));
    }
    dlclose(library);
    say("done\n");
    return 0;
}
