/* exceptions_in_plugin.c - a C program opens C++ code, which throws.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <dlfcn.h>

// needs: throwing_plugin
// expect: counts same
// expect: stdout libgcc_s.so.1

typedef int catch_fn(int);
typedef const char *who_fn(void);

int main(void)
{
    for (int round = 0; round < 3; round++) {
        void *const library = dlopen("./throwing_plugin.so", RTLD_NOW);
        CHECK(library != NULL);
        catch_fn *const catch_some = (catch_fn *)dlsym(library, "catch_some");
        who_fn *const who_raises = (who_fn *)dlsym(library, "who_raises");
        CHECK(catch_some && who_raises);
        CHECK(catch_some(2000) == 2000);
        const char *const path = who_raises();
        const char *const slash = strrchr(path, '/');
        say("raised by %s\n", slash ? slash + 1 : path);
        dlclose(library);
    }
    return 0;
}
