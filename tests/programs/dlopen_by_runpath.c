/* dlopen_by_runpath.c - a library is searched for on its caller's behalf.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <dlfcn.h>

// build: -Wl,--enable-new-dtags,-rpath,$ORIGIN/plugins
// expect: counts same

typedef void *make_fn(size_t);

int main(void)
{
    /* Not beside the program, not in the folder it runs in. */
    for (int i = 0; i < 20; i++) {
        void *const library = dlopen("heap_plugin.so", RTLD_LAZY);
        CHECK(library != NULL);
        make_fn *const make = (make_fn *)dlsym(library, "make");
        CHECK(make != NULL);
        free(make(50));
        CHECK(dlclose(library) == 0);
    }
    CHECK(dlopen("heap_plugin.so", RTLD_LAZY | RTLD_NOLOAD) == NULL);
    CHECK(dlopen("no_such_plugin.so", RTLD_LAZY) == NULL);
    const char *const text = dlerror();
    CHECK(text && strstr(text, "no_such_plugin.so"));
    void *const self = dlopen(NULL, RTLD_LAZY);
    CHECK(self && dlsym(self, "malloc") && dlclose(self) == 0);
    say("done\n");
    return 0;
}
